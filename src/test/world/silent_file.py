#!/usr/bin/env python3
"""Mounts over the file named one whose file system takes every question and never answers, as a dead server's does.

Who asks waits in D state, which no signal ends; until this process ends.
"""
import ctypes
import os
import struct
import sys

fuse = os.open("/dev/fuse", os.O_RDWR)
options = "fd=%d,rootmode=100644,user_id=0,group_id=0,allow_other" % fuse
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b"silent", sys.argv[1].encode(), b"fuse", 0, options.encode()):
    sys.exit(os.strerror(ctypes.get_errno()))
hello = os.read(fuse, 1 << 17)
major, minor = struct.unpack_from("<II", hello, 40)  # after the 40 bytes of every question's header
answer = struct.pack("<IIIIHHIIHHI28x", major, min(minor, 31), 0, 0, 16, 12, 1 << 16, 1, 16, 0, 0)
os.write(fuse, struct.pack("<IiQ", 16 + len(answer), 0, *struct.unpack_from("<Q", hello, 8)) + answer)
while True:
    os.read(fuse, 1 << 17)
