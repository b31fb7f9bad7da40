package org.condastagehand.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.condastagehand.sweep.Holding;

/** What lies on a node, as {@code status} and {@code sweep --json} tell it: docs/reference/status.md has the schema. */
final class Inventory {
    /** What becomes of something. */
    enum State {
        /** Its job may be alive. */
        KEPT,
        /** A sweep strikes it. */
        DEAD,
        /** A sweep has struck it. */
        STRUCK
    }

    /**
     * One thing.
     *
     * @param bytes on the disk, absent where they were not counted
     */
    record Entry(Holding held, State state, OptionalLong bytes) {}

    private final List<Entry> entries = new ArrayList<>();

    List<Entry> entries() {
        return entries;
    }

    void add(Holding held, State state, OptionalLong bytes) {
        entries.add(new Entry(held, state, bytes));
    }

    String json(String node) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent(" ");
            json.beginObject().name("node").value(node).name("holdings").beginArray();
            for (Entry entry : entries) {
                write(entry, json);
            }
            json.endArray().endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string does not fail
        }
        return text.toString();
    }

    private static void write(Entry entry, JsonWriter json) throws IOException {
        Holding held = entry.held();
        json.beginObject();
        json.name("job").value(held.job());
        json.name("uid").value(held.uid());
        json.name("directory").value(held.path().toString());
        if (held.since().isPresent()) {
            json.name("since").value(held.since().get().toString());
        }
        if (entry.bytes().isPresent()) {
            json.name("bytes").value(entry.bytes().getAsLong());
        }
        json.name("state").value(entry.state().toString().toLowerCase(Locale.ROOT));
        json.endObject();
    }

    /**
     * Adds what a process of a user's said, who may have made it say anything: so all of it is that user's.
     *
     * @throws IllegalArgumentException it is not what {@link #json} writes
     */
    void addFrom(String text, long uid) {
        try {
            List<Entry> found = new ArrayList<>();
            JsonArray holdings = JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("holdings");
            for (JsonElement element : holdings) {
                JsonObject one = element.getAsJsonObject();
                Optional<Instant> since = Optional.ofNullable(one.get("since"))
                        .map(JsonElement::getAsString)
                        .map(Instant::parse);
                JsonElement bytes = one.get("bytes");
                Path directory = Path.of(one.get("directory").getAsString());
                found.add(new Entry(
                        new Holding(one.get("job").getAsString(), uid, directory, since),
                        State.valueOf(one.get("state").getAsString().toUpperCase(Locale.ROOT)),
                        bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes.getAsLong())));
            }
            entries.addAll(found);
        } catch (RuntimeException | StackOverflowError e) { // so deep may its brackets be
            throw new IllegalArgumentException("not what it should say", e);
        }
    }
}
