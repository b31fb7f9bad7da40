"""The whole Slurm prolog of a job whose environment is not on the node, of the next that wants it, and of many at once."""
import itertools
import os
import pwd
import re
import subprocess
import time

from . import inputs, runs

NOBODY = "nobody"
AS_NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
AT_ONCE = 64
ROOTS = itertools.count()
SITE = '[cache]\nenabled = true\nmin_free = "0"\n'


class Node:
    """A local root of its own, and the hooks with what slurmd would give them. Never emptied: see places.py."""

    def __init__(self, program, folder, site_cache=SITE, settings=""):
        if os.geteuid() != 0:
            raise inputs.Missing("hooks are root's, and this is not root")
        self.tree, self.root, self.jobs = program.tree, os.path.join(folder, "cached-%d" % next(ROOTS)), 0
        subprocess.run([os.path.join(self.tree, "libexec", "local-root"), self.root], check=True)
        program.configure(local_root='"%s"' % self.root)
        with open(program.configuration, encoding="utf-8") as text:
            site = re.sub(r"^\[cache\]\n(?:(?!\[).*\n)*", site_cache, text.read(), flags=re.MULTILINE)
        with open(program.configuration, "w", encoding="utf-8") as out:
            out.write(site)
        os.makedirs(os.path.join(self.tree, "etc"), exist_ok=True)
        with open(os.path.join(self.tree, "etc", "hooks.conf"), "w", encoding="ascii") as out:
            out.write("local_root=%s\ntoml_requests=true\nstage_timeout=300\nepilog_wait=30\nmin_uid=1000\nmax_concurrent=4\n%s" % (self.root, settings))

    def job(self, env):
        self.jobs += 1
        who = pwd.getpwnam(NOBODY)
        return {"SLURM_CLUSTER_NAME": "bench", "SLURM_CONF": "/etc/slurm/slurm.conf", "SLURMD_NODENAME": "n1", "SLURM_JOB_USER": NOBODY,
                "SLURM_JOB_UID": str(who.pw_uid), "SLURM_JOB_GID": str(who.pw_gid), "SLURM_JOB_WORK_DIR": "/",
                "SLURM_JOB_ID": str(self.jobs), "SLURM_JOB_COMMENT": "conda_env=" + env}

    def start(self, hook, job):
        return subprocess.Popen([os.path.join(self.tree, hook)], env=job, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def prologs(self, jobs):
        """Seconds until all have ended; each job then sees its environment through a link into the cache."""
        begun = time.perf_counter()
        started = [self.start("prolog/slurm-prolog", job) for job in jobs]
        for process in started:
            process.wait()
        wall = time.perf_counter() - begun
        seen = {self.entry(job) for job in jobs}
        look = [*AS_NOBODY, "test", "-d", os.path.join(next(iter(seen)), "conda-meta")]  # root sees nothing of what a user has mounted
        if len(seen) != 1 or subprocess.run(look, check=False).returncode != 0:
            raise runs.Failed("the jobs do not all see one environment in the cache")
        return wall

    def entry(self, job):
        envs = os.path.join(self.root, "jobs", "slurm-bench-" + job["SLURM_JOB_ID"], "conda-stage", "envs")
        try:
            names = [name for name in os.listdir(envs) if not name.startswith(".")]
            return os.path.realpath(os.path.join(envs, names[0]))
        except (OSError, IndexError):
            return ""


def measure(program, folder, source, rounds, say):
    """{"first", "next", "many": [seconds]}: each round stages once, leases once, and then has AT_ONCE jobs begin together."""
    found = {"first": [], "next": [], "many": []}
    try:
        for _ in range(rounds):
            for kinds in (("first", 1), ("next", 1)), (("many", AT_ONCE),):
                node = Node(program, folder)
                runs.warm([source])
                runs.touch_memory()
                runs.settle()
                for kind, number in kinds:
                    jobs = [node.job(source) for _ in range(number)]
                    found[kind].append(node.prologs(jobs))
                    say("cached: %-6s %7.3f s" % (kind, found[kind][-1]))
    finally:
        program.configure()
    return found
