package org.condastagehand.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.config.Sites;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the lines of a slurm.conf, there and back; src/test/slurm/setup.bats has the real Slurm. */
class SlurmEditTest {
    private static final Path TREE = Path.of("/opt/t");
    private static final String HEADER = "# ours";

    private static SlurmValues values(String text) {
        return SlurmValues.of(SlurmConf.parse(text).lines());
    }

    private static Optional<String> wanted(String key, String text, SiteConfig site, String hooksConf) {
        return SlurmWanted.of(values(text), HooksConf.parse(hooksConf), site, TREE).settings().stream()
                .filter(setting -> setting.key().equals(key))
                .map(SlurmWanted.Setting::value)
                .findFirst();
    }

    private static Optional<String> wanted(String key, String text) {
        return wanted(key, text, SiteConfig.defaults(), "");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
                    A=1                                        => Alloc,DeferBatch,Contain
                    ProctrackType=proctrack/linuxproc          => Alloc,DeferBatch
                    ProctrackType=proctrack/cgroup             => Alloc,DeferBatch,Contain
                    PrologFlags=X11                            => X11,Alloc,DeferBatch,Contain
                    PrologFlags=contain,ALLOC,deferbatch       => contain,ALLOC,deferbatch
                    PrologFlags=NoHold                         => NoHold,Alloc,DeferBatch
                    PrologFlags=Serial,Contain                 => Serial,Contain,Alloc,DeferBatch
                    """)
    void mergesTheFlags(String text, String flags) {
        assertThat(wanted(SlurmWanted.FLAGS, text)).hasValue(flags);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
                    A=1                             => 600   => 360
                    PrologEpilogTimeout=599         => 600   => 360
                    PrologEpilogTimeout=601         => 601   => 360
                    PrologEpilogTimeout=0           => 0     => 360
                    PrologEpilogTimeout=65534       => 65534 => 360
                    PrologEpilogTimeout=Infinite    => Infinite => 360
                    BatchStartTimeout=10            => 600   => 360
                    BatchStartTimeout=0             => 600   => 360
                    BatchStartTimeout=361           => 600   => 361
                    BatchStartTimeout=unlimited     => 600   => unlimited
                    """)
    void neverLowersATimeLimit(String text, String hooks, String start) {
        assertThat(wanted(SlurmWanted.HOOK_LIMIT, text)).hasValue(hooks);
        assertThat(wanted(SlurmWanted.START_LIMIT, text)).hasValue(start);
    }

    @Test
    void readsWhatScontrolShows() {
        SlurmValues shown = SlurmValues.shown("""
                Configuration data as of 2026-01-01T00:00:00
                BatchStartTimeout       = 400 sec
                Epilog                  = (null)
                Prolog[0]               = /site/p q
                PrologEpilogTimeout     = 65534
                PrologFlags             = Alloc,X11
                """);

        assertThat(shown.value("BATCHSTARTTIMEOUT")).hasValue("400");
        assertThat(shown.value("Epilog")).isEmpty();
        assertThat(shown.value("Prolog")).hasValue("/site/p q");
        assertThat(shown.value("PrologEpilogTimeout")).isEmpty();
        assertThat(shown.value("PrologFlags")).hasValue("Alloc,X11");
    }

    @Test
    void limitsFollowHowLongStagingMayTake() {
        SiteConfig slow = Sites.of("stage_timeout = '1 h'");

        assertThat(wanted(SlurmWanted.HOOK_LIMIT, "", slow, "")).hasValue("3690");
        assertThat(wanted(SlurmWanted.START_LIMIT, "", slow, "")).hasValue("3660");
    }

