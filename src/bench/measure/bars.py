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


@dataclass(frozen=True)
class Bars:
    """A plot: of which tables' rows, by heading of the table and beginning of the row; `None` is what the first row is set against."""
    file: str
    title: str
    headings: tuple
    rows: tuple


PLOTS = (
    Bars("benchmarks-staging.svg", "Seconds until the environment is on the node", ("### In memory", "### On disk"), (
        ("tar and conda-unpack, by hand", None), ("conda-pack's .tar.gz, Java alone", "stage conda-pack's `.tar.gz`, JDK"),
        ("conda-pack's .tar.gz, igzip", "stage conda-pack's `.tar.gz`, igzip"), ("our own archive", "stage our own archive |"),
        ("the live prefix, no archive", "stage the live prefix"))),
    Bars("benchmarks-images.svg", "Seconds of the prolog that a job waits for", ("## Images",), (
        ("staged from our own archive", None), ("first job that wants an image, by the kernel", "the first job that wants an image, by"),
        ("first job that wants an image, FUSE", "the first job that wants an image, through"), ("next job, by the kernel", "the next job, by"),
        ("next job, FUSE", "the next job, through"))),
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


def value(lines, start):
    """The column `here` of the row that begins so; of none the column `other` of the first."""
    if start is None:
        return seconds(cells(lines[0])[4])
    found = [line for line in lines if line[2:].startswith(start)]
    if len(found) != 1:
        raise ValueError("%d rows begin with `%s`" % (len(found), start))
    return seconds(cells(found[0])[3])


def cells(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:]]


def draw(page, bars):
    series = [table(page, heading) for heading in bars.headings]
    values = [[value(lines, start) for _, lines in series] for _, start in bars.rows]
    most, step = max(max(row) for row in values), BAR * len(series) + GAP
    height = TOP + step * len(values)
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">' % (WIDTH, height, WIDTH, height),
             "<title>%s</title>" % bars.title, "<style>%s%s</style>" % (plot.STYLE, STYLE),
             '<rect class="paper" width="%d" height="%d"/>' % (WIDTH, height), plot.text(20, 30, bars.title, 'class="title"')]
    if len(series) > 1:
        parts += legend(name for name, _ in series)
    for at, ((label, _), row) in enumerate(zip(bars.rows, values)):
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
