package org.condastagehand.scheduler;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.User;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** How each scheduler is told, and that all keep the same contract. */
class SchedulersTest {
    private static Host host(Map<String, String> own, Map<String, String> environment, Path directory)
            throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(own);
        Exec none = (command, limit) -> new Exec.Result(1, "", "");
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Host(all, directory, User.current(), Clock.systemUTC(), none, out, out);
    }

    @Nested
    class OnTheMachineItself implements SchedulerContract {
        @Override
        public Reading read(Optional<String> told, Map<String, String> environment, Path directory)
                throws BadRequest, IOException {
            return new Local(host(Map.of(), environment, directory), SiteConfig.defaults())
                    .read(told, Optional.empty());
        }
    }

    @Nested
    class OnSlurm implements SchedulerContract {
        @Override
        public Reading read(Optional<String> told, Map<String, String> environment, Path directory)
                throws BadRequest, IOException {
            Map<String, String> own = new HashMap<>(Map.of("SLURM_JOB_WORK_DIR", directory.toString()));
            told.ifPresent(env -> own.put("SLURM_JOB_COMMENT", "project conda_env=" + env));
            return new Slurm(host(own, environment, Path.of("/")), SiteConfig.defaults()).read();
        }
    }

    @Nested
    class OnGridEngine implements SchedulerContract {
        @TempDir
        Path spool;

        @Override
        public Reading read(Optional<String> told, Map<String, String> environment, Path directory)
                throws BadRequest, IOException {
            Path copy = spool.resolve("jobs/00/0000/0001.1");
            Files.createDirectories(copy.getParent());
            Files.write(copy, jobOfExecd(told));
            Map<String, String> own = Map.of(
                    "JOB_ID",
                    "1",
                    "SGE_TASK_ID",
                    "undefined",
                    "SGE_JOB_SPOOL_DIR",
                    spool.resolve("active_jobs/1.1").toString());
            return new GridEngine(host(own, environment, directory), SiteConfig.defaults()).read();
        }

        /** A real execd's copy of a job that asked for {@code foo}. */
        private static byte[] jobOfExecd(Optional<String> told) throws IOException {
            try (InputStream in = Objects.requireNonNull(SchedulersTest.class.getResourceAsStream("/sge/0001.1"))) {
                String job = new String(in.readAllBytes(), ISO_8859_1);
                return told.map(env -> job.replace("foo\0", env + "\0"))
                        .orElse(job.replace("conda_env", "other_env"))
                        .getBytes(ISO_8859_1);
            }
        }
    }
}
