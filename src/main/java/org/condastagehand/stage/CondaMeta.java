package org.condastagehand.stage;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.relocate.Prefix;

/**
 * What conda noted about its files when it installed them: {@code conda-meta/PACKAGE.json} has, under
 * {@code paths_data.paths}, the placeholder that each file was built with and by which rule it was replaced. A record
 * that cannot be read is passed over: it would only have told more.
 */
final class CondaMeta {
    /** The build's placeholder for the prefix, 255 bytes since conda-build 2, and the rule by which it is replaced. */
    record Placeholder(Prefix prefix, boolean binary) {}

    private static final Prefix PLACEHOLDER = Prefix.of("prefix_placeholder");
    private static final long LARGEST_RECORD = 32 << 20;

    /** Files with a placeholder; the environment of a distribution with everything in it has some ten thousand. */
    private static final int MOST = 1 << 16;

    /** The longest path or placeholder that is kept. */
    private static final int LONGEST = 1 << 12;

    /** The longest of all texts: a record with a longer one is not conda's, and the reader would hold it three times. */
    private static final int LONGEST_TEXT = 1 << 20;

    private final Map<String, Placeholder> placeholders = new HashMap<>();
    private final Map<String, Prefix> prefixes = new HashMap<>();

    private final Path records;
    private boolean read;

    private CondaMeta(Path records) {
        this.records = records;
    }

    /** What is known of a prefix; read when it is first asked for, since 20 MB of JSON take their time. */
    static CondaMeta of(Path prefix) {
        return new CondaMeta(prefix.resolve("conda-meta"));
    }

    private void readAll() {
        if (!read) {
            read = true;
            read("*.json");
        }
    }

    private void read(String names) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(records, names)) {
            for (Path file : files) {
                readRecord(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return; // no conda-meta, or what was read of it has to do
        }
    }

    synchronized Optional<Placeholder> placeholder(String path) {
        if (!read && path.startsWith("bin/python")) {
            read("python-[0-9]*.json"); // most often it is all that is asked for
        }
        if (!placeholders.containsKey(path)) {
            readAll();
        }
        return Optional.ofNullable(placeholders.get(path));
    }

    synchronized boolean isEmpty() {
        readAll();
        return placeholders.isEmpty();
    }

    private void readRecord(Path record) throws IOException {
        if (!Files.isRegularFile(record, LinkOption.NOFOLLOW_LINKS) || Files.size(record) > LARGEST_RECORD) {
            return;
        }
        byte[] bytes = Files.readAllBytes(record);
        if (!PLACEHOLDER.standsIn(bytes, 0, bytes.length) || hasEndlessText(bytes)) {
            return; // most packages have no file that needs one
        }
        try (JsonReader json =
                new JsonReader(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8))) {
            inObject(json, "paths_data", () -> inObject(json, "paths", () -> readPaths(json)));
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            return; // not JSON, not UTF-8, not of the shape that conda writes, or a placeholder that no file can hold
        }
    }

    private static boolean hasEndlessText(byte[] json) {
        int quote = 0;
        for (int i = 0; i < json.length; i++) {
            quote = json[i] == '"' ? i : quote;
            if (i - quote > LONGEST_TEXT) {
                return true;
            }
        }
        return false;
    }

    private void readPaths(JsonReader json) throws IOException {
        json.beginArray();
        while (json.hasNext()) {
            readPath(json);
        }
        json.endArray();
    }

    private void readPath(JsonReader json) throws IOException {
        String path = "";
        String placeholder = "";
        String mode = "";
        json.beginObject();
        while (json.hasNext()) {
            switch (json.nextName()) {
                case "_path" -> path = text(json);
                case "prefix_placeholder" -> placeholder = text(json);
                case "file_mode" -> mode = text(json);
                default -> json.skipValue();
            }
        }
        json.endObject();
        boolean usual = path.length() <= LONGEST && placeholder.length() <= LONGEST && placeholders.size() < MOST;
        if (usual && !path.isEmpty() && !placeholder.isEmpty()) {
            // a package has one placeholder for all its files
            Prefix prefix = prefixes.computeIfAbsent(placeholder, Prefix::of);
            placeholders.put(path, new Placeholder(prefix, mode.equals("binary")));
        }
    }

    private static String text(JsonReader json) throws IOException {
        if (json.peek() == JsonToken.STRING) {
            return json.nextString();
        }
        json.skipValue();
        return "";
    }

    /** Reads a part of a JSON document. */
    @FunctionalInterface
    private interface Part {
        void read() throws IOException;
    }

    /** Reads one object, giving the value of one of its names to {@code part} and passing over all others. */
    private static void inObject(JsonReader json, String name, Part part) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            if (json.nextName().equals(name)) {
                part.read();
            } else {
                json.skipValue();
            }
        }
        json.endObject();
    }
}
