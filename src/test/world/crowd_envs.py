#!/usr/bin/env python3
"""Makes the environment `demo` of load1, load2 ... in the directory of their homes: HOMES COUNT."""
import multiprocessing
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "demo"))
import make_env

homes, count = sys.argv[1], int(sys.argv[2])


def give(path, uid):
    for directory, _, files in os.walk(path):
        for name in [directory, *(os.path.join(directory, file) for file in files)]:
            os.chown(name, uid, uid, follow_symlinks=False)


def make(number):
    home = "%s/load%d" % (homes, number)
    envs = home + "/.conda/envs"
    os.makedirs(envs)
    sys.argv[1:] = [envs]
    make_env.main()
    if number % 8 == 4:  # asks by a file
        pathlib.Path(home, ".conda-stage.toml").write_text('env = "demo"\n')
    if number % 8 == 7:  # cut off in the middle
        os.truncate(envs + "/demo.tar.gz", os.path.getsize(envs + "/demo.tar.gz") // 2)
    give(home, os.stat(home).st_uid)


with multiprocessing.Pool(2) as pool:
    pool.map(make, range(1, count + 1), 1)
