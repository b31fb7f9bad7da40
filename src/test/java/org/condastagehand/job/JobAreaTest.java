package org.condastagehand.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobAreaTest {
    @TempDir
    private Path localRoot;

    private User user;
    private JobArea area;
    private Path root;

    @BeforeEach
    void usersMayHaveAreas() throws Exception {
        Files.createDirectory(JobArea.users(localRoot));
        user = User.current();
        area = JobArea.of(localRoot, user);
        root = area.records().getParent();
    }

    @Test
    void isPrivateAndLeavesNoName() throws Exception {
        area.make();
        area.make();
        assertThat(Files.getPosixFilePermissions(root)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        area.removeIfEmpty();
        assertThat(root).doesNotExist();
        area.removeIfEmpty();
    }

    @Test
    void staysWhileThereIsARecord() throws Exception {
        area.make();
        Files.createFile(area.records().resolve("local-1.1"));
        area.removeIfEmpty();
        assertThat(area.jobs()).exists();
        assertThat(area.trash()).exists();
    }

    @Test
    void refusesASymlink() throws Exception {
        Files.createSymbolicLink(root, Files.createDirectory(localRoot.resolve("elsewhere")));
        assertThatThrownBy(area::make).isInstanceOf(BadSite.class);
        assertThat(area.exists()).isFalse();
        assertThat(localRoot.resolve("elsewhere")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx-----x", "rwxr-xr-x", "rwxrwxrwx"})
    void refusesWhatOthersMayEnter(String mode) throws Exception {
        Files.createDirectory(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(mode));
        assertThatThrownBy(area::make).isInstanceOf(BadSite.class).hasMessageContaining("private");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void refusesWhatSomebodyElseMade() throws Exception {
        JobArea other = JobArea.of(localRoot, new User(user.uid() + 1, user.gid()));
        Path foreign = other.records().getParent();
        Files.createDirectory(
                foreign, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThatThrownBy(other::make).isInstanceOf(BadSite.class).hasMessageContaining("" + (user.uid() + 1));
    }

    @Test
    void saysWhenTheSiteHasNoLocalRoot() throws Exception {
        Files.delete(JobArea.users(localRoot));
        assertThatThrownBy(area::make).isInstanceOf(BadSite.class).hasMessageContaining("is not there");
        assertThat(Files.exists(JobArea.users(localRoot), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }
}
