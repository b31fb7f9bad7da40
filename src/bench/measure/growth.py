"""How the cost grows: with the bytes at one number of files, with the files at one number of bytes, on one core and more."""
import os
import statistics
from dataclasses import dataclass

from . import cases, inputs, rotation

CASES = ("manual", "stage-gz", "stage-own")
FILES, MEGABYTES = 1_000, 100  # what stays while the other grows


@dataclass(frozen=True)
class Point:
    files: int
    megabytes: int

    def shape(self):
        return ["--files", str(self.files), "--bytes", str(self.megabytes * 1_000_000)]


BY_SIZE = tuple(Point(FILES, megabytes) for megabytes in (10, 100, 1_000))
BY_FILES = tuple(Point(files, MEGABYTES) for files in (1_000, 10_000, 100_000))


def core_counts():
    """One, and two where there are."""
    cores = sorted(os.sched_getaffinity(0))
    return [cores[:number] for number in (1, 2) if number <= len(cores)]


def measure(place, program, build, rounds, tenth, say):
    """[{"files", "megabytes", "cores", "seconds": {case: median}}]; `tenth` leaves the largest of each series out"""
    everything = os.sched_getaffinity(0)
    points = sorted({*BY_SIZE, *BY_FILES}, key=lambda point: (point.megabytes, point.files))
    if tenth:
        points = [point for point in points if point not in (BY_SIZE[-1], BY_FILES[-1])]
    found = []
    for point in points:
        source = inputs.Inputs(os.path.join(place.inputs, "growth-%d-%d" % (point.files, point.megabytes)), program, point.shape())
        os.makedirs(source.folder, exist_ok=True)
        for cores in core_counts():
            os.sched_setaffinity(0, cores)
            try:
                at = cases.Cases(program, source, build, len(cores))
                series = rotation.rotate(place, at, CASES, rounds, lambda line: None)
            finally:
                os.sched_setaffinity(0, everything)
            seconds = {name: round(statistics.median(one.wall), 4) for name, one in series.items()}
            found.append({"files": point.files, "megabytes": point.megabytes, "cores": len(cores), "seconds": seconds})
            say("growth: %6d files, %4d MB, %d cores: %s" % (point.files, point.megabytes, len(cores), seconds))
        place.done_with(source.folder)
    return found
