"""The table: what is set against what, and what was promised of it."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    key: str
    title: str
    ours: str  # a case
    theirs: str  # a case, the manual workflow unless it says otherwise
    goal: float = 0  # the ratio to reach; 0 where the row is there to compare with


MANUAL = "the manual workflow: `tar -xf`, `chmod -R u+w`, `conda-unpack`"

STAGING = (
    Row("stage-gz", "stage conda-pack's `.tar.gz`, JDK inflater", "stage-gz", "manual", .52),
    Row("stage-gz-igzip", "stage conda-pack's `.tar.gz`, igzip", "stage-gz-igzip", "manual", .35),
    Row("stage-own", "stage our own archive", "stage-own", "manual", .27),
    Row("stage-own-peer", "stage our own archive, against `unsquashfs` and `conda-unpack`", "stage-own", "unsquashfs", 1),
    Row("stage-own-bound", "stage our own archive, against writing alone on all cores", "stage-own", "write-all", 1.5),
    Row("stage-live", "stage the live prefix, against `cp -a` and relocation of the copy", "stage-live", "copy", .7),
)
PEERS = (
    Row("igzip-tar", "`igzip \\| tar`, `conda-unpack`", "igzip-tar", "manual"),
    Row("zstd-tar", "`zstd \\| tar`, `conda-unpack`", "zstd-tar", "manual"),
    Row("unsquashfs", "`unsquashfs`, `conda-unpack`", "unsquashfs", "manual"),
    Row("copy", "`cp -a` of the live prefix, relocation of the copy", "copy", "manual"),
)
BOUNDS = (
    Row("gunzip", "decompress only: `gzip -dc`", "gunzip", "manual"),
    Row("inflate", "decompress only: the JDK's inflater", "inflate", "manual"),
    Row("igzip", "decompress only: `igzip -dc`", "igzip", "manual"),
    Row("unzstd", "decompress only: `zstd -dc`", "unzstd", "manual"),
    Row("write-one", "write only, from memory, one thread", "write-one", "manual"),
    Row("write-all", "write only, from memory, a thread for each core", "write-all", "manual"),
)
CPU = tuple(Row("cpu-" + row.key, "CPU seconds: " + row.title, row.ours, row.theirs, 1) for row in STAGING[:3])
PACK = Row("pack", "pack the live prefix, against `{usual}`", "pack", "usual-pack", .15)
PACK_SIZE = Row("pack-size", "size of the packed file", "pack", "usual-pack", 1)
STRIKE = Row("strike", "strike a read-only tree, against `chmod -R u+w && rm -rf`", "unstage", "remove", .6)
PROLOG = Row("prolog", "whole Slurm prolog without a request, against an empty `#!/bin/sh` script", "prolog", "empty", 3)
PROLOG_TOML = Row("prolog-toml", "the same with the look for `.conda-stage.toml`", "prolog-toml", "empty")
CACHED = (
    Row("next", "a job whose environment is on the node, against the first job", "next", "first", .06),
    Row("many", "{jobs} jobs at once that want one environment, against one job", "many", "first", 1.5),
)
NEXT_SECONDS = .3
IMAGES = (
    Row("fuse", "the first job that wants an image, through FUSE", "fuse", "staged", .1),
    Row("kernel", "the first job that wants an image, by the kernel", "kernel", "staged", .1),
    Row("fuse-next", "the next job, through FUSE", "fuse-next", "staged", .06),
    Row("kernel-next", "the next job, by the kernel", "kernel-next", "staged", .06),
    Row("start-fuse", "first start from the image, through FUSE, against that from a staged copy", "start-fuse", "start-staged"),
    Row("again-fuse", "second start, through FUSE", "again-fuse", "again-staged"),
    Row("start-kernel", "first start from the image, by the kernel", "start-kernel", "start-staged"),
    Row("again-kernel", "second start, by the kernel", "again-kernel", "again-staged"),
)
SLOW = Row("slow-start", "the same, from its staged copy", "staged", "unstaged")
MEMORY = {"stage-gz": "`.tar.gz`, JDK inflater", "stage-gz-igzip": "`.tar.gz`, igzip", "stage-own": "our own archive",
          "stage-live": "the live prefix"}
MEMORY_PROMISE = 256e6

IN_TURN = (*STAGING, *PEERS, *BOUNDS)
ALL = (*(row.key for row in IN_TURN), "pack", "memory", "strike", "slow-start", "growth", "prolog", "cached", "images")
