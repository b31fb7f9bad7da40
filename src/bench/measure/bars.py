"""Draws tables of docs/benchmarks.md as bars, from the figures that stand in the page: none is anywhere else."""
import html
import os
import re
from dataclasses import dataclass

from . import plot

WIDTH, LEFT, RIGHT, TOP, BAR, GAP = 860, 330, 90, 76, 16, 14
STYLE = """
  .first { fill: #0a5fd0 } .second { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) { .first { fill: #6cb0ff } .second { fill: #56d364 } }
"""


HERE, OTHER = 3, 4  # columns of the page's tables: what was measured, and what it is set against


@dataclass(frozen=True)
class Bars:
    """A plot of (label, beginning of a row, column) in the tables below these headings."""
    file: str
    title: str
    headings: tuple
    rows: tuple


PLOTS = (
    Bars("benchmarks-staging.svg", "Seconds until the environment is on the node", ("### In memory", "### On disk"), (
        ("tar and conda-unpack, by hand", "stage conda-pack's `.tar.gz`, JDK", OTHER),
        ("conda-pack's .tar.gz, Java alone", "stage conda-pack's `.tar.gz`, JDK", HERE),
        ("conda-pack's .tar.gz, igzip", "stage conda-pack's `.tar.gz`, igzip", HERE),
        ("our own archive", "stage our own archive |", HERE),
        ("the live prefix, no archive", "stage the live prefix", HERE))),
    Bars("benchmarks-cached.svg", "Seconds of the prolog that a job waits for, with the node's cache", ("## From the node's cache",), (
        ("first job, conda-pack's .tar.gz", "the next job, first staged from conda-pack's", OTHER),
        ("next job", "the next job, first staged from conda-pack's", HERE),
        ("first job, our own archive", "the next job, first staged from our own", OTHER),
        ("next job", "the next job, first staged from our own", HERE))),
    Bars("benchmarks-images.svg", "Seconds of the prolog that a job waits for, with images", ("## Images",), (
        ("staged from our own archive", "the first job that wants an image, by", OTHER),
        ("first job that wants an image, by the kernel", "the first job that wants an image, by", HERE),
        ("first job that wants an image, FUSE", "the first job that wants an image, through", HERE),
        ("next job, by the kernel", "the next job, by", HERE),
        ("next job, FUSE", "the next job, through", HERE))),
)


def table(page, heading):
    """[(heading, [line])]: the first table below each heading that begins so"""
    for part in re.split(r"(?m)^(?=#)", page):
        if part.startswith(heading):
            lines = re.findall(r"(?m)^\|.*$", part)
            return part.splitlines()[0].lstrip("# "), [line for line in lines if line.startswith("| ")][1:]
    raise ValueError("no `%s` in the page" % heading)


def seconds(cell):
    number, unit = cell.split()
    return float(number) / {"s": 1, "ms": 1000}[unit]


def value(lines, start, column):
    found = [line for line in lines if line[2:].startswith(start)]
    if len(found) != 1:
        raise ValueError("%d rows begin with `%s`" % (len(found), start))
    return seconds(cells(found[0])[column])


def cells(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:]]


def draw(page, bars):
    series = [table(page, heading) for heading in bars.headings]
    values = [[value(lines, start, column) for _, lines in series] for _, start, column in bars.rows]
    most, step = max(max(row) for row in values), BAR * len(series) + GAP
    height = TOP + step * len(values)
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">' % (WIDTH, height, WIDTH, height),
             "<title>%s</title>" % bars.title, "<style>%s%s</style>" % (plot.STYLE, STYLE),
             '<rect class="paper" width="%d" height="%d"/>' % (WIDTH, height), plot.text(20, 30, bars.title, 'class="title"')]
    if len(series) > 1:
        parts += legend(name for name, _ in series)
    for at, ((label, _, _), row) in enumerate(zip(bars.rows, values)):
        parts += group(TOP - GAP + at * step, label, row, most)
    return "\n".join([*parts, "</svg>", ""])


def legend(names):
    for at, (name, kind) in enumerate(zip(names, ("first", "second"))):
        yield '<rect class="%s" x="%d" y="44" width="12" height="12" rx="2"/>' % (kind, LEFT + 260 * at)
        yield plot.text(LEFT + 18 + 260 * at, 55, html.escape(name), 'class="small"')


def group(top, label, row, most):
    yield plot.text(LEFT - 12, top + BAR * len(row) / 2 + 5, html.escape(label), 'text-anchor="end"')
    for at, (figure, kind) in enumerate(zip(row, ("first", "second"))):
        length = (WIDTH - LEFT - RIGHT) * figure / most
        yield '<rect class="%s" x="%d" y="%.1f" width="%.1f" height="%d" rx="2"/>' % (kind, LEFT, top + at * BAR, length, BAR - 2)
        yield plot.text(LEFT + length + 6, top + at * BAR + 12, "%.2f s" % figure, 'class="small"')


def drawn(page_path):
    """{path: picture} of the page at `page_path`"""
    with open(page_path, encoding="utf-8") as text:
        page = text.read()
    return {os.path.join(os.path.dirname(page_path), bars.file): draw(page, bars) for bars in PLOTS}


def write(page_path):
    for path, picture in drawn(page_path).items():
        with open(path, "w", encoding="utf-8") as out:
            out.write(picture)


def old(page_path):
    """Paths of pictures that do not show what the page says."""
    return [path for path, picture in drawn(page_path).items() if not os.path.exists(path) or open(path, encoding="utf-8").read() != picture]
