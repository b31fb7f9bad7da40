"""Keeps the results in a JSON file, and makes the Markdown of them: ratios first, then seconds."""
import json
import os
import re
import statistics

from . import rows, runs

BEGIN, END = "<!-- begin: written by ./dev bench -->", "<!-- end: written by ./dev bench -->"


def load(path, shape, program):
    """Earlier results of the same environment and the same program, so that rows may be measured a few at a time."""
    try:
        with open(path, encoding="utf-8") as text:
            found = json.load(text)
        if (found["environment"], found["program"]) == (shape, program):
            return found
    except (OSError, ValueError, KeyError):
        pass
    return {"environment": shape, "program": program, "places": {}}


def save(path, results):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        json.dump(results, out, indent=1, sort_keys=True)
        out.write("\n")


def seconds(values):
    middle = statistics.median(values)
    return ("%.2f s" % middle) if middle >= .1 else ("%.0f ms" % (1000 * middle))


def compared(series):
    """{row's key: its figures} of every row whose two cases were run."""
    return {row.key: pair(series[row.ours], series[row.theirs], "cpu" if row in rows.CPU else "wall", row)
            for row in (*rows.STAGING, *rows.CPU, *rows.PEERS, *rows.BOUNDS) if row.ours in series and row.theirs in series}


def pair(ours, theirs, which, row, **names):
    mine, other = getattr(ours, which), getattr(theirs, which)
    return {"title": row.title.format(**names), "goal": row.goal, "ours": [round(value, 4) for value in mine],
            "theirs": [round(value, 4) for value in other], **runs.ratio(mine, other)}


def of_hooks(row, found):
    """A row of what slurm-hooks printed, with the processes and connections that it counted."""
    mine, other = ({**found[name]} for name in (row.ours, row.theirs))
    return {"title": row.title, "goal": row.goal, "ours": [mine["milliseconds"] / 1000], "theirs": [other["milliseconds"] / 1000],
            "ratio": round(mine["milliseconds"] / other["milliseconds"], 3), "programs": mine["programs"],
            "connections": mine["connections"]}


def table(found, keys):
    yield "| | ratio | to reach | here | other | rounds |"
    yield "|---|---|---|---|---|---|"
    for key in keys:
        row = found[key]
        if "bytes" in row:
            mine, other = ("%.1f MB" % (row[name][0] / 1e6) for name in ("ours", "theirs"))
        else:
            mine, other = seconds(row["ours"]), seconds(row["theirs"])
        goal = "%g" % row["goal"] if row["goal"] else ""
        mark = "**%s**" if row["goal"] and row["ratio"] <= row["goal"] else "%s"
        yield "| %s | %s | %s | %s | %s | %d |" % (row["title"], mark % ("%.2f" % row["ratio"]), goal, mine, other, len(row["ours"]))


def place_section(name, place):
    found = place["rows"]
    yield "### %s" % ("In memory (%s)" % place["file_system"] if name == "tmpfs" else "On disk (%s)" % place["file_system"])
    yield ""
    yield "Load %.1f at the start." % place["load"]
    yield ""
    order = (*rows.STAGING, rows.STRIKE, rows.PACK, rows.PACK_SIZE, *rows.CPU, *rows.PEERS, *rows.BOUNDS)
    keys = [row.key for row in order if row.key in found]
    if keys:
        yield from table(found, keys)
        yield ""


def staging_plot(results):
    """A picture of both tables, drawn from the page by bars.py."""
    if {"tmpfs", "disk"} <= results["places"].keys():
        yield "![Bars: seconds until the environment is on the node, by hand and by each way of staging; the tables below have the figures](benchmarks-staging.svg)"
        yield ""


def once_section(results):
    if "prolog" in results:
        yield "### A job that asks for nothing"
        yield ""
        yield from table(results["prolog"], sorted(results["prolog"]))
        yield ""
        yield "The prolog starts %d programs beside itself, no JVM among them, and opens %d connections." % (
            results["prolog"]["prolog"]["programs"] - 1, results["prolog"]["prolog"]["connections"])
        yield ""
    if "slow-start" in results:
        row = results["slow-start"]
        yield "### Start from a slow file system"
        yield ""
        yield ("A program that stats or reads {files:,} files, from the environment behind a file system that takes {delay} ms for each "
               "call, and from its staged copy (on {place}), the looks alone: {theirs} and {ours}, **{times:.0f} times** as fast.").format(
                   theirs=seconds(row["theirs"]), ours=seconds(row["ours"]), times=1 / row["exact"], **row["about"])
        yield ""


def cached_section(results):
    for source, found in sorted(results.get("cached", {}).items()):
        yield "### From the node's cache, first staged from %s" % source
        yield ""
        yield from table(found, [row.key for row in rows.CACHED])
        yield ""
        yield "Whole Slurm prologs, from start to end, on a disk (ext4); a job whose environment is on the node: at most %.0f ms asked." % (
            1000 * rows.NEXT_SECONDS)
        yield ""


def images_section(results):
    if "images" in results:
        yield "### Images"
        yield ""
        yield from table(results["images"], [row.key for row in rows.IMAGES])
        yield ""
        yield "Whole Slurm prologs on a disk (ext4), against staging our own archive there; a start looks at 4,041 files."
        yield ""


def memory_section(results):
    if results.get("memory"):
        yield "### Memory"
        yield ""
        yield "JVM and helper processes together, each at its peak, summed; at most %.0f MB is promised." % (rows.MEMORY_PROMISE / 1e6)
        yield ""
        yield "| staging | peak |"
        yield "|---|---|"
        for name, peak in results["memory"].items():
            yield "| %s | %.0f MB |" % (rows.MEMORY[name], peak / 1e6)
        yield ""


def growth_section(results):
    if results.get("growth"):
        yield "### How it grows"
        yield ""
        yield "![Seconds by size and by number of files](benchmarks-growth.svg)"
        yield ""
        yield "In memory (tmpfs), medians of %d rounds." % results["growth"]["rounds"]
        yield ""


def markdown(results):
    machine, shape = results["machine"], results["environment"]
    lines = [
        "{files:,} files, {megabytes:,} MB; {cpu}, {cores} cores, {memory}, {kernel}, {system}, JDK {jdk}, run by {user}.".format(
            files=shape["files"], megabytes=shape["bytes"] // 1_000_000, **machine),
        "Medians of rounds in turn (A B C A B C), the memory touched before each, the page cache warm. The ratio is to %s, "
        "where the row names nothing else; below 1 is faster, bold is what reaches its goal." % rows.MANUAL, ""]
    lines += staging_plot(results)
    for name in ("tmpfs", "disk"):
        if name in results["places"]:
            lines += place_section(name, results["places"][name])
    for section in (once_section, cached_section, images_section, memory_section, growth_section):
        lines += section(results)
    return "\n".join(lines)


def write_section(path, body):
    """Between the markers, or as the first section where there are none yet."""
    with open(path, encoding="utf-8") as text:
        old = text.read()
    section = "%s\n\n%s\n%s" % (BEGIN, body, END)
    if BEGIN in old:
        new = re.sub("%s.*?%s" % (re.escape(BEGIN), re.escape(END)), lambda _: section, old, flags=re.DOTALL)
    else:
        head, mark, rest = old.partition("\n## ")
        new = "%s\n## Staging\n\n    ./dev bench\n\n%s\n%s%s" % (head, section, mark, rest)
    with open(path, "w", encoding="utf-8") as out:
        out.write(new)
