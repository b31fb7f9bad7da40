"""What is run: each case makes the command that lays the environment out at a place, or that does a part of it."""
import os
import shutil
from shlex import quote

from . import inputs, runs

UNPACK = 'PATH="{0}/bin:$PATH" {0}/bin/conda-unpack'
# Only root's tar gives files the archive's owner; a user's does not, and is not to look the better for it.
EXTRACT = "tar --no-same-owner -x"


class Cases:
    """The cases for one place; `build` holds the compiled bounds."""

    def __init__(self, program, source, build, cores):
        self.program, self.source, self.build, self.cores = program, source, build, cores

    def command(self, name, target):
        return getattr(self, name.replace("-", "_"))(target)

    # by hand

    def manual(self, at):
        return self.unpacked(at, "%s -f %s -C %s && chmod -R u+w %s" % (EXTRACT, quote(self.source.gzip), at, at), self.source.gzip)

    def igzip_tar(self, at):
        inputs.need("igzip", "isal")
        return self.unpacked(at, "igzip -dc %s | %s -C %s" % (quote(self.source.gzip), EXTRACT, at), self.source.gzip)

    def zstd_tar(self, at):
        return self.unpacked(at, "zstd -dcq %s | %s -C %s" % (quote(self.source.zstd), EXTRACT, at), self.source.zstd)

    def unsquashfs(self, at):
        script = "unsquashfs -q -n -f -d %s %s >/dev/null" % (at, quote(self.source.squashfs))
        return self.unpacked(at, script, self.source.squashfs)

    def copy(self, at):
        relocate = os.path.join(inputs.BENCH, "relocate_copy.py")
        return runs.shell("cp -a %s %s && python3 %s %s %s" % (quote(self.source.prefix), at, relocate, quote(self.source.prefix), at),
                          reads=(self.source.prefix,))

    @staticmethod
    def unpacked(at, script, archive):
        return runs.shell("mkdir %s && %s && %s" % (at, script, UNPACK.format(at)), reads=(archive,))

    # staged

    def stage(self, what, at, **keys):
        return runs.Command([self.program.command, "stage", what, "--to", at], reads=(what,),
                            before=lambda: self.program.configure(**keys))

    def stage_gz(self, at):
        return self.stage(self.source.gzip, at, decompressor='"java"')

    def stage_gz_igzip(self, at):
        inputs.need("igzip", "isal")
        if not self.program.has_key("decompressor"):
            raise inputs.Missing("this version's site.toml has no key `decompressor`")
        return self.stage(self.source.gzip, at, decompressor='"igzip"')

    def stage_own(self, at):
        return self.stage(self.source.own, at)

    def stage_live(self, at):
        return self.stage(self.source.prefix, at)

    # bounds

    def gunzip(self, _at):
        return runs.shell("gzip -dc %s >/dev/null" % quote(self.source.gzip), reads=(self.source.gzip,))

    def igzip(self, _at):
        inputs.need("igzip", "isal")
        return runs.shell("igzip -dc %s >/dev/null" % quote(self.source.gzip), reads=(self.source.gzip,))

    def inflate(self, _at):
        java = os.path.join(self.program.tree, "lib", "runtime", "bin", "java")
        return runs.Command([java, "-XX:TieredStopAtLevel=1", "-cp", self.build, "InflateBound", self.source.gzip],
                            reads=(self.source.gzip,), tells_seconds=True)

    def unzstd(self, _at):
        return runs.shell("zstd -dcq %s >/dev/null" % quote(self.source.zstd), reads=(self.source.zstd,))

    def write_one(self, at):
        return self.write(at, 1)

    def write_all(self, at):
        return self.write(at, self.cores)

    def write(self, at, threads):
        return runs.Command([os.path.join(self.build, "write_bound"), self.source.prefix, at, str(threads)], tells_seconds=True)

    # the other ways round

    def pack(self, at):
        if not self.program.has("pack"):
            raise inputs.Missing("this version has no command `pack`")
        return runs.Command([self.program.command, "pack", self.source.prefix, "-o", at + ".tar.zst"], reads=(self.source.prefix,))

    def pack_by_tar(self, at):
        return runs.shell("tar -czf %s.tar.gz -C %s ." % (at, quote(self.source.prefix)), reads=(self.source.prefix,))

    def pack_by_conda_pack(self, at):
        return runs.shell("conda-pack -q -p %s -o %s.tar.gz" % (quote(self.source.prefix), at), reads=(self.source.prefix,))

    def usual_pack(self):
        return "pack_by_conda_pack" if shutil.which("conda-pack") else "pack_by_tar"

    def unstage(self, at):
        return runs.Command([self.program.command, "unstage", at])

    @staticmethod
    def remove(at):
        return runs.shell("chmod -R u+w %s && rm -rf %s" % (at, at))
