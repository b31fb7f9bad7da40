package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.target;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hook's JVM gets little memory, whatever the archive's size. */
class MemoryTest {
    @TempDir
    Path directory;

    @Test
    void hundredsOfMegabytesInFilesOfAllSizesGoThroughLittleMemory() throws Exception {
        Path archive = directory.resolve("large.tar.gz");
        try (Writer writer = new Writer(archive)) {
            for (int size = 1 << 12; size <= 64 << 20; size *= 2) {
                for (int i = 0; i < Math.max(1, (40 << 20) / size); i += size < 1 << 16 ? 16 : 1) {
                    writer.file("lib/" + size + "/" + i, size);
                }
            }
        }
        assertThat(stage(archive)).startsWith("staged").doesNotContain("\n");
        assertThat(directory.resolve("disk/env/lib/67108864/0")).hasSize(64 << 20);
    }

    @Test
    void aHundredThousandTinyMembersGoThroughLittleMemory() throws Exception {
        Path archive = directory.resolve("many.tar.gz");
        try (Writer writer = new Writer(archive)) {
            for (int i = 0; i < 100_000; i++) {
                writer.file("lib/" + i % 100 + "/a-name-of-a-usual-length-" + i, 1);
            }
        }
        assertThat(stage(archive)).isEqualTo("staged 100002 files");
    }

    private String stage(Path archive) throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Fork fork = new Fork(directory.resolve("classes")).with("-Xmx96m").with("-XX:+UseSerialGC");
        String told = fork.stage(archive, target(disk.resolve("env"), true));
        assertThat(names(disk)).isSubsetOf("env");
        return told;
    }

    /** Writes an archive without holding it. */
    private static final class Writer implements AutoCloseable {
        private static final byte[] ZEROS = new byte[1 << 16];
        private final TarArchiveOutputStream tar;

        Writer(Path archive) throws Exception {
            OutputStream out = Files.newOutputStream(archive);
            tar = new TarArchiveOutputStream(new GZIPOutputStream(out, 1 << 16), "UTF-8");
            file("conda-meta/history", 0);
        }

        void file(String path, long size) throws Exception {
            TarArchiveEntry entry = new TarArchiveEntry(path);
            entry.setSize(size);
            tar.putArchiveEntry(entry);
            for (long left = size; left > 0; left -= ZEROS.length) {
                tar.write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
            }
            tar.closeArchiveEntry();
        }

        @Override
        public void close() throws Exception {
            byte[] script = new CondaPack().script().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry("bin/conda-unpack");
            entry.setSize(script.length);
            tar.putArchiveEntry(entry);
            tar.write(script);
            tar.closeArchiveEntry();
            tar.close();
        }
    }
}
