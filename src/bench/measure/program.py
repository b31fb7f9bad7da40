"""The installed program under measurement, and the site configuration that it is measured with."""
import functools
import hashlib
import os
import re
import subprocess


class Program:
    def __init__(self, tree):
        self.tree = tree
        self.command = os.path.join(tree, "bin", "conda-stagehand")
        self.configuration = os.path.join(tree, "site-config", "site.toml")
        with open(self.configuration, encoding="utf-8") as text:
            self.site = text.read()

    def digest(self):
        with open(os.path.join(self.tree, "lib", "conda-stagehand.jar"), "rb") as jar:
            return hashlib.sha256(jar.read()).hexdigest()

    def has(self, subcommand):
        """Whether --help names it: a command does not stand there before it works."""
        return re.search(r"^ +%s\b" % subcommand, self.help, re.MULTILINE) is not None

    @functools.cached_property
    def help(self):
        return subprocess.run([self.command, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout

    def has_key(self, key):
        return re.search(r"^%s = " % key, self.site, re.MULTILINE) is not None

    def configure(self, **keys):
        """The keys' values from now on; every other key has its default."""
        text = self.site
        for key, value in keys.items():
            text = re.sub(r"^%s = .*$" % key, "%s = %s" % (key, value), text, flags=re.MULTILINE)
        with open(self.configuration, "w", encoding="utf-8") as out:
            out.write(text)
