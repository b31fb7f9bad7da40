package org.condastagehand.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.condastagehand.config.SiteConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What doctor has people type changes site.toml as it says, and leaves a file that can be read. */
class PlaceTest {
    private static final Path SHIPPED = Path.of("site-config/site.toml");

    @TempDir
    Path directory;

    private World world;

    @BeforeEach
    void install() throws Exception {
        world = new World(directory);
    }

    private SiteConfig after(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .inheritIO()
                .directory(directory.toFile())
                .start();
        assertThat(shell.waitFor()).as(command).isZero();
        return SiteConfig.load(world.siteFile(), "n1", false);
    }

    @Test
    void aKeyOfTheShippedFileIsChangedWhereItStands() throws Exception {
        Place place = world.place(Files.readAllLines(SHIPPED).toArray(String[]::new));

        assertThat(after(place.set("slurm", "set_tmpdir", "false")).slurm().setTmpdir())
                .isFalse();
    }

    @Test
    void anEnvironmentIsPutBelowTheTableThatIsThere() throws Exception {
        Place place = world.place(Files.readAllLines(SHIPPED).toArray(String[]::new));

        assertThat(after(place.set("envs", "NAME", "\"/a/prefix\"")).envs())
                .containsEntry("NAME", Path.of("/a/prefix"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[slurm]", "[slurm]   # ours", "[ slurm ]", "[slurm]\n# set_tmpdir = true"})
    void neitherATableNorAKeyIsThereTwice(String text) throws Exception {
        Place place = world.place(text.split("\n"));

        SiteConfig site = after(place.set("slurm", "set_tmpdir", "false"));

        assertThat(site.slurm().setTmpdir()).isFalse();
        assertThat(site.slurm()).isNotEqualTo(SiteConfig.defaults().slurm());
    }

    @Test
    void aKeyOfThatNameInAnotherTableStays() throws Exception {
        Place place = world.place("[cache]", "max_age = \"3 d\"", "[archive]", "auto = true");

        SiteConfig site = after(place.set("archive", "max_age", "\"5 d\""));

        assertThat(List.of(
                        site.cache().maxAge().toDays(), site.archive().maxAge().toDays()))
                .containsExactly(3L, 5L);
    }
}
