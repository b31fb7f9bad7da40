"""The Slurm prolog of a job that asked for nothing: src/bench/slurm-hooks measures it, and this reads what it prints."""
import os
import re
import subprocess

from . import inputs, runs

LINE = re.compile(r"^(\S+)\s+median\s+([\d.]+) ms.*; forks (\d+), programs (\d+), connections (\d+)$", re.MULTILINE)


def prolog(tree, number, say):
    """{kind: {"milliseconds", "forks", "programs", "connections"}}"""
    if os.geteuid() != 0:
        raise inputs.Missing("hooks are root's, and this is not root")
    inputs.need("strace", "strace")
    done = subprocess.run([os.path.join(inputs.BENCH, "slurm-hooks"), tree, str(number)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    found = {kind: {"milliseconds": float(median), "forks": int(forks), "programs": int(programs), "connections": int(connections)}
             for kind, median, forks, programs, connections in LINE.findall(done.stdout)}
    if done.returncode != 0 or not {"empty", "prolog", "prolog-toml"} <= found.keys():
        raise runs.Failed("slurm-hooks ended with %d: %s" % (done.returncode, (done.stderr or done.stdout).strip()[-300:]))
    for kind in ("empty", "prolog", "prolog-toml"):
        say("hooks: %-12s %5.1f ms" % (kind, found[kind]["milliseconds"]))
    return found
