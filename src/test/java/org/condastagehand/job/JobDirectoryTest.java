package org.condastagehand.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class JobDirectoryTest {
    @TempDir
    private Path localRoot;

    private User user;
    private JobArea area;

    @BeforeEach
    void usersMayHaveAreas() throws Exception {
        Files.createDirectory(JobArea.users(localRoot));
        user = User.current();
        area = JobArea.of(localRoot, user);
    }

    @Test
    void isRecordedWithItsIdentity() throws Exception {
        JobDirectory job = JobDirectory.make(area, "n1", user);
        assertThat(job.envs()).isEmptyDirectory();
        RecordStore store = new RecordStore(area);
        JobRecord record = store.read(job.path().getFileName().toString()).orElseThrow();
        assertThat(record.directory()).isEqualTo(job.path());
        assertThat(record.identity()).contains(FileTree.identity(job.path()));
        assertThat(record.node()).isEqualTo("n1");
    }

    @Test
    void oneProcessMayHaveSeveral() throws Exception {
        assertThat(JobDirectory.make(area, "n1", user).path())
                .isNotEqualTo(JobDirectory.make(area, "n1", user).path());
    }

    /** Each end of a job may take the empty area away just when another begins. */
    @Test
    void jobsMayBeginWhileOthersEnd() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        Future<?> remover = threads.submit(() -> {
            while (!over.get()) {
                area.removeIfEmpty();
            }
        });
        List<Future<Integer>> jobs = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            jobs.add(threads.submit(() -> {
                for (int i = 0; i < 50; i++) {
                    JobDirectory job = JobDirectory.make(area, "n1", user);
                    assertThat(job.envs()).isDirectory();
                    FileTree.delete(job.path());
                    new RecordStore(area).delete(job.path().getFileName().toString());
                    area.removeIfEmpty();
                }
                return 50;
            }));
        }
        try {
            for (Future<Integer> job : jobs) {
                assertThat(job.get()).isEqualTo(50);
            }
        } finally {
            over.set(true);
            remover.get();
            threads.shutdown();
        }
        area.removeIfEmpty();
        assertThat(area.exists()).isFalse();
    }
}
