#!/usr/bin/env python3
"""syslog.py FILE [deaf]: listens on /dev/log and adds each message to FILE as a line; deaf: it is there, and nobody reads.

/dev is the machine's own, so this mount namespace gets another one first, with what programs need.
"""
import os
import signal
import socket
import subprocess
import sys

MAKE_DEV = """
set -eu
mkdir -p "$1"
mount -t tmpfs -o mode=755 stagehand-dev "$1"
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/ptmx /dev/fd /dev/stdin /dev/stdout /dev/stderr "$1"
mkdir "$1/pts" "$1/shm"
mount --bind /dev/pts "$1/pts"
mount -t tmpfs -o mode=1777 stagehand-shm "$1/shm"
mount --rbind "$1" /dev
"""

place = sys.argv[1]
with open("/proc/self/mountinfo") as mounts:
    if not any(" /dev " in line and "stagehand-dev" in line for line in mounts):
        subprocess.run(["sh", "-c", MAKE_DEV, "sh", os.environ["WORLD_DIR"] + "/dev." + os.uname().nodename], check=True)
if os.path.exists("/dev/log"):
    os.unlink("/dev/log")
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
os.chmod("/dev/log", 0o666)
if "deaf" in sys.argv:
    full = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    full.setblocking(False)
    try:
        while True:
            full.sendto(b"nobody reads this", "/dev/log")
    except BlockingIOError:
        pass
with open(place + ".pid", "w") as file:
    print(os.getpid(), file=file)
out = open(place, "ab", buffering=0)
out.write(b"listens\n")
while "deaf" in sys.argv:
    signal.pause()
while True:
    out.write(log.recv(65536).replace(b"\n", b"\\n") + b"\n")
