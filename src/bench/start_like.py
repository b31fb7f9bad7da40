#!/usr/bin/env python3
"""start_like.py LISTED FILES [PREFIX]: looks at as many files as a large Python program does when it starts, and prints the seconds.

LISTED says which; they are looked at below PREFIX, which is the same tree again (behind a slow file system, say).
An import stats a module's source and reads its bytecode: so every other look is a stat, every other an open and a read.
"""
import os
import sys
import time


def pairs(prefix):
    """Sources that have bytecode, always in the same order."""
    for folder, folders, files in os.walk(prefix):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".cpython-311.pyc"):
                bytecode = os.path.join(folder, name)
                yield os.path.join(os.path.dirname(folder), name.split(".")[0] + ".py"), bytecode


def main():
    listed, number = sys.argv[1], int(sys.argv[2])
    prefix = sys.argv[3] if len(sys.argv) > 3 else listed
    found = [(source, bytecode) for _, (source, bytecode) in zip(range(number // 2), pairs(listed))]
    begun = time.perf_counter()
    for source, bytecode in found:
        os.stat(prefix + source[len(listed):])
        with open(prefix + bytecode[len(listed):], "rb", buffering=0) as file:
            file.read()
    print("%.6f" % (time.perf_counter() - begun))
    if len(found) < number // 2:
        sys.exit("start_like.py: only %d modules in %s" % (len(found), listed))


if __name__ == "__main__":
    main()
