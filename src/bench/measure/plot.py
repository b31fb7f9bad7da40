"""Draws how the cost grows, as an SVG that is readable on light and on dark paper."""
import math

from . import growth

WIDTH, HEIGHT = 860, 400
TOP, BOTTOM, PANEL = 76, 56, 330
LEFTS = (70, 490)
NAMES = {"manual": "manual workflow", "stage-gz": "staging the .tar.gz", "stage-own": "staging our own archive"}
STYLE = """
  text { font: 13px sans-serif; fill: #1f2328 } .title { font-weight: bold } .small { font-size: 12px; fill: #59636e }
  .grid { stroke: #d1d9e0; stroke-width: 1 } polyline.line { fill: none } .line { stroke-width: 2 } .one { stroke-dasharray: 6 4 }
  .manual { stroke: #b35900; fill: #b35900 } .stage-gz { stroke: #0a5fd0; fill: #0a5fd0 } .stage-own { stroke: #1a7f37; fill: #1a7f37 }
  .paper { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .small { fill: #a2abb5 } .grid { stroke: #3d444d } .paper { fill: #0d1117 }
    .manual { stroke: #f0883e; fill: #f0883e } .stage-gz { stroke: #6cb0ff; fill: #6cb0ff } .stage-own { stroke: #56d364; fill: #56d364 }
  }
"""


def decades(values):
    return math.floor(math.log10(min(values)) + 1e-9), math.ceil(math.log10(max(values)) - 1e-9)


def text(x, y, words, more=""):
    return '<text x="%.1f" y="%.1f" %s>%s</text>' % (x, y, more, words)


def grid(*ends):
    return '<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>' % ends


class Panel:
    """One diagram, both axes logarithmic."""

    def __init__(self, left, title, unit, xs, seconds):
        self.left, self.title, self.unit = left, title, unit
        self.columns, self.rows = decades(xs), decades(seconds)

    def x(self, value):
        low, high = self.columns
        return self.left + PANEL * (math.log10(value) - low) / max(1, high - low)

    def y(self, value):
        low, high = self.rows
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(value) - low) / max(1, high - low)

    def frame(self):
        yield text(self.left, TOP - 14, self.title, 'class="title"')
        for power in range(self.rows[0], self.rows[1] + 1):
            for step in (1, 2, 5):
                value = step * 10 ** power
                if step > 1 and power == self.rows[1]:
                    break
                y = self.y(value)
                yield grid(self.left, self.left + PANEL, y, y)
                yield text(self.left - 8, y + 4, "%g s" % value, 'text-anchor="end" class="small"')
        for power in range(self.columns[0], self.columns[1] + 1):
            x = self.x(10 ** power)
            yield grid(x, x, TOP, HEIGHT - BOTTOM)
            yield text(x, HEIGHT - BOTTOM + 18, "{:,}".format(10 ** power), 'text-anchor="middle" class="small"')
        yield text(self.left + PANEL / 2, HEIGHT - BOTTOM + 38, self.unit, 'text-anchor="middle" class="small"')

    def curve(self, name, cores, points):
        kind = "line %s%s" % (name, " one" if cores == 1 else "")
        path = " ".join("%.1f,%.1f" % (self.x(x), self.y(y)) for x, y in points)
        yield '<polyline class="%s" points="%s"/>' % (kind, path)
        for x, y in points:
            yield '<circle class="%s" cx="%.1f" cy="%.1f" r="3"/>' % (name, self.x(x), self.y(y))


def legend(names, cores):
    x = LEFTS[0]
    for name in names:
        yield '<line class="line %s" x1="%d" x2="%d" y1="26" y2="26"/>' % (name, x, x + 26)
        yield text(x + 33, 30, NAMES[name])
        x += 60 + 7.2 * len(NAMES[name])
    if 1 in cores and len(cores) > 1:
        yield text(WIDTH - 40, 30, "dashed: one core, solid: %d" % max(cores), 'text-anchor="end" class="small"')


def points_of(found, points, key, name, cores):
    wanted = {(point.files, point.megabytes) for point in points}
    return sorted((one[key], one["seconds"][name]) for one in found
                  if (one["files"], one["megabytes"]) in wanted and one["cores"] == cores and name in one["seconds"])


def draw(found):
    names = [name for name in growth.CASES if any(name in one["seconds"] for one in found)]
    cores = sorted({one["cores"] for one in found})
    every = [value for one in found for value in one["seconds"].values()]
    panels = (("megabytes", growth.BY_SIZE, "{:,} files".format(growth.FILES), "MB"),
              ("files", growth.BY_FILES, "%d MB" % growth.MEGABYTES, "files"))
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">' % (WIDTH, HEIGHT, WIDTH, HEIGHT),
             "<title>Seconds to lay an environment out, by its size and by its number of files</title>",
             "<style>%s</style>" % STYLE, '<rect class="paper" width="%d" height="%d"/>' % (WIDTH, HEIGHT), *legend(names, cores)]
    for left, (key, points, title, unit) in zip(LEFTS, panels):
        curves = {(name, number): points_of(found, points, key, name, number) for name in names for number in cores}
        panel = Panel(left, title, unit, [x for curve in curves.values() for x, _ in curve], every)
        parts += panel.frame()
        for (name, number), curve in curves.items():
            parts += panel.curve(name, number, curve)
    return "\n".join([*parts, "</svg>", ""])
