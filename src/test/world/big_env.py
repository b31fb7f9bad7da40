#!/usr/bin/env python3
"""Makes the environment `big` in the directory named: like `demo`, but it takes a second or two to stage."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "demo"))
import make_env

make_env.FILES.update({"share/many/%d/%d" % (n % 100, n): (str(n) * 400, 0o644, None) for n in range(10000)})
sys.argv.append("big")
make_env.main()
