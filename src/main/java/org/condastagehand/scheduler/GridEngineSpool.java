package org.condastagehand.scheduler;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.condastagehand.host.Host;

/** What execd tells its shepherd about a job: {@code key=value} lines in {@code SGE_JOB_SPOOL_DIR/config}. */
public final class GridEngineSpool {
    private static final int LARGEST = 1 << 20;

    private final Map<String, String> config;
    private final boolean batch;

    private GridEngineSpool(Map<String, String> config, boolean batch) {
        this.config = config;
        this.batch = batch;
    }

    /** The spool of the job that this hook runs for; one that cannot be read tells nothing. */
    public static GridEngineSpool of(Host host) {
        Map<String, String> config = new HashMap<>();
        Path file = Path.of(host.variable("SGE_JOB_SPOOL_DIR").orElse("/nonexistent"), "config");
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8);
            text.lines().filter(line -> line.indexOf('=') > 0).forEach(line -> {
                int equals = line.indexOf('=');
                config.put(line.substring(0, equals), line.substring(equals + 1));
            });
        } catch (IOException e) {
            config.clear();
        }
        return new GridEngineSpool(
                config, host.variable("ENVIRONMENT").filter("BATCH"::equals).isPresent());
    }

    /** A job of qrsh, qlogin or qsh: Grid Engine runs no starter for it. */
    public boolean isInteractive() {
        return !batch;
    }

    /** Whether the queue starts its jobs through {@code prolog/sge-starter}. */
    public boolean hasOurStarter() {
        return config.getOrDefault("starter_method", "").endsWith("/prolog/sge-starter");
    }
}
