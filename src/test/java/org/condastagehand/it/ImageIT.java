package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code pack --image} makes what nodes can mount, of what would be staged to the same place. */
class ImageIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    @BeforeAll
    static void installEnvironments() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mksquashfs")), "no mksquashfs on this machine");
        CondaEnv.small().install(SANDBOX.home().resolve(".conda/envs/demo"), SANDBOX.user());
        CondaEnv.small().withFiles(4000).install(SANDBOX.home().resolve(".conda/envs/large"), SANDBOX.user());
        SANDBOX.user().own(SANDBOX.home());
    }

    @Test
    void holdsWhatWouldBeStagedToWhereItIsMounted() {
        Path image = SANDBOX.work().resolve("demo.sqfs");
        Path tree = SANDBOX.work().resolve("tree");

        Ran packed =
                SANDBOX.stagehand("pack", "--image", "demo").run().endedWith(0).saidNoError();
        String inspected = SANDBOX.stagehand("inspect", image.toString())
                .run()
                .endedWith(0)
                .out();
        SANDBOX.asUser("unsquashfs", "-q", "-n", "-d", tree.toString(), image.toString())
                .run()
                .endedWith(0);

        assertThat(packed.out()).isEqualTo(image + "\n");
        assertThat(inspected)
                .contains("format:      squashfs image\n", "state:       that of `")
                .contains("mounted at:  " + Sandbox.localRoot() + "/cache/v1/"
                        + SANDBOX.user().uid() + "/");
        Matcher place = Pattern.compile("mounted at: +(/.*)\n").matcher(inspected);
        assertThat(place.find()).isTrue();
        assertThat(tree.resolve("bin/tool")).content().contains(place.group(1) + "/bin/");
        Path staged = SANDBOX.work().resolve("staged");
        SANDBOX.stagehand("stage", "demo", "--to", staged.toString()).run().endedWith(0);
        assertThat(contents(tree, place.group(1))).isEqualTo(contents(staged, staged.toString()));
        SANDBOX.stagehand("unstage", staged.toString()).run().endedWith(0);
    }

    /** Names, types, modes of the owner, link targets and contents, with one name for the prefix. */
    private static String contents(Path tree, String prefix) {
        String script = """
                cd "$1" && find . -printf '%P %y %.4m %l\\n' |
                    sed 's/ 0\\([0-7]\\)[0-7][0-7] / \\1 /' | sort
                find . -type f -print0 | sort -z |
                    xargs -0 sed "s|$2|PREFIX|g" | tr -d '\\0' | cksum
                """;
        return SANDBOX.asUser("sh", "-c", script, "-", tree.toString(), prefix)
                .run()
                .endedWith(0)
                .out()
                .replace(prefix, "PREFIX");
    }

    @Test
    void whoEndsItLeavesNothing() {
        Running pack = SANDBOX.stagehand("pack", "--image", "large").start();
        Wait.until("something of the image", () -> !names().isEmpty());
        pack.signal("INT").await(Duration.ofSeconds(90));

        assertThat(names()).isEmpty();
    }

    @Test
    void saysWhatDoesNotGoTogether() {
        SANDBOX.stagehand("pack", "--image", "--exclude", "x", "demo")
                .run()
                .endedWith(65)
                .saidOneError("--image packs all of an environment as it is");
        SANDBOX.stagehand("pack", "--site", "demo").run().endedWith(65).saidOneError("--site is for images");
    }

    @Test
    void withoutTheProgramItSaysWhatToInstall() {
        SANDBOX.asUser(
                        "unshare",
                        "-cm",
                        "--keep-caps",
                        "sh",
                        "-c",
                        "mount --bind /dev/null /usr/bin/mksquashfs && exec \"$@\"",
                        "-",
                        Sandbox.tree().resolve("bin/conda-stagehand").toString(),
                        "pack",
                        "--image",
                        "demo")
                .run()
                .endedWith(69)
                .saidOneError("an image is made by `mksquashfs`, which is not here");
    }

    private static List<String> names() {
        String[] names = SANDBOX.work().toFile().list();
        return names == null ? List.of() : List.of(names);
    }
}