    @ParameterizedTest
    @ValueSource(strings = {"next_prolog=/p\n", "next_epilog=/p\n"})
    void leavesHooksOfTheSiteTheTimeThatTheyHad(String hooksConf) {
        SiteConfig site = SiteConfig.defaults();

        assertThat(wanted(SlurmWanted.HOOK_LIMIT, "", site, hooksConf)).isEmpty();
        assertThat(wanted(SlurmWanted.HOOK_LIMIT, "PrologEpilogTimeout=5", site, hooksConf))
                .hasValue("600");
        assertThat(wanted(SlurmWanted.HOOK_LIMIT, "EpilogSlurmctld=/p")).isEmpty();
        assertThat(SlurmWanted.of(values(""), HooksConf.parse(hooksConf), site, TREE)
                        .kept())
                .containsExactly("PrologEpilogTimeout without a limit: `/p` may need longer than 600 s");
    }

    private static SlurmEdit apply(String text, HooksConf conf) {
        SlurmEdit edit = new SlurmEdit(HEADER, SlurmConf.parse(text), conf);
        SlurmWanted.of(values(text), conf, SiteConfig.defaults(), TREE)
                .settings()
                .forEach(setting -> edit.set(setting.key(), setting.value()));
        return edit;
    }

    private static String restored(String text, HooksConf conf) {
        SlurmEdit edit = new SlurmEdit(HEADER, SlurmConf.parse(text), conf);
        for (SlurmHook hook : SlurmHook.values()) {
            edit.restore(hook.key(), Optional.empty());
        }
        SlurmWanted.OTHERS.stream().filter(edit::isOurs).forEach(key -> edit.restore(key, Optional.empty()));
        return edit.textWithoutHeader().text();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ClusterName=x",
                "ClusterName=x\r\nNodeName=n1\r\n",
                "Prolog=/p # it\nepilog = \"/e\"\nPrologFlags=X11,\\\n  Contain # \\ and #\n\nPartitionName=a",
                "PrologEpilogTimeout=10\nBatchStartTimeout=20\nTaskProlog=/t\\\n\n# end",
                "TaskProlog=/t",
                "PrologFlags=Alloc,Contain,DeferBatch\nPrologEpilogTimeout=0\nBatchStartTimeout=900"
            })
    void comesBackToTheByteAndChangesNothingTheSecondTime(String text) {
        SlurmEdit edit = apply(text, HooksConf.parse(""));
        HooksConf kept = HooksConf.parse(edit.conf().text());
        SlurmEdit again = apply(edit.text().text(), kept);

        assertThat(again.done()).isEmpty();
        assertThat(again.text().text()).isEqualTo(edit.text().text());
        assertThat(again.conf()).isEqualTo(kept);
        assertThat(edit.text().lines("Prolog")).hasSize(1);
        assertThat(restored(edit.text().text(), kept)).isEqualTo(text);
    }

    @Test
    void bringsBackItsKeysAloneWhereSomebodyHasEditedSince() {
        SlurmEdit edit = apply("Prolog=/p\nBatchStartTimeout=20\n", HooksConf.parse(""));
        String edited =
                "New=1\n" + edit.text().text().replace("PrologEpilogTimeout=600", "PrologEpilogTimeout=900") + "Z=1\n";

        assertThat(restored(edited, edit.conf()))
                .isEqualTo("New=1\nProlog=/p\nBatchStartTimeout=20\nPrologEpilogTimeout=900\nZ=1\n");
    }

    @Test
    void remembersTheLineThatWasThereLastBeforeOurs() {
        SlurmEdit edit = apply("PrologEpilogTimeout=10\n", HooksConf.parse(""));
        // the site writes another value over ours, set-up raises it again, then by itself
        SlurmEdit second = apply(edit.text().text().replace("Timeout=600", "Timeout=77"), edit.conf());
        SlurmEdit third = new SlurmEdit(HEADER, second.text(), second.conf());
        third.set("PrologEpilogTimeout", "1000");

        assertThat(third.done()).isEqualTo(List.of("PrologEpilogTimeout `600` -> `1000`"));
        assertThat(restored(third.text().text(), third.conf())).isEqualTo("PrologEpilogTimeout=77\n");
    }
}
