package org.condastagehand.archive;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.Prefix;

/**
 * What an archive of ours says of itself near its beginning (docs/archive-format.md). It is only a claim, to be held
 * against what the archive holds.
 *
 * @param packedBy the program and its version
 * @param prefix where the environment stood
 * @param fingerprint as {@link Inspection#fingerprint}
 * @param tarBytes what all data frames hold together
 * @param continued numbers of the data frames, counted from 0, that begin inside a member's content; ascending
 * @param unrecorded paths of binaries that hold the prefix in a NUL-terminated string and have no record
 * @param state digest of the environment's state when it was packed; older archives have none
 * @param copy whether staging it makes what staging the environment itself would: all is in it, and nothing that is added for
 *     those who unpack it by hand is the environment's
 */
public record Manifest(
        String packedBy,
        Prefix prefix,
        String fingerprint,
        Counts counts,
        long tarBytes,
        List<Integer> continued,
        List<String> unrecorded,
        Optional<String> state,
        boolean copy) {
    /** Marks the skippable frame. */
    static final int MAGIC = 0x184D2A5C;

    /** Of the JSON; what is larger is refused unread, so the packer keeps below. */
    static final int MOST_BYTES = 16 << 20;

    /** Paths under {@code unrecorded}; an archive with more names the first. */
    public static final int MOST_UNRECORDED = 1 << 14;

    private static final int FORMAT = 1;
    private static final int LEVEL = 9;
    private static final String FINGERPRINT = "sha256:[0-9a-f]{64}";
    private static final String STATE = "[0-9a-f]{64}";

    /**
     * How much is in an archive.
     *
     * @param bytes of the files' contents
     */
    public record Counts(long bytes, long files, long hardLinks, long symlinks, long directories) {
        public Counts {
            if (Math.min(Math.min(bytes, files), Math.min(Math.min(hardLinks, symlinks), directories)) < 0) {
                throw new IllegalArgumentException("a negative count");
            }
        }
    }

    public Manifest {
        continued = List.copyOf(continued);
        unrecorded = List.copyOf(unrecorded);
        if (!prefix.toString().startsWith("/")) {
            throw new IllegalArgumentException("`prefix` is no absolute path");
        }
        if (!fingerprint.matches(FINGERPRINT)) {
            throw new IllegalArgumentException("`fingerprint` is none");
        }
        if (state.isPresent() && !state.get().matches(STATE)) {
            throw new IllegalArgumentException("`state` is none");
        }
        if (tarBytes < 0) {
            throw new IllegalArgumentException("`tar_bytes` is negative");
        }
        int last = 0; // the first data frame continues nothing
        for (int frame : continued) {
            if (frame <= last) {
                throw new IllegalArgumentException("`continued` does not ascend");
            }
            last = frame;
        }
    }

    /** Whether a frame is one that holds a manifest. */
    static boolean isIn(byte[] frame) {
        return SkippableFrame.is(MAGIC, frame);
    }

    /** The manifest in a whole skippable frame; as {@link #parse}. */
    static Optional<Manifest> read(byte[] frame) throws BadRequest {
        return parse(SkippableFrame.content(frame, "manifest", MOST_BYTES));
    }

    /** The whole skippable frame. */
    byte[] toFrame() {
        return SkippableFrame.of(MAGIC, toJson().getBytes(StandardCharsets.UTF_8), LEVEL);
    }

    /**
     * Reads the JSON.
     *
     * @return empty where it is of another format, so that nothing may be concluded from it
     * @throws BadRequest it is not what its format asks for
     */
    static Optional<Manifest> parse(byte[] json) throws BadRequest {
        try {
            Fields fields = new Fields(new String(json, StandardCharsets.UTF_8));
            return fields.format == FORMAT ? Optional.of(fields.manifest()) : Optional.empty();
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            throw new BadRequest("the archive is broken: its manifest cannot be read", e);
        }
    }

    /** The JSON, one object in one line. */
    String toJson() {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name("format").value(FORMAT);
            json.name("packed_by").value(packedBy);
            json.name("prefix").value(prefix.toString());
            json.name("fingerprint").value(fingerprint);
            if (state.isPresent()) {
                json.name("state").value(state.get());
            }
            if (copy) {
                json.name("copy").value(true);
            }
            json.name("bytes").value(counts.bytes());
            json.name("files").value(counts.files());
            json.name("hard_links").value(counts.hardLinks());
            json.name("symlinks").value(counts.symlinks());
            json.name("directories").value(counts.directories());
            json.name("tar_bytes").value(tarBytes);
            json.name("continued").beginArray();
            for (int frame : continued) {
                json.value(frame);
            }
            json.endArray();
            json.name("unrecorded").beginArray();
            for (String path : unrecorded) {
                json.value(path);
            }
            json.endArray();
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail", e);
        }
        return text.toString();
    }

    /** The object's values while they are read; what is missing stays as no manifest can have it. */
    private static final class Fields {
        private long format = -1;
        private String packedBy = "";
        private String prefix = "";
        private String fingerprint = "";
        private Optional<String> state = Optional.empty();
        private boolean copy;
        private long bytes = -1;
        private long files = -1;
        private long hardLinks = -1;
        private long symlinks = -1;
        private long directories = -1;
        private long tarBytes = -1;
        private final List<Integer> continued = new ArrayList<>();
        private final List<String> unrecorded = new ArrayList<>();

        Fields(String text) throws IOException {
            JsonReader json = new JsonReader(new StringReader(text));
            json.setStrictness(Strictness.STRICT);
            json.beginObject();
            while (json.hasNext()) {
                take(json.nextName(), json);
            }
            json.endObject();
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw new IOException("more than one object");
            }
        }

        private void take(String name, JsonReader json) throws IOException {
            switch (name) {
                case "format" -> format = json.nextLong();
                case "packed_by" -> packedBy = json.nextString();
                case "prefix" -> prefix = json.nextString();
                case "fingerprint" -> fingerprint = json.nextString();
                case "state" -> state = Optional.of(json.nextString());
                case "copy" -> copy = json.nextBoolean();
                case "bytes" -> bytes = json.nextLong();
                case "files" -> files = json.nextLong();
                case "hard_links" -> hardLinks = json.nextLong();
                case "symlinks" -> symlinks = json.nextLong();
                case "directories" -> directories = json.nextLong();
                case "tar_bytes" -> tarBytes = json.nextLong();
                case "continued" -> list(json, SeekTable.MOST_FRAMES, () -> continued.add(json.nextInt()));
                case "unrecorded" -> list(json, MOST_UNRECORDED, () -> unrecorded.add(path(json.nextString())));
                default -> json.skipValue();
            }
        }

        private interface Item {
            void take() throws IOException;
        }

        private static void list(JsonReader json, int most, Item item) throws IOException {
            json.beginArray();
            for (int count = 0; json.hasNext(); count++) {
                if (count == most) {
                    throw new IOException("a list of more than " + most);
                }
                item.take();
            }
            json.endArray();
        }

        private static String path(String name) throws IOException {
            try {
                return MemberPath.check(name);
            } catch (BadRequest e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        Manifest manifest() {
            Counts counts = new Counts(bytes, files, hardLinks, symlinks, directories);
            return new Manifest(
                    packedBy, Prefix.of(prefix), fingerprint, counts, tarBytes, continued, unrecorded, state, copy);
        }
    }
}
