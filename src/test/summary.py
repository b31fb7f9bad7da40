#!/usr/bin/env python3
"""Sums up what the test runners reported: `N passed, N failed, N skipped`; status 0 only when nothing failed.

A step that failed without a failed test of its own (it did not compile, it crashed) counts as one failure.
"""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

results = pathlib.Path(sys.argv[1])


def junit(directory):
    passed = failed = skipped = 0
    for report in results.parent.glob(directory + "/TEST-*.xml"):
        suite = ElementTree.parse(report).getroot()
        count = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        failed += count["failures"] + count["errors"]
        skipped += count["skipped"]
        passed += count["tests"] - count["failures"] - count["errors"] - count["skipped"]
    return passed, failed, skipped


def tap(pattern, but=None):
    reports = [report for report in results.glob(pattern) if not (but and report.name.startswith(but))]
    lines = [line for report in reports for line in report.read_text(errors="replace").splitlines()]
    skipped = sum(line.startswith("ok ") and " # skip" in line for line in lines)
    return sum(line.startswith("ok ") for line in lines) - skipped, sum(line.startswith("not ok ") for line in lines), skipped


total = [0, 0, 0]
for step, counts in {
    "lint": (0, 0, 0),
    "docs": (0, 0, 0),
    "bats": tap("bats-*.tap"),
    "unit": junit("surefire-reports"),
    "fuzz": (0, 0, 0),
    "install": (0, 0, 0),
    "integration": junit("failsafe-reports"),
    "packages": tap("packages.tap"),
    "worlds": tap("*-*.tap", but="bats-"),
}.items():
    status = int((results / (step + ".status")).read_text())
    if status != 0 and counts[1] == 0:
        print(f"{step} failed with status {status}")
        counts = (counts[0], 1, counts[2])
    total = [old + new for old, new in zip(total, counts)]

print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
sys.exit(1 if total[1] else 0)
