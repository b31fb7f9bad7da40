#!/usr/bin/env python3
"""Lays out a small conda environment and packs it the way conda-pack does.

    make_env.py ENVS [NAME]     makes ENVS/NAME and ENVS/NAME.tar.gz (NAME is `demo`)

Its packages were built at a 255-character placeholder, as conda-build does. What conda does at installation, this does to
the environment: the placeholder becomes the prefix, and a binary is filled up with NULs. What conda-pack does, this does
to the archive: the files carry the placeholder, and `bin/conda-unpack` comes last, with a record for each of them.
"""
import gzip
import hashlib
import io
import json
import os
import sys
import tarfile

PLACEHOLDER = ("/home/builder/conda-bld/demo_1/_h_env" + "_placehold" * 30)[:255]
MTIME = 1600000000.0
PYTHON = os.path.realpath(sys.executable)
SITE_PACKAGES = "lib/python%d.%d/site-packages" % sys.version_info[:2]

# Prints the prefix that its last line holds, as a C program prints a string constant: up to the first NUL.
WHERE_AM_I = b"""#!/bin/sh
tail -n 1 "$0" | tr '\\000' '\\n' | head -n 1
exit
""" + PLACEHOLDER.encode() + b"/share/demo\0\xff\xfe more of a binary\0\n"

GREET = """#!{0}/bin/python
import demo, sys
print(demo.greeting(), "from", sys.prefix)
""".format(PLACEHOLDER)

# path: (content, mode, how it holds the placeholder)
FILES = {
    "bin/where-am-i": (WHERE_AM_I, 0o755, "binary"),
    "bin/greet": (GREET, 0o755, "text"),
    "etc/conda/activate.d/demo.sh": ('export DEMO_DATA="$CONDA_PREFIX/share/demo"\n', 0o644, None),
    "pyvenv.cfg": ("home = %s\n" % os.path.dirname(PYTHON), 0o644, None),  # makes sys.prefix this environment
    "share/demo/greeting.txt": ("hello\n", 0o644, None),
    SITE_PACKAGES + "/demo/__init__.py": (
        'PREFIX = "%s"\n\n\ndef greeting():\n    with open(PREFIX + "/share/demo/greeting.txt") as text:\n'
        "        return text.read().strip()\n" % PLACEHOLDER, 0o644, "text"),
}
FILES.update({
    "%s/demo/table_%03d.py" % (SITE_PACKAGES, number): ("ROWS = %r\n" % list(range(2000)), 0o644, None)
    for number in range(500)
})
LINKS = {"bin/python": PYTHON, "bin/python3": "python"}


def to_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


def relocated(data, mode, prefix):
    old, new = PLACEHOLDER.encode(), prefix.encode()
    if mode != "binary":
        return data.replace(old, new) if mode else data
    start = data.index(old)
    end = data.index(b"\0", start)
    return data[:start] + data[start:end].replace(old, new) + b"\0" * (len(old) - len(new)) + data[end:]


def write(path, data, mode):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(data)
    os.chmod(path, mode)
    os.utime(path, (MTIME, MTIME))


def conda_meta(prefix):
    """What conda writes about the one package: every path, with its placeholder and both checksums."""
    paths = [{"_path": path, "path_type": "softlink"} for path in LINKS]
    for path, (content, _, mode) in FILES.items():
        data = to_bytes(content)
        item = {"_path": path, "path_type": "hardlink", "size_in_bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "sha256_in_prefix": hashlib.sha256(relocated(data, mode, prefix)).hexdigest()}
        if mode:
            item.update(prefix_placeholder=PLACEHOLDER, file_mode=mode)
        paths.append(item)
    return {"name": "demo", "version": "1.0", "build": "0", "build_number": 0, "channel": "local", "files": sorted([*FILES, *LINKS]),
            "link": {"source": "", "type": 1}, "extracted_package_dir": "", "package_tarball_full_path": "",
            "paths_data": {"paths": paths, "paths_version": 1}}


def lay_out(prefix, meta):
    for path, (content, mode, kind) in FILES.items():
        write(os.path.join(prefix, path), relocated(to_bytes(content), kind, prefix), mode)
    for path, target in LINKS.items():
        os.symlink(target, os.path.join(prefix, path))
    for path, data in meta.items():
        write(os.path.join(prefix, path), data, 0o644)


def pack(archive, meta):
    def add(path, data=None, mode=0o644, target=None):
        member = tarfile.TarInfo(path)
        member.mode, member.mtime = mode, MTIME  # not a whole number to tarfile, so a pax header, as conda-pack's have
        if target:
            member.type, member.linkname = tarfile.SYMTYPE, target
        else:
            member.size = len(data)
        tar.addfile(member, None if target else io.BytesIO(data))

    files = {path: (to_bytes(content), mode) for path, (content, mode, _) in FILES.items()}
    files.update({path: (data, 0o644) for path, data in meta.items()})
    # conda-pack changes a `#!` of the environment, and then needs no record for the file
    files["bin/greet"] = (GREET.replace("#!%s/bin/" % PLACEHOLDER, "#!/usr/bin/env ").encode(), 0o755)
    records = [(path, PLACEHOLDER, kind) for path, (_, _, kind) in sorted(FILES.items()) if kind and path != "bin/greet"]
    unpack = "#!/usr/bin/env python\n_prefix_records = [\n%s\n]\n" % ",\n".join(map(repr, records))
    with open(archive, "wb") as out, gzip.GzipFile("", "wb", 6, out, MTIME) as zipped:
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in sorted([*files, *LINKS]):
                if path in LINKS:
                    add(path, mode=0o777, target=LINKS[path])
                else:
                    add(path, *files[path])
            add("bin/conda-unpack", unpack.encode(), 0o755)


def main():
    envs, name = os.path.abspath(sys.argv[1]), (sys.argv[2:] or ["demo"])[0]
    prefix = os.path.join(envs, name)
    meta = {"conda-meta/demo-1.0-0.json": json.dumps(conda_meta(prefix), indent=1, sort_keys=True).encode(),
            "conda-meta/history": b"==> 2020-09-13 12:26:40 <==\n"}
    lay_out(prefix, meta)
    pack(prefix + ".tar.gz", meta)


if __name__ == "__main__":
    main()
