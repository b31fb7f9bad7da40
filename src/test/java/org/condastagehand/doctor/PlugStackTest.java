package org.condastagehand.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlugStackTest {
    @TempDir
    Path dir;

    @Test
    void readsLinesAndWhatTheyInclude() throws Exception {
        Files.createDirectories(dir.resolve("plugstack.conf.d"));
        Files.writeString(dir.resolve("plugstack.conf.d/b.conf"), "required /b/b.so x=1 y # c\n#optional /b/no.so\n");
        Files.writeString(dir.resolve("plugstack.conf.d/a.con"), "optional /a/other.so\n");
        Path conf = Files.writeString(
                dir.resolve("plugstack.conf"),
                "# a\noptional a.so\n\ninclude " + dir
                        + "/plugstack.conf.d/*.conf\ninclude none.d/*\ninclude plugstack.conf\n");

        PlugStack stack = PlugStack.read(conf);

        assertThat(stack.find("b.so")).hasValueSatisfying(plugin -> {
            assertThat(plugin.file()).isEqualTo(Path.of("/b/b.so"));
            assertThat(plugin.arguments()).containsExactly("x=1", "y");
        });
        assertThat(stack.find("a.so")).isPresent();
        assertThat(stack.find("no.so")).isEmpty();
        assertThat(stack.find("other.so")).isEmpty();
        assertThat(PlugStack.read(dir.resolve("missing")).plugins()).isEmpty();
    }
}
