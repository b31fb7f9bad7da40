"""Packs the benchmark's environment as conda-pack does: a pax header for each member, sorted, `bin/conda-unpack` last.

Pieces of the tar are deflated side by side and joined to one gzip stream, as conda-pack does it with several threads.
"""
import gzip
import io
import os
import struct
import tarfile
import zlib
from dataclasses import dataclass

PLACEHOLDER = ("/home/builder/conda-bld/bench_1/_h_env" + "_placehold" * 30)[:255].encode()
FIRST_MTIME = 1_600_000_000
LEVEL = 4  # conda-pack's default
BATCH = 8 << 20  # bytes of tar in one piece
HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass(frozen=True)
class Extra:
    """A file whose content is at hand."""
    path: str
    data: bytes
    mode: int = 0o644

    @property
    def size(self):
        return len(self.data)


@dataclass(frozen=True)
class Link:
    path: str
    kind: bytes
    target: str
    size: int = 0


def mtime(path):
    return float(FIRST_MTIME + zlib.crc32(path.encode()) % 30_000_000)  # a float, so a pax header for each member


def added(plan):
    """The four files that conda-pack adds."""
    records = [(file.path, PLACEHOLDER.decode(), file.record) for file in plan.files if file.record in ("text", "binary")]
    with open(os.path.join(HERE, "conda_unpack.py"), encoding="utf-8") as template:
        unpack = template.read().replace("_prefix_records = []", "_prefix_records = [\n%s\n]" % ",\n".join(map(repr, records)))
    activate = b'CONDA_PREFIX="$(cd "$(dirname "$BASH_SOURCE")/.." && pwd)"\nexport CONDA_PREFIX PATH="$CONDA_PREFIX/bin:$PATH"\n'
    return [Extra("bin/activate", activate), Extra("bin/deactivate", b"unset CONDA_PREFIX\n"),
            Extra("bin/activate.fish", b"set -gx CONDA_PREFIX (realpath (dirname (status -f))/..)\n"),
            Extra("bin/conda-unpack", unpack.encode(), 0o755)]


def entries(plan, extras):
    """All members, in the archive's order."""
    links = [Link(path, tarfile.LNKTYPE, target) for path, target in plan.hard_links.items()]
    links += [Link(path, tarfile.SYMTYPE, target) for path, target in plan.symlinks.items()]
    return sorted([*plan.files, *extras, *links], key=lambda entry: entry.path) + added(plan)


def in_batches(members):
    batch, size = [], 0
    for entry in members:
        batch.append(entry)
        size += 1536 + entry.size
        if size > BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def member(entry):
    info = tarfile.TarInfo(entry.path)
    info.uid, info.gid, info.uname, info.gname = 1000, 1000, "ada", "ada"
    if isinstance(entry, Link):
        info.type, info.linkname = entry.kind, entry.target
        info.mode = 0o777 if entry.kind == tarfile.SYMTYPE else 0o644
        info.mtime = mtime(entry.target if entry.kind == tarfile.LNKTYPE else entry.path)
    else:
        info.size, info.mode, info.mtime = entry.size, entry.mode, mtime(entry.path)
    return info


def content(contents, entry):
    if isinstance(entry, Extra):
        return entry.data
    data = contents.of(entry, PLACEHOLDER)
    # conda-pack changes a `#!` of the environment, and then needs no record for the file
    return data.replace(b"#!%s/bin/" % PLACEHOLDER, b"#!/usr/bin/env ") if entry.record == "shebang" else data


def deflated(contents, batch):
    """One piece: its deflate blocks, and the checksum and the length of its tar."""
    tar = io.BytesIO()
    for entry in batch:
        info = member(entry)
        data = b"" if isinstance(entry, Link) else content(contents, entry)
        if data:
            info.size = len(data)
        tar.write(info.tobuf(tarfile.PAX_FORMAT))
        tar.write(data)
        tar.write(bytes(-len(data) % tarfile.BLOCKSIZE))
    return deflate(tar.getbuffer(), zlib.Z_FULL_FLUSH)


def deflate(data, flush):
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(flush), zlib.crc32(data), len(data)


def joined_checksum(before, after, length):
    """Of two pieces one after the other, from that of each: a checksum is linear in the bits."""
    zeros = bytes(length)
    return zlib.crc32(zeros, before) ^ zlib.crc32(zeros) ^ after


def pack(archive, pool, deflate_batch, members):
    """Writes the archive; `deflate_batch` is run by the pool's processes."""
    checksum, size = 0, 0
    with open(archive, "wb") as out:
        out.write(gzip.compress(b"", mtime=FIRST_MTIME)[:10])
        for blocks, piece_checksum, length in pool.imap(deflate_batch, in_batches(members)):
            out.write(blocks)
            checksum, size = joined_checksum(checksum, piece_checksum, length), size + length
        end = 2 * tarfile.BLOCKSIZE
        blocks, piece_checksum, length = deflate(bytes(end + -(size + end) % tarfile.RECORDSIZE), zlib.Z_FINISH)
        out.write(blocks)
        out.write(struct.pack("<II", joined_checksum(checksum, piece_checksum, length), (size + length) & 0xFFFFFFFF))
