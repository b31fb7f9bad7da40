package org.condastagehand.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is expected of a text was seen with Slurm 22.05.8: {@code scontrol show config}. */
class SlurmConfTest {
    @TempDir
    Path dir;

    private static String escaped(String text) {
        return text.replace("\\n", "\n").replace("\\r", "\r");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '^', textBlock = """
                    Prolog=/a => /a
                    prolog=/a => /a
                     PROLOG =  /a  => /a
                    Prolog="/a b" # why => /a b
                    Prolog=/a#b => /a
                    Prolog=/a\\n => /a
                    Prolog=/a\\r\\n => /a
                    Pro\\\\nlog=/a,\\\\n/b\\n => /a,/b
                    # Prolog=/x\\\\nProlog=/a\\n => /a
                    Prolog=/x\\nProlog=/a\\n => /a
                    PrologFlags=X\\nProlog=/a\\nEpilog=/e => /a
                    """)
    void findsTheValueThatCounts(String text, String value) {
        // in the table a line that goes on ends in two backslashes and an n
        SlurmConf conf = SlurmConf.parse(escaped(text.replace("\\\\n", "\\\n")));

        assertThat(SlurmValues.of(conf.lines()).value("Prolog")).hasValue(value);
    }

    @Test
    void changesTheValueAndNoOtherByte() {
        SlurmConf conf =
                SlurmConf.parse("# Prolog=/x\nProlog = /a  # ours\r\nepilog=\"/a b\"#c\nPrologFlags=A,\\\n B # d\nX=1");

        assertThat(conf.with("Prolog", "/new")
                        .with("Epilog", "/e")
                        .with("PrologFlags", "A,B")
                        .text())
                .isEqualTo("# Prolog=/x\nProlog = /new  # ours\r\nepilog=/e#c\nPrologFlags=A,B\nX=1");
        assertThat(conf.withRaw("Prolog", "").withRaw("PrologFlags", "").text())
                .isEqualTo("# Prolog=/x\nepilog=\"/a b\"#c\nX=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A=1", "A=1\n", "A=1\nB=2", "A=1\nB=2,\\\n3", "A=1\n\n\n", "A=1\nB=2\\"})
    void addsLinesThatCanGoAgain(String text) {
        SlurmConf with = SlurmConf.parse(text).with("# ours", List.of("P=1", "Q=2"));

        assertThat(with.text()).contains("# ours\nP=1\nQ=2\n");
        SlurmConf more = with.with("# ours", List.of("R=3"));
        assertThat(more.text()).contains("# ours\nR=3\nP=1\n");
        assertThat(SlurmValues.of(more.lines()).value("q")).hasValue("2");
        assertThat(more.withRaw("P", "")
                        .withRaw("Q", "")
                        .withRaw("R", "")
                        .without("# ours")
                        .text())
                .isEqualTo(text);
    }

    @Test
    void readsIncludedFilesWhereTheyStand() throws Exception {
        Path file = write("slurm.conf", "ClusterName=big\nProlog=/a\nInclude %c.conf\nEpilog=/e\n");
        write("big.conf", "# here\nProlog=/b\n  INCLUDE   more.conf # there\n");
        write("more.conf", "Epilog=/f\nNodeName=n1\n");

        SlurmFiles files = SlurmFiles.read(file);

        assertThat(files.values().value("Prolog")).hasValue("/b");
        assertThat(files.values().value("Epilog")).hasValue("/e");
        assertThat(files.places("Prolog"))
                .extracting(SlurmFiles.Place::where)
                .containsExactly("line 2 of `" + file + "`", "line 2 of `" + dir.resolve("big.conf") + "`");
        SlurmRefusals refusals = new SlurmRefusals(dir);
        assertThatThrownBy(() -> refusals.checkPlace(files, "Prolog"))
                .isInstanceOf(BadSite.class)
                .hasMessageStartingWith("Prolog stands more than once: line 2 of");
        assertThatThrownBy(() -> refusals.checkPlace(files, "NodeName"))
                .hasMessage(
                        "line 2 of `" + dir.resolve("more.conf") + "` has NodeName, and only `" + file + "` is edited");
    }

    @Test
    void refusesFilesThatAreNone() throws Exception {
        Path loop = write("loop.conf", "include loop.conf\n");
        Path missing = write("slurm.conf", "\ninclude none.conf\n");

        assertThatThrownBy(() -> SlurmFiles.read(dir.resolve("none"))).isInstanceOf(BadRequest.class);
        assertThatThrownBy(() -> SlurmFiles.read(dir)).hasMessage("`" + dir + "` is no file");
        assertThatThrownBy(() -> SlurmFiles.read(missing))
                .hasMessage("line 2 of `" + missing + "` includes `" + dir.resolve("none.conf")
                        + "`, which cannot be read");
        assertThatThrownBy(() -> SlurmFiles.read(loop)).isInstanceOf(BadSite.class);
    }

    @Test
    void writesThroughASymlinkWithTheSameModeAndBytes() throws Exception {
        Path file = write("slurm.conf", "");
        Files.write(file, new byte[] {'#', (byte) 0xe9, '\n'});
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), file);

        SlurmFiles files = SlurmFiles.read(link);
        files.write(files.conf().with("# ours", List.of("A=1")));

        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).isEqualTo("#\u00e9\n# ours\nA=1\n");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(link).isSymbolicLink();
        assertThat(files.isCurrent()).isFalse();
        assertThat(dir).isDirectoryNotContaining(left -> left.toString().endsWith(".new"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    NodeName=DEFAULT CPUs=4; ''
                    NodeName=here CPUs=4; ''
                    NodeName=x NodeHostname=here.cluster.org; ''
                    NodeName=n[1-9] CPUs=4; n[1-9]
                    nodename=n1 nodehostname=n1.cluster.org; n1
                    """)
    void knowsTheNodesThatAreNotThisHost(String text, String others) throws Exception {
        SlurmFiles files = SlurmFiles.read(write("slurm.conf", text));

        assertThat(SlurmRefusals.otherNodes(files, Set.of("here"))).isEqualTo(others);
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(dir.resolve(name), text).toRealPath();
    }
}
