#!/usr/bin/env python3
"""Until SIGTERM looks ten times a second at all processes that run what is in TREE, and their children; then prints the most
that it saw at one moment, each figure for itself: processes, JVMs, threads and MiB of resident memory."""
import os
import signal
import sys
import time

tree = sys.argv[1].encode()
most = {"processes": 0, "jvms": 0, "threads": 0, "rss": 0, "largest": 0}
ended = []
signal.signal(signal.SIGTERM, lambda *_: ended.append(True))


def fields(pid):
    with open("/proc/%s/status" % pid, "rb") as lines:
        return dict(line.split(b":", 1) for line in lines.read().splitlines() if b":" in line)


def command_of(pid):
    try:
        with open("/proc/%s/cmdline" % pid, "rb") as command:
            return command.read()
    except (FileNotFoundError, ProcessLookupError):
        return b""  # ended meanwhile


def is_jvm(command):
    return b"/bin/java" in command.split(b"\0")[0]


def look():
    commands, status = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        commands[pid] = command_of(pid)
        try:
            status[pid] = fields(pid)
        except (FileNotFoundError, ProcessLookupError):
            commands.pop(pid, None)  # ended meanwhile
    ours = {pid for pid, command in commands.items() if tree in command and pid != str(os.getpid())}

    def parent(pid):
        return status[pid][b"PPid"].strip().decode()

    grown = True
    while grown:  # their children, and theirs
        more = {pid for pid in status if parent(pid) in ours} - ours
        ours |= more
        grown = bool(more)
    jvms = {pid for pid in ours if is_jvm(commands[pid])}
    memory = [int(status[pid].get(b"VmRSS", b"0").split()[0]) >> 10 for pid in ours]
    now = {
        "processes": len(ours),
        # those that were there a moment ago and still are: a look takes long on a busy machine, and a waiting shell may become one.
        # A JVM's child is not another: until it has become igzip it only looks like one
        "jvms": sum(is_jvm(commands[pid]) and is_jvm(command_of(pid)) for pid in ours if parent(pid) not in jvms),
        "threads": sum(int(status[pid][b"Threads"]) for pid in ours),
        "rss": sum(memory),
        "largest": max((int(status[pid].get(b"VmHWM", b"0").split()[0]) >> 10 for pid in ours), default=0),
    }
    for key, value in now.items():
        most[key] = max(most[key], value)


while not ended:
    look()
    time.sleep(0.1)
for key, value in most.items():
    print(key, value)
