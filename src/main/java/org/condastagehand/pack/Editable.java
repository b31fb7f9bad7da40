package org.condastagehand.pack;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.condastagehand.relocate.Prefix;

/**
 * Packages that are installed as a link to their sources outside of the environment, by pip's and setuptools' {@code -e}
 * or by {@code conda develop}: an archive cannot hold them.
 */
final class Editable {
    private static final long LARGEST = 1 << 20;

    private final Path root;
    private final List<Prefix> names;
    private final TreeMap<String, String> found = new TreeMap<>();

    private Editable(Path root, List<Prefix> names) {
        this.root = root;
        this.names = names;
    }

    /** Where the sources of each lie, by the file in the environment that says so. */
    static SortedMap<String, String> in(Path root, List<Prefix> names, List<Entry> entries) {
        Editable editable = new Editable(root, names);
        for (Entry entry : entries) {
            if (entry.isFile() && entry.path().contains("/site-packages/") && entry.size() <= LARGEST) {
                editable.look(entry.path());
            }
        }
        return editable.found;
    }

    private void look(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.equals("direct_url.json") && path.endsWith(".dist-info/" + name)) {
            source(text(path)).ifPresent(source -> found.put(path, source));
        } else if (name.endsWith(".egg-link")
                || name.equals("easy-install.pth")
                || name.equals("conda.pth")
                || (name.startsWith("__editable__") && name.endsWith(".pth"))) {
            lines(path).forEach(source -> found.putIfAbsent(path, source));
        }
    }

    /** PEP 610: {@code {"url": "file:///src", "dir_info": {"editable": true}}}. */
    private Optional<String> source(String json) {
        try {
            JsonObject direct = JsonParser.parseString(json).getAsJsonObject();
            JsonElement info = direct.get("dir_info");
            boolean editable = info != null
                    && info.isJsonObject()
                    && info.getAsJsonObject().has("editable")
                    && info.getAsJsonObject().get("editable").getAsBoolean();
            String url = direct.has("url") ? direct.get("url").getAsString() : "";
            String source = url.startsWith("file://") ? url.substring("file://".length()) : url;
            return editable && !isInside(source) ? Optional.of(source) : Optional.empty();
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            return Optional.empty(); // pip itself would not read it
        }
    }

    /** Of a {@code .pth} or {@code .egg-link}, the lines that are directories elsewhere. */
    private List<String> lines(String path) {
        List<String> sources = new ArrayList<>();
        text(path)
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("/") && !isInside(line))
                .forEach(sources::add);
        return sources;
    }

    private boolean isInside(String path) {
        return names.stream().anyMatch(name -> name.holds(path));
    }

    private String text(String path) {
        try {
            return new String(Files.readAllBytes(root.resolve(path)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // it is told when the file itself is packed
        }
    }
}
