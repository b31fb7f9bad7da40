"""Runs cases in turn: A B C A B C, so that whatever else the machine does meets all of them alike."""
import os

from . import inputs, runs


def rotate(place, cases, names, rounds, say):
    """{case: Series}; a case that cannot be run, or does not do its work, is left out with a line that says why."""
    found = {name: runs.Series() for name in names}
    for number in range(rounds):
        for name in list(found):
            target = place.new(name)
            try:
                command = cases.command(name, target)
                runs.prepare(command)
                place.calm()
                wall, cpu = runs.measured(command)
            except (inputs.Missing, runs.Failed) as reason:
                say("%s: %s: left out: %s" % (place.name, name, reason))
                del found[name]
                continue
            finally:
                place.done_with(target)
            found[name].wall.append(wall)
            found[name].cpu.append(cpu)
            say("%s: round %d: %-15s %7.2f s, CPU %6.2f s" % (place.name, number + 1, name, wall, cpu))
    return found


def pack(place, cases, rounds, say):
    """({case: Series}, {case: bytes of the packed file})"""
    usual = cases.usual_pack()
    series, sizes = {name: runs.Series() for name in ("pack", usual)}, {}
    for number in range(rounds):
        for name, suffix in ("pack", ".tar.zst"), (usual, ".tar.gz"):
            target = place.new(name)
            command = cases.command(name, target)
            runs.prepare(command)
            place.calm()
            wall, cpu = runs.measured(command)
            sizes[name] = os.path.getsize(target + suffix)
            place.done_with(target + suffix)
            series[name].wall.append(wall)
            series[name].cpu.append(cpu)
            say("%s: round %d: %-15s %7.2f s, CPU %6.2f s, %.0f MB" % (place.name, number + 1, name, wall, cpu, sizes[name] / 1e6))
    return series, sizes


def strike(place, cases, rounds, say):
    """Trees are staged first, all of them, for striking one may slow down the making of the next."""
    series = {name: runs.Series() for name in ("unstage", "remove")}
    rounds = min(rounds, 3) if place.memory else rounds  # they all lie there at once
    trees = []
    for _ in range(rounds):
        for name in series:
            trees.append((name, place.new(name)))
            command = cases.command("stage-gz", trees[-1][1])
            command.before()
            runs.measured(command)
    place.calm()
    for name, tree in trees:
        runs.touch_memory()
        place.calm()
        wall, cpu = runs.measured(cases.command(name, tree))
        struck = ".%s.struck-" % os.path.basename(tree)  # renamed, and perhaps not deleted yet
        left = [found for found in os.listdir(place.folder) if found.startswith(struck) or found == os.path.basename(tree)]
        if left:
            raise runs.Failed("%s left `%s`" % (name, left[0]))
        series[name].wall.append(wall)
        series[name].cpu.append(cpu)
        say("%s: %-15s %7.2f s, CPU %6.2f s" % (place.name, name, wall, cpu))
    return series


def memory(place, cases, names, say):
    """{case: bytes at the peak}"""
    peaks = {}
    for name in names:
        target = place.new("memory-" + name)
        try:
            peaks[name] = runs.peak_memory(cases.command(name, target))
        except (inputs.Missing, runs.Failed) as reason:
            say("%s: memory of %s: left out: %s" % (place.name, name, reason))
            continue
        finally:
            place.done_with(target)
        say("%s: memory of %-15s %4.0f MB" % (place.name, name, peaks[name] / 1e6))
    return peaks
