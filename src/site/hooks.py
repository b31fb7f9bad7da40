"""What mkdocs does not see to by itself: that forge and site read the same Markdown, and that no page or heading is missed."""
import re
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urldefrag

from mkdocs.exceptions import PluginError

seen = {}  # address of a page: its file, its ids and what it links to


def on_pre_build(config):
    """The forge shows these beside docs/; mkdocs does not know them."""
    top = Path(config["docs_dir"]).parent
    broken = ["%s links to %s" % (page.name, target) for page in top.glob("*.md")
              for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()) if not (top / target).exists()]
    if broken:
        raise PluginError("no such file: " + "; ".join(broken))


def on_nav(nav, config, files):
    listed = {page.file.src_path for page in nav.pages}
    missing = sorted(file.src_path for file in files.documentation_pages() if file.src_path not in listed)
    if missing:
        raise PluginError("not in the navigation: %s; name them in src/site/mkdocs.yml" % ", ".join(missing))


def on_page_markdown(markdown, **_):
    """CommonMark wants three blanks under `1. `, Python's Markdown four; in code in a table it leaves the `\\` of `\\|`."""
    lines, fenced, listed = [], False, False
    for line in markdown.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        if not fenced:
            listed = bool(re.match(r"\d+\. ", line)) or listed and (not line or line[0] == " ")
            if line.startswith("|"):
                line = re.sub(r"`[^`]*\\\|[^`]*`", lambda code: "<code>%s</code>" % escaped(code[0][1:-1]), line)
        lines.append(" " + line if listed and line.startswith("   ") else line)
    return "\n".join(lines)


def escaped(code):
    return code.replace("&", "&amp;").replace("<", "&lt;").replace("\\|", "&#124;")


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.targets = set(), []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.add(given.get("id"))
        if tag in ("a", "img") and (given.get("href") or given.get("src")):
            self.targets.append(given.get("href") or given.get("src"))


def on_page_content(html, page, **_):
    found = Links()
    found.feed(html)
    found.file = page.file.src_path
    seen[page.file.url] = found


def on_post_build(config):
    broken = ["%s links to %s" % (page.file, target) for url, page in sorted(seen.items()) for target in page.targets if not leads(url, target)]
    if broken:
        raise PluginError("no such heading: " + "; ".join(broken))


def leads(url, target):
    """mkdocs has looked at the pages; here it is their headings."""
    address, heading = urldefrag(target)
    to = normpath(join(dirname(url), unquote(address))) if address else url
    return not heading or to not in seen or unquote(heading) in seen[to].ids
