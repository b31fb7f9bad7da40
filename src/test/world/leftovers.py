#!/usr/bin/env python3
"""Leaves behind what dead jobs would: leftovers.py slurm|sge|users ROOT NODE COUNT BASE UID...

Records and directories of COUNT jobs, in turn for each UID; of root's hooks every second job is of an earlier boot, the others
are of this one and unknown to the scheduler, those of `users`, which ran by themselves, are all of an earlier one. Except for
Grid Engine a tenth of the directories lie in the trash already. BASE is the name of the cluster, or for Grid Engine the
directory of the jobs' TMPDIRs, or of no meaning."""
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
    elif scheduler == "users":
        area, name = "%s/users/%d" % (root, uid), "local-%d.1.ab" % job
        for part in (area, area + "/records", area + "/jobs", area + "/trash"):
            if not os.path.isdir(part):
                os.mkdir(part, 0o700)
                os.chown(part, uid, uid)
        trash = number % 10 == 9
        directory = "%s/trash/%s.struck-1" % (area, name) if trash else "%s/jobs/%s" % (area, name)
        stage(directory, uid)
        made = os.stat(directory)
        if not trash:
            write("%s/records/%s" % (area, name), common +
                  "directory=%s\nidentity=(dev=%x,ino=%d)\nboot=another\npid_namespace=pid:[1]\npid=%d\nstart=1\nend\n" % (
                      directory, made.st_dev, made.st_ino, job))
            os.chown("%s/records/%s" % (area, name), uid, uid)
    else:
        directory = "%s/%d.1.q" % (base, job)
        stage(directory, uid)
        write("%s/records/sge-default-q-%d.1" % (root, job), common + "directory=%s\nspool=%s/%d.1\nboot=%s\nend\n" % (
            directory, os.environ["WORLD_SPOOL"] + "/active_jobs", job, boot))
