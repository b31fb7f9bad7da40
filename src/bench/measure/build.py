"""Compiles the bench's own programs."""
import os
import shutil
import subprocess

from . import inputs, runs


def compiled(argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise runs.Failed("`%s` failed: %s" % (" ".join(argv), done.stdout.strip()))


def bounds(folder):
    compiled(["cc", "-O2", "-Wall", "-pthread", "-o", os.path.join(folder, "write_bound"), os.path.join(inputs.BENCH, "write_bound.c")])
    javac = os.path.join(os.environ.get("JAVA_HOME", ""), "bin", "javac")
    compiled([javac if os.path.exists(javac) else "javac", "-d", folder, os.path.join(inputs.BENCH, "InflateBound.java")])


def slow_file_system(folder):
    """The program, or a reason why there is none."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise inputs.Missing("there is no /dev/fuse to use")
    inputs.need("fusermount3", "fuse3")
    inputs.need("pkg-config", "pkg-config")
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "fuse3"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                           text=True, check=False)
    if flags.returncode != 0:
        raise inputs.Missing("FUSE's headers are not installed (Debian package libfuse3-dev)")
    program = os.path.join(folder, "slowfs")
    compiled([shutil.which("cc"), "-O2", "-Wall", "-o", program, os.path.join(inputs.BENCH, "slowfs.c"), *flags.stdout.split()])
    return program
