"""The content of the benchmark's files: as large, as compressible and as dear to decompress as the real thing.

A file is put together from fragments. How often each is drawn follows a power law, as with words; a share of long fragments
that come again far away is what a compressor with a large window finds and gzip does not. The same path, seed and size
make the same bytes.
"""
import random
from dataclasses import dataclass

DRAWS = 1 << 16  # a fragment is drawn by 16 random bits

@dataclass(frozen=True)
class Mixture:
    number: int  # of short fragments
    power: float  # how much more often the first are drawn than the last
    often: int  # long fragments in 1,000 draws
    length: int  # of the long ones


MIXTURES = {
    "python": Mixture(5_000, 1.2, 5, 160),
    "text": Mixture(7_000, 1.2, 5, 160),
    "table": Mixture(6_000, 1.1, 5, 120),
    "bytecode": Mixture(6_000, 1.25, 4, 120),
    "machine": Mixture(7_000, 1.25, 4, 140),
    "terminfo": Mixture(3_000, 1.1, 6, 60),
}
HEADS = {"machine": b"\x7fELF\2\1\1" + bytes(9), "bytecode": b"\xa7\r\r\n" + bytes(12), "packed": b"\x89PNG\r\n\x1a\n",
         "terminfo": b"\x1a\1\x20\0\x1c\0\x0f\0\x9d\1\xe0\5"}


def words(rng, number):
    syllables = [a + b for a in "bcdfghlmnprstv" for b in ("a", "e", "i", "o", "u", "er", "on", "st")]
    return ["".join(rng.choices(syllables, k=rng.choice((1, 2, 2, 3, 3, 4)))) for _ in range(number)]


def text_fragments(rng, number):
    glue = (" ", " ", " ", ", ", "(", ") ", "_", ".", " = ", ":\n        ", "\n    ", "\n")
    return [(word + rng.choice(glue)).encode() for word in words(rng, number)]


def table_fragments(rng, number):
    return [b"%.*f," % (rng.randrange(1, 6), rng.lognormvariate(0, 3)) for _ in range(number)]


def byte_fragments(rng, number, lengths):
    """Bytes as machine code and marshalled objects have them: a few values are common, zero above all."""
    common = bytes(rng.choices(range(256), k=48)) + bytes(24)
    made = []
    for _ in range(number):
        length = rng.choice(lengths)
        made.append(bytes(rng.choice(common) if rng.random() < .6 else rng.randrange(256) for _ in range(length)))
    return [bytes(32), bytes(16), *made]


def short_fragments(kind, rng):
    number = MIXTURES[kind].number
    if kind in ("python", "text"):
        return text_fragments(rng, number)
    if kind == "table":
        return table_fragments(rng, number)
    return byte_fragments(rng, number, {"machine": (2, 3, 4, 4, 6, 8, 12), "bytecode": (3, 4, 6, 8, 12),
                                        "terminfo": (2, 2, 4, 6)}[kind])


def draw_table(kind, seed):
    """DRAWS fragments, each as often as it is to be drawn."""
    rng = random.Random("%s %d" % (kind, seed))
    mixture = MIXTURES[kind]
    short = short_fragments(kind, rng)
    long_ones = DRAWS * mixture.often // 1000
    weights = [(rank + 4) ** -mixture.power for rank in range(len(short))]
    unit = (DRAWS - long_ones) / sum(weights)
    table = []
    owed = 0.0
    for fragment, weight in zip(short, weights):
        owed += weight * unit
        table += [fragment] * int(owed)
        owed -= int(owed)
    while len(table) < DRAWS:
        table.append(b"".join(rng.choices(table[:DRAWS - long_ones], k=mixture.length // 6)))
    return table


class Contents:
    """Makes the bytes of files; a table for each kind is made when it is first wanted."""

    def __init__(self, seed):
        self.seed = seed
        self.tables = {}

    def draw(self, rng, kind, size):
        if kind == "packed":
            return rng.randbytes(size)
        if kind not in self.tables:
            table = draw_table(kind, self.seed)
            self.tables[kind] = table, sum(map(len, table)) / len(table)
        table, mean = self.tables[kind]
        parts, missing = [], size
        while missing > 0:
            number = int(missing / mean) + 8
            parts.append(b"".join(map(table.__getitem__, memoryview(rng.randbytes(2 * number)).cast("H"))))
            missing -= len(parts[-1])
        return b"".join(parts)[:size]

    def of(self, file, placeholder):
        """What the package holds: a file with a record holds the placeholder."""
        rng = random.Random("%s %d" % (file.path, self.seed))
        head = HEADS.get(file.kind, b"")
        if file.record == "shebang":
            head = b"#!%s/bin/python\n" % placeholder
        data = head + self.draw(rng, file.kind, max(0, file.size - len(head)))
        if file.record == "text":
            return b"prefix=%s\nlibdir=${prefix}/lib\n%s" % (placeholder, data[:max(0, file.size - 300)])
        if file.record == "binary":
            return with_strings(rng, data, placeholder)
        return data


def with_strings(rng, data, placeholder):
    """The data with NUL-terminated strings in it, no longer than before; large data gets several, one of two paths."""
    strings = [b"%s/share/terminfo\0" % placeholder]
    if len(data) > 100_000:
        strings += [b"%s/lib\0" % placeholder, b"%s/lib:%s/bin\0" % (placeholder, placeholder)]
    step = len(data) // len(strings)
    pieces = []
    for index, string in enumerate(strings):
        piece = data[index * step:(index + 1) * step]
        at = rng.randrange(len(piece) - len(string) + 1)
        pieces.append(piece[:at] + string + piece[at + len(string):])
    return b"".join(pieces) + data[len(strings) * step:]
