"""root_paths.py TRACE TREE PREFIX...: what our hooks did as root in a trace of `strace -f -y`, of a scheduler's daemon and all that
it started: prints each call that named something below a PREFIX, then how many calls named a file at all.

A hook is a process that runs a program of TREE's prolog/ or epilog/, with all that it starts. It is root's until it has
become somebody else.
"""
import os
import re
import sys

LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?([a-z0-9_]+)(?:\((.*)| resumed>(.*))$")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(?:\.\.\.)?')
AT = re.compile(r"(?:AT_FDCWD|\d+)<([^>]*)>, $")
CHILD = re.compile(r"= (\d+)(?:<.*>)?$")
BECOME = {"setuid": 0, "setreuid": 1, "setresuid": 1}
FORKS = ("clone", "clone3", "fork", "vfork")


class Process:
    def __init__(self, parent=None):
        self.uid = parent.uid if parent else 0
        self.cwd = parent.cwd if parent else "/"
        self.hook = parent.hook if parent else False
        self.wanted = -1


def children(lines):
    """{child: (parent, the line at which the parent asked for it)}"""
    found, asked = {}, {}
    for number, (pid, call, begun, rest) in enumerate(lines):
        if call in FORKS:
            if begun is not None:
                asked[pid] = number
            made = CHILD.search(rest)
            if made and pid in asked:
                found[made.group(1)] = (pid, asked.pop(pid))
    return found


def named(call, arguments, cwd):
    """The paths in a call's arguments, absolute."""
    strings = list(STRING.finditer(arguments))
    for string in strings[:1] if call in ("execve", "symlink", "readlink", "chdir") else strings:
        text = string.group(1).encode("latin-1", "replace").decode("unicode_escape", "replace")
        at = AT.search(arguments, 0, string.start())
        yield os.path.normpath(os.path.join(at.group(1) if at else cwd, text))


def main(trace, tree, *prefixes):
    with open(trace, encoding="utf-8", errors="replace") as text:
        lines = [(m.group(1), m.group(2), m.group(3), m.group(3) if m.group(3) is not None else m.group(4))
                 for m in map(LINE.match, text.read().splitlines()) if m]
    made = children(lines)
    processes, forked, count = {}, {}, 0
    for number, (pid, call, begun, rest) in enumerate(lines):
        if pid not in processes:
            parent, _ = made.get(pid, (None, 0))
            processes[pid] = Process(forked.get(pid) or processes.get(parent))
        process = processes[pid]
        if call in FORKS and begun is not None: # a child may be seen before its parent's call returns
            for child in (child for child, (parent, at) in made.items() if parent == pid and at == number):
                forked[child] = Process(process)
        elif call in BECOME:
            if begun is not None:
                process.wanted = int(re.findall(r"-?\d+", rest)[BECOME[call]])
            if rest.endswith("= 0") and process.wanted != -1:
                process.uid = process.wanted
        elif begun is not None and STRING.search(rest):
            paths = list(named(call, rest, process.cwd))
            if call == "execve" and paths and re.match(re.escape(tree) + "/(prolog|epilog)/", paths[0]):
                process.hook = True
            if process.hook and process.uid == 0:
                count += 1
                for path in paths:
                    if any(path.startswith(prefix + "/") for prefix in prefixes):
                        print("%s(%s" % (call, rest))
            if call == "chdir" and paths and rest.endswith("= 0"):
                process.cwd = paths[0]
    print(count)


main(*sys.argv[1:])
