#!/usr/bin/env python3
"""Leaves behind what dead jobs of root's hooks would: leftovers.py slurm|sge ROOT NODE COUNT BASE UID...

Records and directories of COUNT jobs, in turn for each UID; every second job is of an earlier boot, the others are of this one
and unknown to the scheduler. Slurm: a tenth of the directories lie in the trash already. BASE is the name of the cluster, or
for Grid Engine the directory of the jobs' TMPDIRs with the spool beside it as BASE.spool."""
import os
import sys

scheduler, root, node, count, base = sys.argv[1:4] + [int(sys.argv[4]), sys.argv[5]]
uids = list(map(int, sys.argv[6:]))
with open("/proc/sys/kernel/random/boot_id") as file:
    this_boot = file.read().strip()


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def stage(directory, uid):
    inside = [directory + "/conda-stage/envs/demo/lib", directory + "/conda-stage/envs/demo", directory + "/conda-stage/envs",
              directory + "/conda-stage"]
    os.makedirs(inside[0])
    for file in (inside[0] + "/a", inside[0] + "/b", inside[3] + "/activate"):
        write(file, "x")
        os.chown(file, uid, uid)
    for path in [*inside, directory]:
        os.chown(path, uid, uid)
        os.chmod(path, 0o700 if path == directory else 0o555)  # read-only, as what was staged


for number in range(count):
    uid, job = uids[number % len(uids)], 4000000 + number
    boot = this_boot if number % 2 else "00000000-0000-0000-0000-000000000000"
    common = "format=1\nnode=%s\nuid=%d\ngid=%d\n" % (node, uid, uid)
    if scheduler == "slurm":
        name = "slurm-%s-%d" % (base, job)
        trash = number % 10 == 9
        directory = "%s/trash/%s.%d" % (root, name, number) if trash else "%s/jobs/%s" % (root, name)
        stage(directory, uid)
        made = os.stat(directory)
        if not trash:
            write("%s/records/%s" % (root, name), common + "job=%d\ndirectory=%s\nidentity=%d:%d\nconf=%s\nboot=%s\nend\n" % (
                job, directory, made.st_dev, made.st_ino, os.environ["SLURM_CONF"], boot))
    else:
        directory = "%s/%d.1.q" % (base, job)
        stage(directory, uid)
        write("%s/records/sge-default-q-%d.1" % (root, job), common + "directory=%s\nspool=%s/%d.1\nboot=%s\nend\n" % (
            directory, base + ".spool", job, boot))
