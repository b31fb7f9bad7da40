package org.condastagehand.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
    private static ProcessIdentity of(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        long start = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
        ProcessIdentity self = ProcessIdentity.self();
        return new ProcessIdentity(self.bootId(), self.pidNamespace(), pid, start);
    }

    @Test
    void whoAsksIsAlive() throws IOException {
        assertThat(ProcessIdentity.self().provenDead()).isFalse();
        assertThat(ProcessIdentity.self()).isEqualTo(of(ProcessHandle.current().pid()));
    }

    @Test
    void aProcessIsDeadWhenItIsKilled() throws Exception {
        Process sleep = new ProcessBuilder("sleep", "600").start();
        ProcessIdentity identity = of(sleep.pid());
        assertThat(identity.provenDead()).isFalse();
        sleep.destroyForcibly().waitFor();
        assertThat(identity.provenDead()).isTrue();
    }

    @Test
    void aCorpseThatNobodyReapedIsDead() throws Exception {
        // after its exec the shell's parentage stays, but sleep does not wait for a child
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0.3 & echo $!; exec sleep 600").start();
        try {
            long pid = Long.parseLong(parent.inputReader().readLine());
            ProcessIdentity identity = of(pid);
            for (int i = 0; i < 3000 && !identity.provenDead(); i++) {
                Thread.sleep(20);
            }
            assertThat(identity.provenDead()).isTrue();
            assertThat(Path.of("/proc/" + pid)).exists();
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    @Test
    void aPidThatCameRoundAgainIsAnotherProcess() throws IOException {
        ProcessIdentity self = ProcessIdentity.self();
        assertThat(new ProcessIdentity(self.bootId(), self.pidNamespace(), self.pid(), self.startTime() - 1)
                        .provenDead())
                .isTrue();
    }

    @Test
    void nothingOutlivesABoot() throws IOException {
        ProcessIdentity self = ProcessIdentity.self();
        assertThat(new ProcessIdentity("another", self.pidNamespace(), self.pid(), self.startTime()).provenDead())
                .isTrue();
    }

    @Test
    void ofAnotherPidNamespaceNothingIsKnown() throws IOException {
        ProcessIdentity self = ProcessIdentity.self();
        assertThat(new ProcessIdentity(self.bootId(), "pid:[1]", 1 << 30, 1).provenDead())
                .isFalse();
    }
}
