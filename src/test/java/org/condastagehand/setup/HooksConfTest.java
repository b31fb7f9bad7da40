package org.condastagehand.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.config.Sites;
import org.condastagehand.host.BadSite;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HooksConfTest {
    private static final SiteConfig SITE = Sites.of(
            "local_root = '/scratch/%n'",
            "toml_requests = false",
            "stage_timeout = '1500 ms'",
            "max_concurrent = 8",
            "epilog_wait = '0'",
            "min_uid = 500",
            "[sge]",
            "qstat = false",
            "[slurm]",
            "set_tmpdir = false");

    @TempDir
    Path tree;

    @BeforeEach
    void installTree() throws IOException {
        Files.createDirectory(tree.resolve("etc"));
    }

    private String written() throws IOException {
        return Files.readString(HooksConf.in(tree));
    }

    @Test
    void saysWhatTheSiteSaysAndWhatQueuesHadBefore() throws Exception {
        HooksConf.read(tree)
                .with(SITE, tree)
                .with("next_prolog.all.q", Optional.of("root@/x a=b  c="))
                .write(tree);

        assertThat(written()).isEqualTo("""
                        local_root=/scratch/%%n
                        java=%s/lib/runtime/bin/java
                        stage_timeout=2
                        max_concurrent=8
                        epilog_wait=0
                        toml_requests=false
                        min_uid=500
                        slurm_set_tmpdir=false
                        images=off
                        sge_qstat=false
                        syslog=true
                        metrics=false
                        next_prolog.all.q=root@/x a=b  c=
                        """.formatted(tree));
        assertThat(Files.getPosixFilePermissions(HooksConf.in(tree)))
                .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(tree.resolve("etc")).isDirectoryNotContaining(file -> file.endsWith("hooks.conf.new"));
    }

    @Test
    void keepsTheLinesOfOthersWhenTheSiteChanges() throws Exception {
        Files.writeString(HooksConf.in(tree), "min_uid=7\nnext_task_prolog=/t\nnext_epilog.b.q=/y x\n");
        HooksConf conf = HooksConf.read(tree).with(SITE, tree);

        assertThat(conf.value("min_uid")).hasValue("500");
        assertThat(conf.text()).endsWith("next_epilog.b.q=/y x\nnext_task_prolog=/t\n");
        assertThat(HooksConf.parse(conf.text())).isEqualTo(conf);
        assertThat(conf.with(SITE, tree)).isEqualTo(conf);
        assertThat(conf.with("next_task_prolog", Optional.empty()).value("next_task_prolog"))
                .isEmpty();
    }

    @Test
    void namesWhatCannotBeWritten() {
        Path elsewhere = tree.resolve("none");

        assertThatThrownBy(() -> HooksConf.read(elsewhere).write(elsewhere))
                .isInstanceOf(BadSite.class)
                .hasMessage("cannot write `" + HooksConf.in(elsewhere) + "`: no such file or directory");
    }
}
