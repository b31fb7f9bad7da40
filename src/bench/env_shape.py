"""The shape of the benchmark's environment: which files, links and directories there are, of what kind and size.

The figures are those of a real environment (Jupyter, NumPy, SciPy, pandas, Matplotlib, scikit-learn) as conda-pack packs
it. A plan follows from its numbers and its seed alone.
"""
import bisect
import math
import os
import random
from dataclasses import dataclass, replace

SITE_PACKAGES = "lib/python3.11/site-packages"
TERMINFO = "share/terminfo"
LARGEST = 25_000_000
LARGEST_RECORDED = 22_500_000
SMALLEST_RECORDED = 700  # room for a placeholder and something around it
PACK_ADDS = ("bin/activate", "bin/activate.fish", "bin/deactivate", "bin/conda-unpack")  # are in the archive alone
META_BYTES_PER_PATH = 430  # what conda-meta holds for each path of a package

# How large the file at this share of all files, ordered by size, is; between two of them sizes grow exponentially.
QUANTILES = ((0, 30), (.1, 200), (.25, 900), (.5, 2900), (.56, 4096), (.79, 14_600), (.94, 65_536), (.985, 139_000),
             (.99793, 1_048_576), (.9998, 3_000_000), (.99996, 20_900_000), (1, LARGEST))


@dataclass(frozen=True)
class Shape:
    files: int = 32_431  # regular files in the archive, its four scripts included
    bytes: int = 801_000_000
    hard_links: int = 1_037
    symlinks: int = 49
    directories: int = 3_566
    packages: int = 213
    terminfo_records: int = 284
    library_records: int = 4
    text_records: int = 22
    seed: int = 1

    def scaled(self, files, size):
        """Another number of files and of bytes; the relocation records stay as many as fit."""
        ratio = files / self.files
        fewer = {name: max(1, round(getattr(self, name) * ratio)) for name in
                 ("hard_links", "symlinks", "directories", "packages")}
        records = {name: max(1, round(getattr(self, name) * min(1, ratio))) for name in
                   ("terminfo_records", "library_records", "text_records")}
        return replace(self, files=files, bytes=size, **fewer, **records)


@dataclass(frozen=True)
class File:
    path: str
    kind: str  # of its content
    size: int
    record: str = ""  # how it holds the prefix: "text", "binary", "shebang" or not at all
    mode: int = 0o644


@dataclass(frozen=True)
class Group:
    """Files of one kind: their share of all, how deep and wide they lie, and how large they tend to be."""
    name: str
    root: str
    suffix: str
    kind: str
    share: float
    directories: float
    larger: float  # added to a standard normal variable, by which the files are ordered; the sizes follow in that order


GROUPS = (
    Group("py", SITE_PACKAGES, ".py", "python", 8_832 / 32_431, 1_020 / 3_566, .1),
    Group("pyc", SITE_PACKAGES, ".cpython-311.pyc", "bytecode", 8_814 / 32_431, 0, .1),
    Group("extension", SITE_PACKAGES, ".cpython-311-x86_64-linux-gnu.so", "machine", 384 / 32_431, 0, 2.9),
    Group("library", "lib", ".so", "machine", 60 / 32_431, 0, 3.3),
    Group("script", "bin", "", "python", 60 / 32_431, 0, -2.5),
    Group("terminfo", TERMINFO, "", "terminfo", 1_780 / 32_431, 40 / 3_566, -1.2),
    Group("header", "include", ".h", "text", 4_900 / 32_431, 260 / 3_566, -.1),
    Group("pc", "lib/pkgconfig", ".pc", "text", 90 / 32_431, 0, -1.6),
    Group("stub", SITE_PACKAGES, ".pyi", "python", 1_000 / 32_431, 0, -.6),
    Group("web", "share/jupyter", ".js", "text", 1_700 / 32_431, 240 / 3_566, .7),
    Group("picture", "share/doc", ".png", "packed", 420 / 32_431, 60 / 3_566, 1.),
    Group("table", "share/data", ".csv", "table", 1_100 / 32_431, 120 / 3_566, .3),
    Group("catalogue", "share/locale", ".mo", "bytecode", 900 / 32_431, 300 / 3_566, .2),
    # whatever is left of the files and of the directories
    Group("document", "share/doc", ".txt", "text", 0, 0, -.3),
)


@dataclass(frozen=True)
class Plan:
    shape: Shape
    files: list  # of File
    hard_links: dict  # path: the file that it is
    symlinks: dict  # path: target
    packages: int


def size_at(share):
    place = min(bisect.bisect_right(QUANTILES, (share, math.inf)), len(QUANTILES) - 1)
    (low, small), (high, large) = QUANTILES[place - 1], QUANTILES[place]
    return small * (large / small) ** ((share - low) / (high - low))


