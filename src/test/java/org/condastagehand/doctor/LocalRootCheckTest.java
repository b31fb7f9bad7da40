package org.condastagehand.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.doctor.Finding.Grade;
import org.condastagehand.host.CommonsExec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalRootCheckTest {
    private static final Path SCRIPT = Path.of("src/main/dist/libexec/local-root");

    @TempDir
    Path dir;

    private World world;

    @BeforeEach
    void makeTheTree() throws IOException {
        world = new World(dir);
        world.executable("libexec/local-root", Files.readString(SCRIPT));
    }

    private Finding found() throws Exception {
        return only(new LocalRootCheck(world.probe(), world.place()));
    }

    private static Finding only(Check check) throws Exception {
        List<Finding> findings = check.findings();
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private Finding asRoots(String stat) throws Exception {
        SiteConfig site = SiteConfig.defaults().withLocalRoot("/srv/stage");
        world.answer("-- /srv/stage/", 0, parts("/srv/stage"))
                .answer("-- /srv/stage", 0, stat)
                .answer("-- /srv", 0, "directory 0 drwxr-xr-x 755 /srv\n")
                .answer("-- /", 0, "directory 0 drwxr-xr-x 755 /\n");
        return only(new LocalRootCheck(world.probe(), new Place("n1", world.tree, site, site, world.siteFile(), 0)));
    }

    private static String parts(String root) {
        return """
                directory 0 drwx--x--x 711 ROOT/jobs
                directory 0 drwx------ 700 ROOT/records
                directory 0 drwx--x--x 711 ROOT/trash
                directory 0 drwxrwxrwt 1777 ROOT/users
                directory 0 drwxr-xr-x 755 ROOT/cache
                directory 0 drwxrwxrwt 1777 ROOT/cache/v1
                directory 0 drwxr-xr-x 755 ROOT/cache/images
                directory 0 drwxr-xr-x 755 ROOT/turns
                directory 0 drwxr-xr-x 755 ROOT/turns/line
                """.replace("ROOT", root);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "directory 0 drwxr-xr-x 755 /srv/stage | OK | from the top down changed by nobody but root",
                "directory 0 drwxr-x--- 750 /srv/stage | OK | from the top down changed by nobody but root",
                "directory 0 drwxrwxr-x 775 /srv/stage | FAIL | is not for root alone to change: 775 of 0",
                "directory 0 drwxr-xrwx 757 /srv/stage | FAIL | is not for root alone to change: 757 of 0",
                "directory 0 drwxrwxrwt 1777 /srv/stage | FAIL | is not for root alone to change: 1777 of 0",
                "directory 7 drwxr-xr-x 755 /srv/stage | FAIL | is not for root alone to change: 755 of 7",
                "symbolic link 0 lrwxrwxrwx 777 /srv/stage | FAIL | is a symlink",
                "regular file 0 -rw-r--r-- 644 /srv/stage | FAIL | is no directory",
                "'' | FAIL | `/srv/stage` is missing",
            })
    void judgesADirectoryAsRootsHooksDo(String stat, Grade grade, String text) throws Exception {
        Finding found = asRoots(stat);

        assertThat(found.grade()).isEqualTo(grade);
        assertThat(found.text()).contains(text);
        assertThat(found.mend().isPresent()).isEqualTo(grade == Grade.FAIL);
    }

    @Test
    void namesWhatToTypeForASymlink() throws Exception {
        Finding found = asRoots("symbolic link 0 lrwxrwxrwx 777 /srv/stage");

        assertThat(found.mend())
                .contains("sed -i -E 's:^#? ?local_root *=.*:local_root = \"/a-disk-of-the-node/conda-stagehand\":' "
                        + world.siteFile() + " && " + world.tree
                        + "/libexec/local-root /a-disk-of-the-node/conda-stagehand");
    }

    @Test
    void isWellWithWhatTheInstallationMakes() throws Exception {
        type(world.place().makeRoot());

        assertThat(found().grade()).isEqualTo(Grade.OK);
    }

    @ParameterizedTest
    @CsvSource({"records, rwxr-xr-x", "jobs, rwxrwxrwx", "users, rwxr-xr-x", "turns/line, rwx------"})
    void failsWithOtherModesAndTheMendMendsThem(String part, String mode) throws Exception {
        type(world.place().makeRoot());
        Files.setPosixFilePermissions(world.root.resolve(part), PosixFilePermissions.fromString(mode));

        Finding found = found();

        assertThat(found.grade()).isEqualTo(Grade.FAIL);
        assertThat(found.text()).contains("`" + world.root.resolve(part) + "` must be a directory of ");
        type(found.mend().orElseThrow());
        assertThat(found().grade()).isEqualTo(Grade.OK);
    }

    @Test
    void failsWhereAPartIsMissing() throws Exception {
        type(world.place().makeRoot());
        Files.delete(world.root.resolve("trash"));

        assertThat(found().text()).isEqualTo("`" + world.root.resolve("trash") + "` is missing");
    }

    @Test
    void failsInsteadOfWaitingForADiskThatDoesNotAnswer() {
        world.answer("/usr/bin/stat", 125, "");

        assertThatThrownBy(this::found)
                .isInstanceOf(NodeFault.class)
                .hasMessage("the disk of `" + world.root + "` does not answer within 10 s");
    }

    /** Types it, as somebody whose installation this is: as root it refuses a temporary directory. */
    private void type(String mend) throws Exception {
        Files.setAttribute(dir, "unix:uid", world.owner());
        List<String> command = new ArrayList<>();
        if (User.current().isRoot()) {
            String id = Integer.toString(world.owner());
            command.addAll(List.of("/usr/bin/setpriv", "--reuid", id, "--regid", id, "--clear-groups"));
        }
        command.addAll(List.of("/bin/sh", "-c", mend));
        assertThat(new CommonsExec().run(command, Duration.ofMinutes(1)).status())
                .isZero();
    }
}
