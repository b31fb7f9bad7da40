"""Runs commands, and measures each by the clock, by the processors' time and by its memory."""
import contextlib
import os
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field

SETTLED = 8 << 10  # KiB that may wait to be written to a disk that is called quiet
SETTLE_SECONDS = 30


class Failed(Exception):
    """A command that did not do its work; nothing is measured then."""


@dataclass(frozen=True)
class Command:
    argv: list
    reads: tuple = ()  # files and trees that are to be in the page cache
    tells_seconds: bool = False  # prints the seconds that count, for the rest of it is preparation
    before: object = None  # what is done first, not measured


def shell(script, **more):
    return Command(["/bin/sh", "-euc", script], **more)


@dataclass
class Series:
    """What one case took, a value for each round."""
    wall: list = field(default_factory=list)
    cpu: list = field(default_factory=list)

    def as_json(self):
        return {"wall": [round(value, 4) for value in self.wall], "cpu": [round(value, 4) for value in self.cpu]}


def touch_memory():
    """A virtual machine pays for memory at its first touch; this pays for what the next run will use."""
    subprocess.run(["dd", "if=/dev/zero", "of=/dev/null", "bs=2G", "count=1"], stderr=subprocess.DEVNULL, check=True)


def settle():
    """Until what earlier runs wrote is on the disk."""
    os.sync()
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        with open("/proc/meminfo", encoding="ascii") as lines:
            kib = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines)}
        if kib["Dirty"] + kib["Writeback"] < SETTLED:
            return
        time.sleep(.2)


def warm(paths):
    for path in paths:
        subprocess.run(["/bin/sh", "-euc", 'tar -cf - "$0" 2>/dev/null | cat >/dev/null', path], check=True)


@contextlib.contextmanager
def killed_if_interrupted(process):
    """With its children, or they would go on writing into what is being deleted."""
    try:
        yield
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def measured(command):
    """(wall seconds, processor seconds with all children)"""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(command.argv, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, start_new_session=True)
        with killed_if_interrupted(process):
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            said = errors.read().decode(errors="replace").strip().splitlines() or ["nothing"]
            raise Failed("`%s` ended with %d and said: %s" % (" ".join(command.argv)[:300], process.returncode, said[-1]))
        if command.tells_seconds:
            wall = float(out.read())
        return wall, usage.ru_utime + usage.ru_stime


def prepare(command):
    if command.before:
        command.before()
    warm(command.reads)
    touch_memory()


def peak_memory(command, interval=.005):
    """The bytes that the command and all its children held, each at its peak, summed; sampled, so not for a timed run.

    (A control group's own peak counts the page cache with it, and so every file that staging writes.)
    """
    prepare(command)
    peaks = {}
    process = subprocess.Popen(command.argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    ended = threading.Event()

    def sample():
        while not ended.wait(interval):
            for pid in family(process.pid):
                peaks[pid] = max(peaks.get(pid, 0), peak_of(pid))

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        with killed_if_interrupted(process):
            status = process.wait()
    finally:
        ended.set()
        sampler.join()
    if status != 0:
        raise Failed("`%s` ended with %d" % (" ".join(command.argv)[:300], status))
    return sum(peaks.values())


def family(pid):
    found = [pid]
    for member in found:
        try:
            for thread in os.listdir("/proc/%d/task" % member):
                with open("/proc/%d/task/%s/children" % (member, thread), encoding="ascii") as children:
                    found += map(int, children.read().split())
        except OSError:
            continue  # it ended meanwhile
    return found


def peak_of(pid):
    try:
        with open("/proc/%d/status" % pid, encoding="utf-8", errors="replace") as lines:
            return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def ratio(ours, theirs):
    """Of the medians, with the least and the greatest of the rounds' own."""
    pairs = [mine / other for mine, other in zip(ours, theirs) if other]
    whole = statistics.median(ours) / statistics.median(theirs)
    return {"ratio": round(whole, 3), "least": round(min(pairs), 3), "greatest": round(max(pairs), 3)}
