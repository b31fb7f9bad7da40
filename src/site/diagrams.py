"""Makes docs/diagrams/NAME.svg of each NAME.dot, readable on light and on dark paper."""
import hashlib
import pathlib
import re
import subprocess

FOLDER = pathlib.Path("docs/diagrams")
STYLE = """<style>
  text { font-family: sans-serif; fill: #1f2328 } .edge path { stroke: #59636e } .edge polygon { stroke: #59636e; fill: #59636e }
  .node path { fill: #f6f8fa; stroke: #818b98 } .root path { fill: #fff1e5; stroke: #b35900 } .user path { fill: #ddf4ff; stroke: #0a5fd0 }
  .layer path { fill: #ddf4ff; stroke: #0a5fd0 } .done path { fill: #dafbe1; stroke: #1a7f37 } .paper { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .edge path { stroke: #a2abb5 } .edge polygon { stroke: #a2abb5; fill: #a2abb5 } .paper { fill: #0d1117 }
    .node path { fill: #212830; stroke: #656c76 } .root path { fill: #3d2611; stroke: #f0883e } .user path { fill: #12283f; stroke: #6cb0ff }
    .layer path { fill: #12283f; stroke: #6cb0ff } .done path { fill: #12301c; stroke: #56d364 }
  }
</style>
"""


def mark(source):
    """Which source, drawn in which style, a picture is of."""
    return "<!-- of %s -->" % hashlib.sha256((source.read_text() + STYLE).encode()).hexdigest()


def drawn(source):
    """dot's own colours go, since a picture's style sheet does not overrule what stands at `style`, only what is an attribute."""
    svg = subprocess.run(["dot", "-Tsvg", source], check=True, capture_output=True, text=True).stdout
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)  # the version of dot, the names of nodes
    svg = svg[svg.index("<svg"):].replace('fill="white" stroke="transparent"', 'class="paper"')
    opening, rest = svg.split(">", 1)
    return "%s>\n%s\n%s%s" % (opening, mark(source), STYLE, rest.lstrip())


def sources():
    return sorted(FOLDER.glob("*.dot"))


def write():
    for source in sources():
        source.with_suffix(".svg").write_text(drawn(source))


def old():
    """Pictures of another source than stands beside them."""
    pictures = {source.with_suffix(".svg"): mark(source) for source in sources()}
    return [str(picture) for picture, wanted in pictures.items() if not picture.exists() or wanted not in picture.read_text()]
