#!/usr/bin/env python3
"""Writes docs/guarantee.md from what a whole run of the fault matrix reported: guarantee.py FAULTS.tsv COMMIT PAGE.

A line of FAULTS.tsv is a cell: fault, scheduler, who struck how often. What explains the table stays as the page has it:
only the text between the two marks is written anew.
"""
import datetime
import os
import pathlib
import platform
import sys

FIRST, LAST = "<!-- table: begin -->\n", "<!-- table: end -->\n"

reports, commit, page = sys.argv[1:]
cells, columns = {}, ("Slurm", "Grid Engine, hooks as root", "Grid Engine, hooks as the user")
lines = [line.split("\t") for line in pathlib.Path(reports).read_text().splitlines()]
for fault, column, cell in sorted(lines, key=lambda line: columns.index(line[1])):  # in the order of Slurm's rows
    cells.setdefault(fault, {})[column] = cell
lacking = [(fault, column) for fault in cells for column in columns if column not in cells[fault]]
if lacking:
    sys.exit("guarantee.py: error: no cell for " + "; ".join("%s on %s" % pair for pair in lacking))

table = ["Run on %s, commit `%s`, %s, %d processors." % (
    datetime.date.today().isoformat(), commit, platform.freedesktop_os_release()["PRETTY_NAME"], os.cpu_count()), ""]
table.append("| fault | %s |" % " | ".join(columns))
table.append("|---" * (len(columns) + 1) + "|")
table += ["| %s | %s |" % (fault, " | ".join(cells[fault][column] for column in columns)) for fault in cells]

before, rest = pathlib.Path(page).read_text().split(FIRST)
after = rest.split(LAST)[1]
pathlib.Path(page).write_text(before + FIRST + "\n".join(table) + "\n" + LAST + after)
