package org.condastagehand.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.condastagehand.host.BadSite;

/** A site by the lines of its file, for tests that care for few of its keys. */
public final class Sites {
    private Sites() {}

    public static SiteConfig of(String... lines) {
        try {
            Path file = Files.createTempFile("site", ".toml");
            try {
                Files.write(file, List.of(lines));
                return SiteConfig.load(List.of(file), SiteConfig.EVERY_NODE, false);
            } finally {
                Files.delete(file);
            }
        } catch (IOException | BadSite e) {
            throw new AssertionError(e);
        }
    }
}
