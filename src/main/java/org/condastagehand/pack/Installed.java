package org.condastagehand.pack;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.Prefix;

/** What conda noted of all files that it installed: {@code conda-meta/PACKAGE.json} of every package. */
final class Installed {
    private static final String META = "conda-meta/";
    private static final long LARGEST_RECORD = 256 << 20;

    private final Map<String, Known> files = new HashMap<>();
    private final Map<String, List<String>> packages = new HashMap<>();
    private final Map<String, int[]> cuts = new HashMap<>();
    private final Map<String, Prefix> placeholders = new HashMap<>();

    private Installed() {}

    /** Reads the records among the entries. */
    static Installed read(Path root, List<Entry> entries) throws BadRequest {
        Installed installed = new Installed();
        for (Entry entry : entries) {
            if (isRecord(entry.path()) && entry.isFile()) {
                installed.read(root.resolve(entry.path()), entry.path());
            }
        }
        return installed;
    }

    /** Whether a path is that of a package's record. */
    static boolean isRecord(String path) {
        return path.startsWith(META) && path.endsWith(".json") && path.indexOf('/', META.length()) < 0;
    }

    Optional<Known> known(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /** Files by the name of their package's record, without its ending. */
    Map<String, List<String>> packages() {
        return packages;
    }

    /** Where the package cache's paths stand in a record; nothing for any other file. */
    int[] cuts(String path) {
        return cuts.getOrDefault(path, new int[0]);
    }

    private void read(Path file, String path) throws BadRequest {
        try {
            if (Files.size(file) > LARGEST_RECORD) {
                throw new IOException("larger than any record of a package");
            }
            byte[] json = Files.readAllBytes(file);
            cuts.put(path, Blanks.in(json));
            List<String> owned = new ArrayList<>();
            packages.put(path.substring(META.length(), path.length() - ".json".length()), owned);
            readRecord(json, owned);
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + file + "`", e);
        }
    }

    /** A record that is not of the shape that conda writes tells nothing, or less: its files go as the user's own. */
    private void readRecord(byte[] bytes, List<String> owned) {
        try (JsonReader json =
                new JsonReader(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8))) {
            List<String> listed = new ArrayList<>();
            for (json.beginObject(); json.hasNext(); ) {
                String key = json.nextName();
                if (key.equals("paths_data") && json.peek() == JsonToken.BEGIN_OBJECT) {
                    readPathsData(json, owned);
                } else if (key.equals("files") && json.peek() == JsonToken.BEGIN_ARRAY) {
                    readNames(json, listed);
                } else {
                    json.skipValue();
                }
            }
            if (owned.isEmpty()) {
                owned.addAll(listed);
            }
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            return;
        }
    }

    private static void readNames(JsonReader json, List<String> names) throws IOException {
        for (json.beginArray(); json.hasNext(); ) {
            names.add(json.nextString());
        }
        json.endArray();
    }

    private void readPathsData(JsonReader json, List<String> owned) throws IOException {
        for (json.beginObject(); json.hasNext(); ) {
            if (json.nextName().equals("paths") && json.peek() == JsonToken.BEGIN_ARRAY) {
                for (json.beginArray(); json.hasNext(); ) {
                    readPath(json, owned);
                }
                json.endArray();
            } else {
                json.skipValue();
            }
        }
        json.endObject();
    }

    private void readPath(JsonReader json, List<String> owned) throws IOException {
        String path = "";
        String placeholder = "";
        String mode = "";
        String sha256 = "";
        String installed = "";
        for (json.beginObject(); json.hasNext(); ) {
            switch (json.nextName()) {
                case "_path" -> path = text(json);
                case "prefix_placeholder" -> placeholder = text(json);
                case "file_mode" -> mode = text(json);
                case "sha256" -> sha256 = text(json);
                case "sha256_in_prefix" -> installed = text(json);
                default -> json.skipValue();
            }
        }
        json.endObject();
        if (path.isEmpty()) {
            return;
        }
        owned.add(path);
        Optional<Prefix> prefix = placeholder.isEmpty()
                ? Optional.empty()
                : Optional.of(placeholders.computeIfAbsent(placeholder, Prefix::of));
        // most files are as they were in their package, and an environment has many
        String other = installed.equals(sha256) ? "" : installed;
        files.put(path, new Known(sha256, other, prefix, mode.equals("binary")));
    }

    private static String text(JsonReader json) throws IOException {
        if (json.peek() == JsonToken.STRING) {
            return json.nextString();
        }
        json.skipValue();
        return "";
    }
}
