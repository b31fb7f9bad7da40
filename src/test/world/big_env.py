#!/usr/bin/env python3
"""Makes an environment in the directory named: `big`, of many files, or `noise`, of bytes that no compression makes fewer.

Either is like `demo`, but takes a second or two to stage.
"""
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "demo"))
import make_env

name = (sys.argv[2:] or ["big"])[0]
if name == "noise":
    noise = random.Random(4711)
    make_env.FILES.update({"share/noise/%d" % n: (noise.randbytes(200_000), 0o644, None) for n in range(400)})
else:
    make_env.FILES.update({"share/many/%d/%d" % (n % 100, n): (str(n) * 400, 0o644, None) for n in range(10000)})
sys.argv[2:] = [name]
make_env.main()
