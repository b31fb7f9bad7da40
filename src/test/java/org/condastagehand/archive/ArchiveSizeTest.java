package org.condastagehand.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.condastagehand.host.BadRequest;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchiveSizeTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void neverClaimsMoreThanThereIs(Packing packing) throws IOException, BadRequest {
        Random random = new Random(4711);
        for (int i = 0; i < 60; i++) {
            byte[] content = new byte[random.nextInt(1 << (1 + random.nextInt(18)))];
            if (i % 2 == 0) {
                random.nextBytes(content); // what grows when it is compressed
            }
            byte[] first = new byte[random.nextInt(2000)];
            assertClaim(packing.pack(content), content.length);
            assertClaim(packing.pack(first, content), first.length + content.length);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void knowsTheSizeOfWhatCompressesWellWhereTheCodecNotesIt(Packing packing) throws IOException, BadRequest {
        byte[] packed = packing.pack(new byte[3 << 20]);
        long claimed = ArchiveSize.atLeast(Files.write(directory.resolve("archive"), packed));
        assertThat(claimed)
                .isEqualTo(packing == Packing.GZIP ? 3 << 20 : claimed)
                .isNotNegative();
    }

    @ParameterizedTest
    @EnumSource
    void anyBytesHaveASize(Packing packing) throws IOException, BadRequest {
        byte[] packed = packing.pack(new byte[1000]);
        for (int length = 0; length < packed.length; length++) {
            ByteArrayOutputStream cut = new ByteArrayOutputStream();
            cut.write(packed, 0, length);
            assertThat(ArchiveSize.atLeast(Files.write(directory.resolve("archive"), cut.toByteArray())))
                    .isNotNegative();
        }
    }

    private void assertClaim(byte[] archive, long size) throws IOException, BadRequest {
        assertThat(ArchiveSize.atLeast(Files.write(directory.resolve("archive"), archive)))
                .isBetween(0L, size);
    }
}
