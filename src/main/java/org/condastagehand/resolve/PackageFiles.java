package org.condastagehand.resolve;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the files of one package in its {@code conda-meta/NAME.json}, whatever else, or whatever rubbish, is in it. */
final class PackageFiles {
    /** Bytes; a record has some 300 for each file of its package. */
    static final int LIMIT = 16 * 1024 * 1024;

    private long bytes;
    private boolean sized;
    private long paths;
    private long listed;

    /** A record that ends or goes wrong midway counts up to there. */
    static PackageFiles read(Path record) {
        PackageFiles files = new PackageFiles();
        if (!Files.isRegularFile(record)) {
            return files;
        }
        try (InputStream in = Files.newInputStream(record);
                JsonReader json = new JsonReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            if (Files.size(record) <= LIMIT) {
                files.readPackage(json);
            }
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            return files;
        }
        return files;
    }

    boolean sized() {
        return sized;
    }

    long bytes() {
        return bytes;
    }

    /** Old records list their files without sizes. */
    long files() {
        return Math.max(paths, listed);
    }

    private void readPackage(JsonReader json) throws IOException {
        for (json.beginObject(); json.hasNext(); ) {
            String key = json.nextName();
            if (key.equals("paths_data") && json.peek() == JsonToken.BEGIN_OBJECT) {
                readPathsData(json);
            } else if (key.equals("files") && json.peek() == JsonToken.BEGIN_ARRAY) {
                readList(json);
            } else {
                json.skipValue();
            }
        }
    }

    private void readList(JsonReader json) throws IOException {
        for (json.beginArray(); json.hasNext(); listed++) {
            json.skipValue();
        }
        json.endArray();
    }

    private void readPathsData(JsonReader json) throws IOException {
        for (json.beginObject(); json.hasNext(); ) {
            if (json.nextName().equals("paths") && json.peek() == JsonToken.BEGIN_ARRAY) {
                readPaths(json);
            } else {
                json.skipValue();
            }
        }
        json.endObject();
    }

    private void readPaths(JsonReader json) throws IOException {
        for (json.beginArray(); json.hasNext(); ) {
            if (json.peek() == JsonToken.BEGIN_OBJECT) {
                readPath(json);
            } else {
                json.skipValue();
            }
        }
        json.endArray();
    }

    /** A soft link's record names the size of what it leads to. */
    private void readPath(JsonReader json) throws IOException {
        long size = -1;
        boolean link = false;
        for (json.beginObject(); json.hasNext(); ) {
            String key = json.nextName();
            if (key.equals("size_in_bytes") && json.peek() == JsonToken.NUMBER) {
                size = json.nextLong();
            } else if (key.equals("path_type") && json.peek() == JsonToken.STRING) {
                link = json.nextString().equals("softlink");
            } else {
                json.skipValue();
            }
        }
        json.endObject();
        paths++;
        add(link ? 0 : size);
    }

    private void add(long size) {
        if (size >= 0) {
            sized = true;
            bytes = PrefixSize.sum(bytes, size);
        }
    }
}
