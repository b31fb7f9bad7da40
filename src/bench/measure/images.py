"""What a job waits for whose environment is an image, and how its programs start from there; each against a staged copy."""
import os
import subprocess
import sys

from . import cached, inputs, runs

SITE = '[cache]\nenabled = true\nmin_free = "0"\nmax_age = "0"\nimages = "users"\n'
SETTINGS = "images=users\n"


def measure(program, folder, source, rounds, files, say):
    """{case: [seconds]} with a start that looks at so many files: each round stages from our own archive, and has each kind of image copied, mounted and leased again."""
    if not os.access("/dev/fuse", os.F_OK) or os.stat("/dev/fuse").st_mode & 0o666 != 0o666:
        raise inputs.Missing("not everybody may use /dev/fuse here")
    inputs.need("mksquashfs", "squashfs-tools")
    inputs.need("squashfuse_ll", "squashfuse")
    found = {}

    def keep(case, value):
        found.setdefault(case, []).append(value)
        say("images: %-18s %7.3f s" % (case, value))

    try:
        for _ in range(rounds):
            staged = cached.Node(program, folder)
            ready([source.own])
            job = staged.job(source.own)
            keep("staged", staged.prologs([job]))
            starts(keep, "staged", source, files, staged.entry(job))
        node = cached.Node(program, folder, SITE, SETTINGS)
        kinds = {"fuse": packed(program, folder, source.prefix, cached.AS_NOBODY), "kernel": packed(program, folder, source.prefix, [], "--site")}
        with open(program.configuration, "a", encoding="utf-8") as site:
            site.write('published = "%s"\n' % kinds["kernel"])  # its last table is [envs]
        for _ in range(rounds):
            for kind, env in ("fuse", kinds["fuse"]), ("kernel", "published"):
                ready([kinds[kind]])
                first, following = node.job(env), node.job(env)
                keep(kind, node.prologs([first]))
                keep(kind + "-next", node.prologs([following]))
                starts(keep, kind, source, files, node.entry(following))
                for job in first, following:
                    node.start("epilog/slurm-epilog", job).wait()
                subprocess.run([program.command, "sweep"], stdout=subprocess.DEVNULL, check=True)
    finally:
        program.configure()
    return found


def ready(paths):
    runs.warm(paths)
    runs.touch_memory()
    runs.settle()


def packed(program, folder, prefix, become, *options):
    scratch = os.path.join(folder, "image" + "".join(options))
    os.mkdir(scratch)
    os.chmod(scratch, 0o1777)
    path = os.path.join(scratch, "ref.sqfs")
    command = [*become, "env", "TMPDIR=" + scratch, program.command, "pack", "--image", *options, prefix, "-o", path]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return path


def starts(keep, kind, source, files, entry):
    """The first look at a program's files, and the second."""
    like = [*cached.AS_NOBODY, sys.executable, os.path.join(inputs.BENCH, "start_like.py"), source.prefix, str(files), entry]
    for case in "start-" + kind, "again-" + kind:
        keep(case, float(subprocess.run(like, stdout=subprocess.PIPE, text=True, check=True).stdout))
