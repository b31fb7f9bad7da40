package org.condastagehand.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueValueTest {
    private static final Path TREE = Path.of("/opt/conda-stagehand");

    @ParameterizedTest
    @ValueSource(
            strings = {"NONE", "/site/prolog", "root@/site/prolog -a b=c d,e $job_id \"x y\"", "/p [x]", "/p a,[b"})
    void isOneValueForAllHosts(String text) {
        assertThat(QueueValue.parse(text)).isEqualTo(new QueueValue(text, List.of()));
    }

    @Test
    void keepsWhatSingleHostsAndGroupsHave() {
        assertThat(QueueValue.parse("NONE,[@old=/g a=b,c],[n1.site=root@/x]"))
                .isEqualTo(new QueueValue(
                        "NONE",
                        List.of(
                                new QueueValue.ForHosts("@old", "/g a=b,c"),
                                new QueueValue.ForHosts("n1.site", "root@/x"))));
    }

    @Test
    void knowsOurHooksByTheirProgram() {
        assertThat(QueueHook.PROLOG.isIn(TREE, "root@/opt/conda-stagehand/prolog/sge-prolog"))
                .isTrue();
        assertThat(QueueHook.PROLOG.isIn(TREE, "/opt/conda-stagehand/prolog/sge-prolog -x"))
                .isTrue();
        assertThat(QueueHook.EPILOG.isIn(TREE, "/opt/conda-stagehand/prolog/sge-prolog"))
                .isFalse();
        assertThat(QueueHook.PROLOG.isIn(TREE, "/bin/sh /opt/conda-stagehand/prolog/sge-prolog"))
                .isFalse();
        assertThat(QueueHook.PROLOG.isAny("NONE")).isFalse();
        assertThat(QueueHook.PROLOG.isAny("sgeadmin@/opt/older/prolog/sge-prolog"))
                .isTrue();
        assertThat(QueueHook.PROLOG.tree("root@/opt/older/prolog/sge-prolog")).isEqualTo("/opt/older");
    }

    @Test
    void readsFoldedLinesAsOne() {
        Attributes attributes = Attributes.parse("""
                #global:
                prolog                /x bbb \\
                                      c,[n1=/a], \\
                                      [n2=/b]
                reporting_params             accounting=true reporting=false \\
                                             flush_time=00:00:01
                empty
                """);

        assertThat(attributes.value("prolog")).hasValue("/x bbb c,[n1=/a],[n2=/b]");
        assertThat(attributes.value("reporting_params"))
                .hasValue("accounting=true reporting=false flush_time=00:00:01");
        assertThat(attributes.value("empty")).isEmpty();
    }
}
