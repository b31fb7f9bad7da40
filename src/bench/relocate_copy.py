#!/usr/bin/env python3
"""relocate_copy.py OLD NEW: after `cp -a OLD NEW` of a conda environment, gives the files of NEW its prefix.

Which files hold the old one, conda-meta says. In a binary a string's spare room is the NULs after it.
"""
import glob
import json
import os
import re
import sys


def relocated(data, old, new, mode):
    if mode == "text":
        return data.replace(old, new)

    def same_length(match):
        string = match.group(1).replace(old, new)
        if len(string) >= len(match.group()):
            raise ValueError("no room for the new prefix")
        return string + bytes(len(match.group()) - len(string))

    return re.sub(b"(" + re.escape(old) + b"[^\0]*)\0+", same_length, data)


def main():
    old, new = (os.path.abspath(path) for path in sys.argv[1:3])
    for package in glob.glob(os.path.join(new, "conda-meta", "*.json")):
        with open(package, encoding="utf-8") as text:
            paths = json.load(text)["paths_data"]["paths"]
        for item in paths:
            if "prefix_placeholder" not in item:
                continue
            with open(os.path.join(new, item["_path"]), "rb+") as file:
                before = file.read()
                after = relocated(before, old.encode(), new.encode(), item["file_mode"])
                if after != before:
                    file.seek(0)
                    file.truncate()
                    file.write(after)


if __name__ == "__main__":
    main()
