package org.condastagehand.pack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.BinaryRelocation;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.Relocation.Outcome;
import org.condastagehand.relocate.TextCheck;
import org.condastagehand.relocate.TextRelocation;

/**
 * What becomes of a file that holds the environment's prefix, so that it can be relocated to any other.
 *
 * <p>A binary that conda installed gets the build's placeholder of 255 bytes back, into the NULs that conda left when it
 * shortened it. A text keeps the prefix as its own placeholder, since a text may grow. Byte code is left alone, and so is a
 * binary that was built here: it has no room.
 */
class Rules {
    private final List<Prefix> names;

    /** @param names by which files may call the prefix, the longest first */
    Rules(List<Prefix> names) {
        this.names = names;
    }

    /**
     * What was decided on a file.
     *
     * @param content to pack instead of its own
     * @param unrecorded whether it is a binary that holds the prefix and cannot be relocated to a longer one
     */
    record Decision(Optional<byte[]> content, List<PrefixRecord> records, boolean unrecorded) {
        static final Decision AS_IS = new Decision(Optional.empty(), List.of(), false);
    }

    /** Whether a file is never changed nor recorded. */
    static boolean isLeftAlone(String path) {
        // of byte code the strings carry their length; of conda-meta conda-pack records nothing either
        return path.endsWith(".pyc") || Installed.isRecord(path) || path.equals("conda-meta/history");
    }

    Decision decide(String path, Optional<Known> known, byte[] bytes, int from, int end) throws BadRequest {
        Optional<Prefix> placeholder = known.flatMap(Known::placeholder);
        List<Prefix> standing = new ArrayList<>();
        for (Prefix name : names) {
            if (name.standsIn(bytes, from, end)) {
                standing.add(name);
            }
        }
        boolean untouched = placeholder.isPresent() && placeholder.get().standsIn(bytes, from, end);
        if (isLeftAlone(path) || (standing.isEmpty() && !untouched)) {
            return Decision.AS_IS;
        }
        byte[] content = Arrays.copyOfRange(bytes, from, end);
        Optional<Prefix> room = known.flatMap(Known::binaryPlaceholder);
        if (room.isPresent()) {
            Optional<byte[]> packed = withPlaceholder(content, standing, room.get());
            if (packed.isPresent()) {
                Optional<byte[]> changed = packed.filter(result -> !Arrays.equals(result, content));
                return new Decision(
                        changed, binary(path, room.get(), room.get().standsTerminatedIn(packed.get())), false);
            }
        } else if (TextCheck.isText(content)) {
            return new Decision(Optional.empty(), texts(path, standing, placeholder.filter(own -> untouched)), false);
        }
        return new Decision(
                Optional.empty(), List.of(), standing.stream().anyMatch(name -> name.standsTerminatedIn(content)));
    }

    /** The content with the placeholder back in; empty where conda's padding is not behind every occurrence. */
    static Optional<byte[]> withPlaceholder(byte[] content, List<Prefix> standing, Prefix placeholder) {
        byte[] result = content;
        for (Prefix name : standing) {
            Relocation.InMemory back = reversal(name, placeholder).apply(result);
            if (back.outcome() == Outcome.DOES_NOT_FIT) {
                return Optional.empty();
            }
            result = back.content();
        }
        boolean right = standing.size() != 1
                || Arrays.equals(
                        content,
                        new BinaryRelocation(placeholder, standing.get(0))
                                .apply(result)
                                .content());
        return right ? Optional.of(result) : Optional.empty();
    }

    static BinaryRelocation reversal(Prefix name, Prefix placeholder) {
        return new BinaryRelocation(name, placeholder, Math.max(0, placeholder.length() - name.length()));
    }

    static List<PrefixRecord> binary(String path, Prefix placeholder, boolean stands) {
        return stands ? List.of(new PrefixRecord(path, placeholder, PrefixRecord.Mode.BINARY)) : List.of();
    }

    private static List<PrefixRecord> texts(String path, List<Prefix> standing, Optional<Prefix> untouched) {
        List<PrefixRecord> records = new ArrayList<>();
        untouched.ifPresent(own -> records.add(new PrefixRecord(path, own, PrefixRecord.Mode.TEXT)));
        standing.forEach(name -> records.add(new PrefixRecord(path, name, PrefixRecord.Mode.TEXT)));
        return records;
    }

    /** A text as its package has it, if nobody edited it. */
    byte[] asBuilt(byte[] content, Prefix placeholder) {
        byte[] built = content;
        for (Prefix name : names) {
            built = new TextRelocation(name, placeholder).apply(built).content();
        }
        return built;
    }

    /** Whether another content than its own may have to be packed of a file. */
    boolean mayChange(Optional<Known> known) {
        return known.flatMap(Known::binaryPlaceholder).isPresent();
    }

    /** Of a file of any size. */
    interface Scratch {
        /** A copy that may be changed, gone when it is closed. */
        FileChannel copy() throws IOException;
    }

    /** As {@link Decision}, of a file that is not held in memory: its content is the file's, or a changed copy. */
    record LargeDecision(Optional<FileChannel> copy, List<PrefixRecord> records, boolean unrecorded) {}

    LargeDecision decide(
            String path, Optional<Known> known, FileChannel file, Scratch scratch, Relocation.Scratch blocks)
            throws IOException, BadRequest {
        if (isLeftAlone(path)) {
            return new LargeDecision(Optional.empty(), List.of(), false);
        }
        Optional<Prefix> placeholder = known.flatMap(Known::placeholder);
        List<Prefix> standing = new ArrayList<>();
        for (Prefix name : names) {
            if (name.standsIn(file)) {
                standing.add(name);
            }
        }
        boolean untouched = placeholder.isPresent() && placeholder.get().standsIn(file);
        if (standing.isEmpty() && !untouched) {
            return new LargeDecision(Optional.empty(), List.of(), false);
        }
        Optional<Prefix> room = known.flatMap(Known::binaryPlaceholder);
        if (room.isPresent()) {
            FileChannel copy = scratch.copy();
            if (restore(copy, standing, room.get(), blocks)) {
                return new LargeDecision(
                        Optional.of(copy), binary(path, room.get(), room.get().standsTerminatedIn(copy)), false);
            }
            copy.close();
        } else if (TextCheck.isText(file.position(0))) {
            return new LargeDecision(
                    Optional.empty(), texts(path, standing, placeholder.filter(own -> untouched)), false);
        }
        boolean unrecorded = false;
        for (Prefix name : standing) {
            unrecorded = unrecorded || name.standsTerminatedIn(file);
        }
        return new LargeDecision(Optional.empty(), List.of(), unrecorded);
    }

    static boolean restore(FileChannel copy, List<Prefix> standing, Prefix placeholder, Relocation.Scratch blocks)
            throws IOException {
        for (Prefix name : standing) {
            if (reversal(name, placeholder).apply(copy, blocks) == Outcome.DOES_NOT_FIT) {
                return false;
            }
        }
        return true;
    }
}
