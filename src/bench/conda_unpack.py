#!/usr/bin/env python
"""Gives the files of this environment the prefix that it lies at, by conda-pack's rule. make_env.py fills in the records."""
import argparse
import os
import re

_prefix_records = []


def relocate(data, placeholder, prefix, mode):
    if mode == "text":
        return data.replace(placeholder, prefix)

    def shorter(match):
        string = match.group()[:-1]
        spare = (len(placeholder) - len(prefix)) * string.count(placeholder)
        if spare < 0:
            raise ValueError("negative padding")
        return string.replace(placeholder, prefix) + b"\0" * spare + b"\0"

    return re.sub(re.escape(placeholder) + b"([^\0]*?)\0", shorter, data)


def main():
    parser = argparse.ArgumentParser(description="Finish unpacking the environment after unarchiving.")
    parser.add_argument("--version", action="version", version="conda-unpack 0")
    parser.add_argument("-v", "--verbose", action="store_true", help="name each file that is relocated")
    verbose = parser.parse_args().verbose
    prefix = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for path, placeholder, mode in _prefix_records:
        if verbose:
            print(path)
        with open(os.path.join(prefix, path), "rb+") as file:
            old = file.read()
            new = relocate(old, placeholder.encode(), prefix.encode(), mode)
            if new != old:
                file.seek(0)
                file.truncate()
                file.write(new)


if __name__ == "__main__":
    main()
