"""What the figures were measured on."""
import os
import platform
import subprocess


def first_line(path, beginning):
    try:
        with open(path, encoding="utf-8") as lines:
            return next((line[len(beginning):].strip(" \t:=\n\"") for line in lines if line.startswith(beginning)), "")
    except OSError:
        return ""


def output(*argv):
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def file_system(path):
    """Its type, and its journal where it is an ext4 that has none."""
    kind = output("stat", "-f", "-c", "%T", path).replace("ext2/ext3", "ext4")
    device = output("df", "--output=source", path).splitlines()[-1]
    if kind == "ext4" and os.path.exists("/proc/fs/jbd2") and not journalled(device):
        kind += " without a journal"
    return kind


def journalled(device):
    return any(name.startswith(os.path.basename(os.path.realpath(device))) for name in os.listdir("/proc/fs/jbd2"))


def describe(tree):
    memory = int(first_line("/proc/meminfo", "MemTotal").split()[0]) / 1048576
    virtual = " (virtual)" if first_line("/proc/cpuinfo", "flags").find(" hypervisor") >= 0 else ""
    return {
        "cpu": (first_line("/proc/cpuinfo", "model name") or platform.machine()) + virtual,
        "cores": len(os.sched_getaffinity(0)),
        "memory": "%.0f GiB" % memory,
        "kernel": "Linux " + platform.release(),
        "system": first_line("/etc/os-release", "PRETTY_NAME"),
        "jdk": first_line(tree + "/lib/runtime/release", "JAVA_VERSION") or "unknown",
        "user": "root" if os.geteuid() == 0 else "a plain user",
    }
