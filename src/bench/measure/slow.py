"""A program's start from an environment that lies behind a slow file system, and from its staged copy."""
import contextlib
import os
import subprocess
import sys
import time

from . import build, inputs, runs

FILES = 4000
DELAY = 2  # milliseconds for each call
MOUNT_SECONDS = 10


@contextlib.contextmanager
def mounted(program, source, at):
    """Anew each time: nothing of an earlier run is in the kernel's caches."""
    os.makedirs(at, exist_ok=True)
    process = subprocess.Popen([program, source, str(DELAY * 1000), at, "-f"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + MOUNT_SECONDS
        while not os.path.ismount(at):
            if process.poll() is not None or time.monotonic() > deadline:
                raise inputs.Missing("a FUSE file system cannot be mounted here")
            time.sleep(.05)
        yield
    finally:
        subprocess.run(["fusermount3", "-u", at], stderr=subprocess.DEVNULL, check=False)
        try:
            process.wait(MOUNT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def start(place, cases, rounds, files, say):
    """({"staged": Series, "unstaged": Series})"""
    program = build.slow_file_system(cases.build)
    prefix, mount = cases.source.prefix, os.path.join(place.folder, "slow")
    staged = place.new("slow-staged")
    stage = cases.command("stage-live", staged)
    runs.prepare(stage)
    runs.measured(stage)
    series = {name: runs.Series() for name in ("staged", "unstaged")}
    like = [sys.executable, os.path.join(inputs.BENCH, "start_like.py"), prefix, str(files)]
    for _ in range(rounds):
        with mounted(program, prefix, mount):
            for name, tree in ("unstaged", mount), ("staged", staged):
                wall, cpu = runs.measured(runs.Command([*like, tree], tells_seconds=True))
                series[name].wall.append(wall)
                series[name].cpu.append(cpu)
                say("%s: start, %-9s %7.3f s" % (place.name, name, wall))
    place.done_with(staged)
    return series
