package org.condastagehand.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.condastagehand.archive.Member.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TarHeaderTest {
    private static final FileTime WHOLE = FileTime.from(Instant.ofEpochSecond(1_600_000_000));

    static Stream<Member> members() {
        return Stream.of(
                new Member(Kind.FILE, "bin/a", 5, 0755, WHOLE, ""),
                new Member(Kind.FILE, "größe/数", 0, 0444, WHOLE, ""),
                new Member(Kind.FILE, "a".repeat(100), 0, 0644, WHOLE, ""),
                new Member(Kind.FILE, "a".repeat(101), 0, 0644, WHOLE, ""),
                new Member(Kind.FILE, "é".repeat(51), 0, 0644, WHOLE, ""),
                new Member(Kind.FILE, "x/".repeat(1000) + "y", 0, 0644, WHOLE, ""),
                new Member(Kind.DIRECTORY, "d".repeat(99), 0, 0750, WHOLE, ""),
                new Member(Kind.DIRECTORY, "d".repeat(100), 0, 0750, WHOLE, ""),
                new Member(Kind.SYMLINK, "s", 0, 0777, WHOLE, "../t"),
                new Member(Kind.SYMLINK, "s", 0, 0777, WHOLE, "t".repeat(2000)),
                new Member(Kind.HARD_LINK, "h", 0, 0600, WHOLE, "a".repeat(101)),
                new Member(Kind.FILE, "a", 0, 0644, FileTime.from(Instant.ofEpochSecond(5, 120_000_000)), ""),
                new Member(Kind.FILE, "a", 0, 0644, FileTime.from(Instant.ofEpochSecond(5, 1)), ""),
                new Member(Kind.FILE, "a", 0, 0644, FileTime.from(Instant.ofEpochSecond(-5)), ""),
                new Member(Kind.FILE, "a", 0, 0644, FileTime.from(Instant.ofEpochSecond(-5, 500_000_000)), ""),
                new Member(Kind.FILE, "a", 0, 0644, FileTime.from(Instant.ofEpochSecond(1L << 34)), ""),
                new Member(Kind.FILE, "a", (1L << 33) - 1, 0644, WHOLE, ""),
                new Member(Kind.FILE, "a", 1L << 33, 0644, WHOLE, ""));
    }

    @ParameterizedTest
    @MethodSource("members")
    void isReadAsItWasMeant(Member member) throws IOException {
        byte[] header = TarHeader.of(member);

        assertThat(header.length % 512).isZero();
        assertThat(TarHeader.length(member)).isEqualTo(header.length);
        byte[] tar = Arrays.copyOf(header, header.length + 1024);
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
            TarArchiveEntry entry = in.getNextEntry();
            assertThat(entry.getName()).isEqualTo(member.path() + (member.kind() == Kind.DIRECTORY ? "/" : ""));
            assertThat(entry.getLinkName()).isEqualTo(member.link());
            assertThat(entry.getSize()).isEqualTo(member.size());
            assertThat(entry.getMode()).isEqualTo(member.mode());
            assertThat(entry.getLastModifiedTime()).isEqualTo(member.modified());
            assertThat(entry.isFile())
                    .isEqualTo(member.kind() == Kind.FILE
                            || member.kind() == Kind.HARD_LINK
                            || member.kind() == Kind.SYMLINK);
            assertThat(entry.getLongUserId() + entry.getLongGroupId()).isZero();
            assertThat(entry.getUserName() + entry.getGroupName()).isEmpty();
        }
    }

    @Test
    void isOneBlockWhereAllFits() {
        assertThat(TarHeader.of(new Member(Kind.FILE, "bin/a", 5, 0755, WHOLE, "")))
                .hasSize(512);
        assertThat(TarHeader.of(new Member(Kind.FILE, "é", 5, 0755, WHOLE, ""))).hasSize(512);
    }
}
