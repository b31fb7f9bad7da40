#!/usr/bin/env python3
"""Lays out a conda environment of a real one's shape, and packs it the way conda-pack does.

    make_env.py ENVS NAME [--scale 1.0] [--files N] [--bytes N] [--seed 1]     makes ENVS/NAME and ENVS/NAME.tar.gz

The same arguments make the same bytes. Scale 1 is 32,431 files of 801 MB. ../demo/make_env.py does the same on a small
scale, and says what is conda's part in it and what conda-pack's.
"""
import argparse
import hashlib
import json
import multiprocessing
import os
import sys

import env_content
import env_pack
import env_shape

PLACEHOLDER = env_pack.PLACEHOLDER
PYTHON = os.path.realpath(sys.executable)


def relocated(data, record, prefix):
    """What conda makes of a package's file when it installs it."""
    if record != "binary":
        return data.replace(PLACEHOLDER, prefix)
    strings = data.split(b"\0")
    for index, string in enumerate(strings):
        if PLACEHOLDER in string:
            spare = (len(PLACEHOLDER) - len(prefix)) * string.count(PLACEHOLDER)
            strings[index] = string.replace(PLACEHOLDER, prefix) + bytes(spare)
    return b"\0".join(strings)


def write(prefix, path, data, mode=0o644):
    with open(os.path.join(prefix, path), "wb") as out:
        out.write(data)
        os.fchmod(out.fileno(), mode)
    os.utime(os.path.join(prefix, path), 2 * (env_pack.mtime(path),))


def lay_out(prefix, contents, files):
    """Writes the files into the live prefix and returns what conda-meta says of each."""
    items = []
    for file in files:
        data = contents.of(file, PLACEHOLDER)
        item = {"_path": file.path, "path_type": "hardlink", "size_in_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        if file.record:
            item.update(prefix_placeholder=PLACEHOLDER.decode(), file_mode="binary" if file.record == "binary" else "text")
            data = relocated(data, file.record, prefix.encode())
        item["sha256_in_prefix"] = hashlib.sha256(data).hexdigest()
        write(prefix, file.path, data, file.mode)
        items.append(item)
    return items


def conda_meta(plan, items):
    """conda-meta/*.json: every package owns a run of the paths."""
    sha256 = {item["_path"]: item["sha256"] for item in items}
    items = items + [{"_path": path, "path_type": "hardlink", "sha256": sha256[target], "sha256_in_prefix": sha256[target]}
                     for path, target in plan.hard_links.items()]
    items += [{"_path": path, "path_type": "softlink"} for path in plan.symlinks]
    items.sort(key=lambda item: item["_path"])
    each = -(-len(items) // plan.packages)
    for number in range(plan.packages):
        paths = items[number * each:(number + 1) * each]
        name = "package%d" % number if number else "python"
        record = {"name": name, "version": "3.11.7", "build": "h1_%d" % number, "build_number": number, "channel": "local", "depends": [],
                  "extracted_package_dir": "", "package_tarball_full_path": "", "link": {"source": "", "type": 1},
                  "files": [item["_path"] for item in paths], "paths_data": {"paths": paths, "paths_version": 1}}
        yield env_pack.Extra("conda-meta/%s-3.11.7-h1_%d.json" % (name, number), json.dumps(record, indent=1, sort_keys=True).encode())


def make_directories(prefix, plan):
    os.makedirs(os.path.join(prefix, "conda-meta"))
    for directory in sorted({os.path.dirname(file.path) for file in plan.files}):
        os.makedirs(os.path.join(prefix, directory), exist_ok=True)


def make(prefix, plan):
    contents = env_content.Contents(plan.shape.seed)
    make_directories(prefix, plan)
    with multiprocessing.Pool(initializer=begin, initargs=(prefix, contents)) as pool:
        items = [item for batch in pool.imap(lay_out_batch, env_pack.in_batches(plan.files)) for item in batch]
        for path, target in plan.hard_links.items():
            os.link(os.path.join(prefix, target), os.path.join(prefix, path))
        for path, target in plan.symlinks.items():
            os.symlink(target, os.path.join(prefix, path))
        extras = [*conda_meta(plan, items), env_pack.Extra("conda-meta/history", b"==> 2020-09-13 12:26:40 <==\n"),
                  env_pack.Extra("pyvenv.cfg", b"home = %s\n" % os.path.dirname(PYTHON).encode())]
        for extra in extras:
            write(prefix, extra.path, extra.data)
        env_pack.pack(prefix + ".tar.gz", pool, deflate_batch, env_pack.entries(plan, extras))


def begin(*shared):
    """What every process of the pool works with."""
    global PREFIX, CONTENTS
    PREFIX, CONTENTS = shared


def lay_out_batch(files):
    return lay_out(PREFIX, CONTENTS, files)


def deflate_batch(batch):
    return env_pack.deflated(CONTENTS, batch)


def main():
    parser = argparse.ArgumentParser(description="Lays out and packs a conda environment of a real one's shape.")
    parser.add_argument("envs")
    parser.add_argument("name")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--files", type=int, help="as many files, instead of the scale's number")
    parser.add_argument("--bytes", type=int, help="as many bytes in files, instead of the scale's number")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    shape = env_shape.Shape(seed=given.seed)
    files, size = given.files or round(shape.files * given.scale), given.bytes or round(shape.bytes * given.scale)
    if (files, size) != (shape.files, shape.bytes):
        shape = shape.scaled(files, size)
    plan = env_shape.plan(shape)
    plan.symlinks["bin/python"] = PYTHON
    os.umask(0o022)
    make(os.path.join(os.path.abspath(given.envs), given.name), plan)


if __name__ == "__main__":
    main()