def sizes(number, total):
    """As many sizes, ascending, of about this sum; none is out of all proportion where there are few files."""
    found = [size_at(index / (number - 1)) for index in range(number)]
    for _ in range(8):
        factor = total / sum(found)
        found = [min(size * factor, 4 * LARGEST) for size in found]
    return [round(size) for size in found]


def grown(rng, root, number, label):
    """`root` and as many directories below it, each in one that was there before."""
    tree = [root]
    for index in range(number):
        parent = rng.choice(tree[-60:] if rng.random() < .6 else tree[:20])
        if parent.count("/") > 7:
            parent = root
        tree.append("%s/%s%d" % (parent, label, index))
    return tree


def parents(paths):
    found = set()
    for path in paths:
        while path := os.path.dirname(path):
            found.add(path)
    return found


def spread(rng, group, tree, number):
    """Paths of the group's files: one in each directory first, the others anywhere."""
    places = tree[-number:] + [rng.choice(tree) for _ in range(number - len(tree))]
    return ["%s/%s_%d%s" % (place, group.name, index, group.suffix) for index, place in enumerate(places)]


def paths_of_groups(rng, shape, number):
    """Each group's paths; all together there are `number`, in the shape's number of directories."""
    counts = {group.name: max(1, round(group.share * shape.files)) for group in GROUPS}
    counts["document"] = number - sum(counts.values()) + counts["document"]
    assert counts["document"] > 0
    modules = grown(rng, SITE_PACKAGES, max(1, round(GROUPS[0].directories * shape.directories)), "package")
    found = {}
    for group in GROUPS[:-1]:
        if group.name == "pyc":
            found["pyc"] = ["{0}/__pycache__/{1}{2}".format(*os.path.split(path[:-3]), group.suffix)
                            for path in found["py"][:counts["pyc"]]]
            continue
        if group.root == SITE_PACKAGES:
            tree = modules
        else:
            tree = grown(rng, group.root, round(group.directories * shape.directories), group.name)
        found[group.name] = spread(rng, group, tree, counts[group.name])
    so_far = parents([path for paths in found.values() for path in paths] + ["conda-meta/history", GROUPS[-1].root + "/x"])
    rest = min(shape.directories - len(so_far), counts["document"] - 1)
    found["document"] = spread(rng, GROUPS[-1], grown(rng, GROUPS[-1].root, max(0, rest), "pages"), counts["document"])
    return found


def sized(rng, shape, found):
    """The files: what tends to be large comes late in the order, and gets the larger sizes."""
    ranked = sorted((rng.gauss(group.larger, 1), path, group) for group in GROUPS for path in found[group.name])
    total = shape.bytes - META_BYTES_PER_PATH * len(ranked)
    return [File(path, group.kind, size, "shebang" if group.name == "script" else "",
                 0o755 if group.root == "bin" or group.suffix.endswith(".so") else 0o644)
            for size, (_, path, group) in zip(sizes(len(ranked), max(total, 100 * len(ranked))), ranked)]


def with_records(rng, shape, files):
    """Some of the files hold the prefix: many tiny ones, a few libraries, one of them large, and some text."""
    def choose(number, matches, record):
        candidates = [index for index, file in enumerate(files) if matches(file) and not file.record]
        for index in rng.sample(candidates, min(number, len(candidates))):
            files[index] = replace(files[index], record=record, size=max(files[index].size, SMALLEST_RECORDED))

    choose(shape.terminfo_records, lambda file: file.kind == "terminfo" and file.size < 8_192, "binary")
    large = [index for index, file in enumerate(files) if file.kind == "machine" and file.size <= LARGEST_RECORDED][-1]
    files[large] = replace(files[large], record="binary")
    choose(shape.library_records - 1, lambda file: file.kind == "machine" and file.size < 2_000_000, "binary")
    choose(shape.text_records, lambda file: file.path.endswith(".pc"), "text")
    return files


def plan(shape):
    rng = random.Random("shape %d" % shape.seed)
    packages = max(2, min(shape.packages, shape.files // 20))
    found = paths_of_groups(rng, shape, shape.files - len(PACK_ADDS) - packages - 2)  # conda-meta/history, pyvenv.cfg
    files = with_records(rng, shape, sized(rng, shape, found))
    terminfo = sorted(found["terminfo"])
    hard_links = {}
    for index in range(shape.hard_links):
        target = rng.choice(terminfo)
        hard_links["%s-alias_%d" % (target, index)] = target  # sorts after its file
    libraries = sorted(found["library"])
    symlinks = {"bin/python3": "python"}
    for index in range(max(0, shape.symlinks - 2)):
        target = libraries[index % len(libraries)]
        symlinks["%s.%d" % (target, index)] = os.path.basename(target)
    return Plan(shape, sorted(files, key=lambda file: file.path), hard_links, symlinks, packages)
