package org.condastagehand.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnershipTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({
        "0,  40755, 0,  true,  false",
        "0,  40775, 0,  false, false",
        "0,  40757, 0,  false, false",
        "0, 100600, 0,  true,  true",
        "0, 100640, 0,  true,  false",
        "7,  40700, 7,  true,  true",
        "7,  40701, 7,  true,  false",
        "7,  40700, 8,  false, false",
        "7,  41777, 7,  false, false",
    })
    void saysWhoElseMayChangeAFileAndWhoMayDoAnythingWithIt(
            int owner, String mode, int user, boolean changeableOnlyBy, boolean privateTo) {
        Ownership ownership = new Ownership(owner, Integer.parseInt(mode, 8));

        assertThat(ownership.isChangeableOnlyBy(user)).isEqualTo(changeableOnlyBy);
        assertThat(ownership.isPrivateTo(user)).isEqualTo(privateTo);
        assertThat(ownership.isRootsAlone()).isEqualTo(changeableOnlyBy && owner == 0);
    }

    @Test
    void isThatOfTheFileAndOfItsType() throws Exception {
        Path tmp = Files.createDirectory(dir.resolve("tmp"));
        Files.setAttribute(tmp, "unix:mode", 01777);
        Ownership ofDirectory = Ownership.of(tmp);
        Ownership ofFile = Ownership.of(Files.createFile(dir.resolve("file")));
        Ownership ofLink = Ownership.of(Files.createSymbolicLink(dir.resolve("link"), tmp), LinkOption.NOFOLLOW_LINKS);

        assertThat(ofDirectory).isEqualTo(new Ownership(User.current().uid(), 041777));
        assertThat(ofDirectory.isDirectory() && ofDirectory.isSticky() && ofDirectory.isWorldWritable())
                .isTrue();
        assertThat(ofFile.isRegularFile()).isTrue();
        assertThat(ofFile.isDirectory() || ofFile.isSticky() || ofFile.isWorldWritable())
                .isFalse();
        assertThat(ofLink.isDirectory() || ofLink.isRegularFile()).isFalse();
    }
}
