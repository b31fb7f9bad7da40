package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.condastagehand.archive.OwnArchive;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.OneLine;
import org.condastagehand.host.StagingException;
import org.junit.jupiter.api.Assertions;

/** Archives of every codec of which something was changed: what is staged is whole, or nothing is, and nothing else moves. */
class ChangedArchiveTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    enum Kind {
        tar,
        gz,
        bz2,
        xz,
        zst,
        own
    }

    private static final Map<Kind, byte[]> WHOLE = new HashMap<>();
    private static Arena arena;

    @BeforeContainer
    static void makeArchives() throws IOException {
        arena = Arena.inMemory();
        for (Kind kind : Kind.values()) {
            Path file = arena.directory().resolve("whole." + kind);
            if (kind == Kind.own) {
                own().write(file);
            } else {
                Demo.pack().write(file);
            }
            WHOLE.put(kind, Files.readAllBytes(file));
            Files.delete(file);
        }
    }

    @AfterContainer
    static void deleteArena() throws IOException {
        FileTree.delete(arena.directory());
    }

    private static OwnArchive own() {
        return new OwnArchive("('share/t', '" + OwnArchive.PREFIX + "', 'text')")
                .directory("bin/")
                .file("conda-meta/history", "")
                .symlink("bin/python", "../../../canary/file")
                .next()
                .file("share/t", OwnArchive.PREFIX + "\n")
                .hardLink("share/u", "share/t")
                .next()
                .large("lib/large", new byte[9000], 4096)
                .unrecorded("share/t");
    }

    private static void stage(Kind kind, byte[] archive) throws Exception {
        Assertions.assertTimeoutPreemptively(DEADLINE, () -> {
            try {
                arena.stage(archive);
            } catch (StagingException e) {
                assertThat(e).as("%s", kind).isInstanceOf(BadRequest.class);
                OneLine.require(e);
            }
        });
        arena.requireIntact();
    }

    @Example
    void unchangedEachIsStaged() {
        WHOLE.forEach((kind, bytes) ->
                assertThatCode(() -> arena.stage(bytes)).as("%s", kind).doesNotThrowAnyException());
    }

    @Property(tries = 400, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void bitsThatFlipAreNoticedOrDoNoHarm(
            @ForAll Kind kind,
            @ForAll @Size(min = 1, max = 4) int[] places,
            @ForAll @IntRange(min = 1, max = 255) int bits)
            throws Exception {
        byte[] changed = WHOLE.get(kind).clone();
        for (int place : places) {
            changed[Math.floorMod(place, changed.length)] ^= (byte) bits;
        }
        stage(kind, changed);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void partsThatAreMissingTwiceThereOrForeignAreNoticedOrDoNoHarm(
            @ForAll Kind kind, @ForAll Kind other, @ForAll int from, @ForAll int to, @ForAll int at) throws Exception {
        byte[] whole = WHOLE.get(kind);
        byte[] donor = WHOLE.get(other);
        int begin = Math.floorMod(from, donor.length);
        byte[] part = Arrays.copyOfRange(donor, begin, begin + Math.floorMod(to, donor.length - begin + 1));
        int place = Math.floorMod(at, whole.length);
        byte[] changed = Arrays.copyOf(whole, place + part.length);
        System.arraycopy(part, 0, changed, place, part.length);
        stage(kind, changed);
    }
}
