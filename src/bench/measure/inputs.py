"""The environment to stage, in every form that a case takes it in. What is slow to make is made once, when first wanted."""
import functools
import os
import shutil
import subprocess
import sys

from . import runs

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# As conda-pack's defaults have it.
ZSTD = "-q -T0 -9"
SQUASHFS = "-comp zstd -Xcompression-level 10 -b 262144 -noappend -no-progress -quiet"


class Missing(Exception):
    """A case cannot be run here; the text says what is missing."""


def need(tool, package):
    if not shutil.which(tool):
        raise Missing("`%s` is not installed (Debian package %s)" % (tool, package))


class Inputs:
    """Below `folder`, which may hold them from an earlier run."""

    def __init__(self, folder, program, shape):
        self.folder, self.program, self.shape = folder, program, shape

    @property
    def prefix(self):
        return self.environment[0]

    @property
    def gzip(self):
        return self.environment[1]

    @functools.cached_property
    def environment(self):
        """(the live prefix, the archive); not side by side, or the archive would be staged when the prefix is asked for"""
        envs, archive = os.path.join(self.folder, "envs"), os.path.join(self.folder, "ref.tar.gz")
        if not os.path.exists(archive):
            make = os.path.join(BENCH, "make_env.py")
            subprocess.run([sys.executable, make, envs, "ref", *self.shape], check=True)
            os.rename(os.path.join(envs, "ref.tar.gz"), archive)
        return os.path.join(envs, "ref"), archive

    @functools.cached_property
    def zstd(self):
        need("zstd", "zstd")
        return self.made("ref.tar.zst", 'gzip -dc "$0" | zstd %s -o "$1"' % ZSTD, self.gzip)

    @functools.cached_property
    def squashfs(self):
        need("unsquashfs", "squashfs-tools")
        script = 'mkdir "$1.tree"; tar -xf "$0" -C "$1.tree"; mksquashfs "$1.tree" "$1" %s >/dev/null' % SQUASHFS
        return self.made("ref.squashfs", script, self.gzip)

    @functools.cached_property
    def own(self):
        if not self.program.has("pack"):
            raise Missing("this version has no command `pack`")
        path = os.path.join(self.folder, "own.tar.zst")
        if os.path.exists(path):
            os.unlink(path)  # another version's
        return self.made("own.tar.zst", '"$2" pack "$0" -o "$1"', self.prefix, self.program.command)

    def made(self, name, script, source, *more):
        """The file of this name, made by a shell script of (source, file, ...)."""
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            done = subprocess.run(["/bin/sh", "-euc", script, source, path, *more], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True, check=False)
            if done.returncode != 0:
                raise runs.Failed("cannot make `%s`: %s" % (path, done.stderr.strip().splitlines()[-1:]))
        return path
