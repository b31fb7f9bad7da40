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

/** One package's {@code conda-meta/PACKAGE.json}: its files, and what conda noted of them. */
final class PackageRecord {
    private static final long LARGEST = 256 << 20;

    private final String path;
    private final int[] cuts;
    private final List<String> owned = new ArrayList<>();
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, Prefix> placeholders = new HashMap<>();

    private PackageRecord(String path, int[] cuts) {
        this.path = path;
        this.cuts = cuts;
    }

    static PackageRecord read(Path file, String path) throws BadRequest {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException("larger than any record of a package");
            }
            byte[] json = Files.readAllBytes(file);
            PackageRecord record = new PackageRecord(path, Blanks.in(json));
            record.readRecord(json);
            return record;
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + file + "`", e);
        }
    }

    String path() {
        return path;
    }

    /** {@code NAME-VERSION-BUILD}. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1, path.length() - ".json".length());
    }

    /** Where the package cache's paths stand in it. */
    int[] cuts() {
        return cuts;
    }

    List<String> files() {
        return owned;
    }

    Map<String, Known> known() {
        return known;
    }

    /** A record that is not of the shape that conda writes tells nothing, or less: its files go as the user's own. */
    private void readRecord(byte[] bytes) {
        try (JsonReader json =
                new JsonReader(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8))) {
            List<String> listed = new ArrayList<>();
            for (json.beginObject(); json.hasNext(); ) {
                String key = json.nextName();
                if (key.equals("paths_data") && json.peek() == JsonToken.BEGIN_OBJECT) {
                    readPathsData(json);
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

    private void readPathsData(JsonReader json) throws IOException {
        for (json.beginObject(); json.hasNext(); ) {
            if (json.nextName().equals("paths") && json.peek() == JsonToken.BEGIN_ARRAY) {
                for (json.beginArray(); json.hasNext(); ) {
                    readPath(json);
                }
                json.endArray();
            } else {
                json.skipValue();
            }
        }
        json.endObject();
    }

    private void readPath(JsonReader json) throws IOException {
        String file = "";
        String placeholder = "";
        String mode = "";
        String sha256 = "";
        String installed = "";
        for (json.beginObject(); json.hasNext(); ) {
            switch (json.nextName()) {
                case "_path" -> file = text(json);
                case "prefix_placeholder" -> placeholder = text(json);
                case "file_mode" -> mode = text(json);
                case "sha256" -> sha256 = text(json);
                case "sha256_in_prefix" -> installed = text(json);
                default -> json.skipValue();
            }
        }
        json.endObject();
        if (file.isEmpty()) {
            return;
        }
        owned.add(file);
        Optional<Prefix> prefix = placeholder.isEmpty()
                ? Optional.empty()
                : Optional.of(placeholders.computeIfAbsent(placeholder, Prefix::of));
        // most files are as they were in their package, and an environment has many
        String other = installed.equals(sha256) ? "" : installed;
        known.put(file, new Known(sha256, other, prefix, mode.equals("binary")));
    }

    private static String text(JsonReader json) throws IOException {
        if (json.peek() == JsonToken.STRING) {
            return json.nextString();
        }
        json.skipValue();
        return "";
    }
}
