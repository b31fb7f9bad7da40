package org.condastagehand.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import org.condastagehand.doctor.Finding.Grade;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.User;
import org.condastagehand.setup.SlurmReview;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivateTmpCheckTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none | BasePath=DIR | '' | '' | OK | none of Slurm's",
                "tmpfs | BasePath=/elsewhere | '' | '' | OK | job_container/tmpfs leaves",
                "tmpfs | BasePath=DIR | '' | '' | FAIL | which is BasePath of job_container.conf",
                "none | '' | optional auto_tmpdir.so mount=DIR | '' | FAIL | of which auto_tmpdir gives each job its own",
                "none | '' | optional auto_tmpdir.so mount=/x/ | '' | WARN | auto_tmpdir gives jobs a TMPDIR",
                "none | '' | optional auto_tmpdir.so | set_tmpdir = false | OK | whose TMPDIR stays",
                "none | '' | optional /x/other.so mount=DIR | '' | OK | none of Slurm's",
            })
    void tellsWhatHidesTheLocalRoot(String container, String base, String plugin, String key, Grade grade, String text)
            throws Exception {
        World world = new World(dir);
        Place made = world.place(key.isEmpty() ? "" : "[slurm]\n" + key);
        // not below /tmp, where a test's directory is and which is always hidden
        String root = "/srv/stage";
        Place place = new Place(
                "n1", world.tree, made.site().withLocalRoot(root), made.everywhere(), world.siteFile(), made.owner());
        Files.writeString(dir.resolve("slurm.conf"), "ClusterName=c\n");
        Files.writeString(dir.resolve("job_container.conf"), base.replace("DIR", "/srv") + "\n");
        Files.writeString(dir.resolve("plugstack.conf"), plugin.replace("DIR", "/srv") + "\n");

        Finding found = new PrivateTmpCheck(slurm(world, place, container), place)
                .findings()
                .get(0);

        assertThat(found.grade()).isEqualTo(grade);
        assertThat(found.text()).contains(text);
        assertThat(found.mend().isPresent()).isEqualTo(grade != Grade.OK);
    }

    private SlurmReview slurm(World world, Place place, String container) throws Exception {
        Path scontrol = Files.createDirectories(dir.resolve("bin")).resolve("scontrol");
        Files.setPosixFilePermissions(Files.writeString(scontrol, ""), PosixFilePermissions.fromString("rwxr-xr-x"));
        String said = "JobContainerType = job_container/" + container + "\nSLURM_CONF = " + dir
                + "/slurm.conf\nSLURM_VERSION = 22.05.8\n";
        Exec exec = (command, limit) -> new Exec.Result(0, said, "");
        PrintStream stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Host host =
                new Host(Map.of("PATH", dir + "/bin"), dir, new User(0, 0), Clock.systemUTC(), exec, stream, stream);
        return SlurmReview.of(host, place.everywhere(), world.tree).orElseThrow();
    }
}
