package org.condastagehand.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What administrators read about {@code site.toml}: the file that is shipped, and its page. */
class SiteConfigPageTest {
    private static final Path SHIPPED = Path.of("site-config/site.toml");
    private static final Path PAGE = Path.of("docs/reference/site.toml.md");
    private static final Pattern SHIPPED_LINE = Pattern.compile("\\[(?<table>\\w+)]|(?<key>\\w+) = (?<value>.*)");
    private static final Pattern PAGE_ROW =
            Pattern.compile("\\| `(\\[(?<table>\\w+)]|(?<key>\\w+))` \\| (`(?<value>[^`]*)`)?.*");

    /** {@code table.key = default}, in the order of the file. */
    private static List<String> settings(Path file, Pattern pattern) throws IOException {
        List<String> settings = new ArrayList<>();
        String table = "";
        for (String line : Files.readAllLines(file)) {
            Matcher matcher = pattern.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            if (matcher.group("key") != null) {
                settings.add(table + matcher.group("key") + " = " + matcher.group("value"));
            } else {
                table = matcher.group("table") + ".";
            }
        }
        return settings;
    }

    private static Stream<String> keys(Class<?> section, String table) {
        return Arrays.stream(section.getRecordComponents())
                .map(component ->
                        table + component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
    }

    @Test
    void thePageHasTheKeysAndDefaultsOfTheFileInItsOrder() throws IOException {
        assertThat(settings(PAGE, PAGE_ROW))
                .as("the rows of %s, beside the keys of %s: edit the one that is wrong", PAGE, SHIPPED)
                .hasSizeGreaterThan(20)
                .containsExactlyElementsOf(settings(SHIPPED, SHIPPED_LINE));
    }

    @Test
    void theFileHasEveryKeyOfEveryTable() throws IOException {
        List<String> shipped = settings(SHIPPED, SHIPPED_LINE).stream()
                .map(setting -> setting.substring(0, setting.indexOf(" = ")))
                .toList();
        assertThat(shipped)
                .containsAll(keys(SiteConfig.Cache.class, "cache.").toList())
                .containsAll(keys(SiteConfig.Archive.class, "archive.").toList())
                .containsAll(keys(SiteConfig.Sge.class, "sge.").toList())
                .containsAll(keys(SiteConfig.Slurm.class, "slurm.").toList());
    }
}
