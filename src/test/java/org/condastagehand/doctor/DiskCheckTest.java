package org.condastagehand.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.condastagehand.doctor.Finding.Grade;
import org.condastagehand.host.Mount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskCheckTest {
    private static final String ROOM = "10000000 4096 5000000 6000000";

    @TempDir
    Path dir;

    private List<Finding> found(String options, String type, String free, String... site) throws Exception {
        World world = new World(dir).answer("/usr/bin/stat -f", 0, free + "\n");
        String table = "1 0 8:1 / / rw - ext4 /dev/a rw\n"
                + "2 1 8:2 / " + dir + " " + options + " shared:1 - " + type + " /dev/b rw\n"
                + "3 1 8:3 / " + dir + "/roots rw - nfs n:/x rw\n";
        return new DiskCheck(world.probe(), Mount.parse(table), world.place(site)).findings();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rw,relatime | ext4 | OK | programs on it can be run | ''",
                "rw,nosuid,nodev | xfs | OK | programs on it can be run | ''",
                "rw,noexec | ext4 | FAIL | is mounted noexec | mount -o remount,exec",
                "ro | ext4 | FAIL | is mounted read-only | mount -o remount,rw",
                "rw | tmpfs | WARN | is memory | local_root",
                "rw | ramfs | WARN | is memory | local_root",
                "rw | nfs4 | WARN | is no disk of this node | local_root",
                "rw | lustre | WARN | is no disk of this node | local_root",
                "rw | fuse.sshfs | WARN | is no disk of this node | local_root",
                "rw | overlay | WARN | is a container's layer | local_root",
            })
    void judgesTheFileSystemOfTheLocalRoot(String options, String type, Grade grade, String text, String mend)
            throws Exception {
        Finding found = found(options, type, ROOM).get(0);

        assertThat(found.grade()).isEqualTo(grade);
        assertThat(found.text()).contains("`" + dir + "` (" + type + ")", text);
        assertThat(found.mend().orElse("")).contains(mend);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10000000 4096 5000000 6000000 | '' | OK | 38 GiB free and 5000000 inodes",
                "10000000 4096 0 0 | '' | OK | 38 GiB free",
                "262144 4096 5000000 6000000 | '' | FAIL | 1.0 GiB free and 5000000 inodes; min_free keeps 1.0 GiB of it",
                "10000000 4096 5000000 6000000 | min_free = '50 GiB' | FAIL | min_free keeps 50 GiB of it, so nothing is staged",
                "10000000 4096 999 6000000 | '' | FAIL | no environment has so few files",
                "10000000 4096 99999 6000000 | '' | WARN | may not fit",
                "1000000 4096 5000000 6000000 | '' | WARN | may not fit",
                "1000000 4096 5000000 6000000 | max_env_size = '2 GiB' | OK | 3.8 GiB free",
                "2000000 4096 5000000 6000000 | cache = { enabled = true } | WARN | cache.min_free keeps 10 GiB of it",
            })
    void judgesWhatIsFree(String free, String site, Grade grade, String text) throws Exception {
        String toml = site.startsWith("cache") ? "[cache]\nenabled = true" : site;

        Finding found = found("rw", "ext4", free, toml).get(1);

        assertThat(found.grade()).isEqualTo(grade);
        assertThat(found.text()).contains(text);
        assertThat(found.mend().isPresent()).isEqualTo(grade != Grade.OK);
    }

    @Test
    void takesTheLastMountOfAPointAndReadsBlanksInIt() {
        List<Mount> all =
                Mount.parse("1 0 8:1 / /a\\040b rw - ext4 x rw\n2 1 0:5 / /a\\040b rw,noexec - tmpfs y rw\nnonsense\n");

        assertThat(Mount.holding(Path.of("/a b/c"), all)).contains(all.get(1));
        assertThat(Mount.holding(Path.of("/a"), all)).isEmpty();
    }
}
