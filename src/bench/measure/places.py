"""Where a tree is laid out: a memory file system or a disk, and what is known about making and deleting files there."""
import os
import shutil
import stat
import subprocess
import tempfile

from . import machine, runs


class Place:
    """A folder for everything that the bench writes on one file system.

    On ext4 without a journal, creating files within a minute after a mass deletion is many times slower. So on a disk every
    run gets a new folder, and nothing is deleted before `clean_up`. In memory a tree is deleted after its run, untimed,
    or there would not be room enough.
    """

    def __init__(self, name, parent, inputs=None):
        self.name = name
        self.folder = tempfile.mkdtemp(prefix="conda-stagehand-bench.", dir=parent)
        os.chmod(self.folder, 0o755)
        self.inputs = inputs or os.path.join(self.folder, "inputs")
        os.makedirs(self.inputs, exist_ok=True)
        self.file_system = machine.file_system(self.folder)
        self.memory = self.file_system == "tmpfs"
        self.runs = 0

    def new(self, label):
        self.runs += 1
        return os.path.join(self.folder, "%s-%d" % (label, self.runs))

    def done_with(self, target):
        if self.memory:
            delete(target)

    def calm(self):
        if not self.memory:
            runs.settle()

    def room(self):
        return shutil.disk_usage(self.folder).free

    def clean_up(self):
        delete(self.folder)


def delete(path):
    if os.path.isdir(path) and not os.path.islink(path):
        for folder, _, _ in os.walk(path):
            if not os.stat(folder).st_mode & stat.S_IWUSR:
                os.chmod(folder, 0o755)
    subprocess.run(["rm", "-rf", path], check=True)
