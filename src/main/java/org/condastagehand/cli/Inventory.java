package org.condastagehand.cli;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.condastagehand.cache.CachedEnv;
import org.condastagehand.sweep.Holding;

/** What lies on a node, as {@code status} and {@code sweep --json} tell it: docs/reference/status.md has the schema. */
final class Inventory {
    /** What becomes of something. */
    enum State {
        /** Its job may be alive. */
        KEPT("may be alive"),
        /** An environment that stays for the next job. */
        CACHED("cached"),
        /** The same, and a job may see it now. */
        LEASED("cached, in use"),
        /** A sweep strikes it. */
        DEAD("dead, for the next sweep"),
        /** A sweep has struck it. */
        STRUCK("struck");

        private final String shown;

        State(String shown) {
            this.shown = shown;
        }

        /** For people. */
        String shown() {
            return shown;
        }
    }

    /**
     * One thing.
     *
     * @param bytes on the disk, absent where they were not counted
     */
    record Entry(Holding held, State state, OptionalLong bytes) {}

    private static final Set<String> KEYS = Set.of("job", "directory", "since", "bytes", "state");

    private final List<Entry> entries = new ArrayList<>();

    List<Entry> entries() {
        return entries;
    }

    void add(Holding held, State state, OptionalLong bytes) {
        entries.add(new Entry(held, state, bytes));
    }

    /** What stays for the next job. */
    void addCached(List<CachedEnv> envs, long uid) {
        for (CachedEnv env : envs) {
            Holding held = new Holding("cache:" + env.name(), uid, env.path(), Optional.of(env.lastUse()));
            add(held, env.leases() == 0 ? State.CACHED : State.LEASED, OptionalLong.of(env.bytes()));
        }
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
     * @return what was added
     * @throws IllegalArgumentException it is not what {@link #json} writes
     */
    List<Entry> addFrom(String text, long uid) {
        List<Entry> found = new ArrayList<>();
        boolean any = false;
        try (JsonReader json =
                new JsonReader(new StringReader(text))) { // a tree of it would take twenty times its size
            json.beginObject();
            while (json.hasNext()) {
                if (!json.nextName().equals("holdings")) {
                    json.skipValue();
                    continue;
                }
                any = true;
                json.beginArray();
                while (json.hasNext()) {
                    found.add(entry(read(json), uid));
                }
                json.endArray();
            }
            json.endObject();
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("not what it should say", e);
        }
        if (!any) {
            throw new IllegalArgumentException("no holdings");
        }
        entries.addAll(found);
        return found;
    }

    private static Map<String, String> read(JsonReader json) throws IOException {
        Map<String, String> values = new HashMap<>();
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            if (KEYS.contains(name)) {
                values.put(name, json.nextString());
            } else {
                json.skipValue();
            }
        }
        json.endObject();
        return values;
    }

    private static Entry entry(Map<String, String> values, long uid) {
        Optional<Instant> since = Optional.ofNullable(values.get("since")).map(Instant::parse);
        Path directory = Path.of(needed(values, "directory"));
        String bytes = values.get("bytes");
        return new Entry(
                new Holding(needed(values, "job"), uid, directory, since),
                State.valueOf(needed(values, "state").toUpperCase(Locale.ROOT)),
                bytes == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(bytes)));
    }

    private static String needed(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return value;
    }
}
