package org.condastagehand.scheduler;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.condastagehand.host.Host;

/** What execd tells its shepherd about a job: {@code key=value} lines in {@code SGE_JOB_SPOOL_DIR/config}. */
public final class GridEngineSpool {
    private static final int LARGEST = 1 << 20;

    /** What stands in the place of such a job's script. */
    private static final Set<String> INTERACTIVE = Set.of("QRSH", "QLOGIN", "QRLOGIN", "INTERACTIVE");

    private final Map<String, String> config;

    private GridEngineSpool(Map<String, String> config) {
        this.config = config;
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
        return new GridEngineSpool(config);
    }

    /** A job of qrsh, qlogin or qsh, whose user waits for it; {@code ENVIRONMENT} is {@code BATCH} for these too. */
    public boolean isInteractive() {
        return INTERACTIVE.contains(config.getOrDefault("script_file", ""));
    }

    /** Whether the queue starts its jobs through {@code prolog/sge-starter}. */
    public boolean hasOurStarter() {
        return config.getOrDefault("starter_method", "").endsWith("/prolog/sge-starter");
    }
}
