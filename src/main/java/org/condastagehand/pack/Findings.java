package org.condastagehand.pack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.host.Sha256;

/** What several threads learn of the files while they read them. */
final class Findings {
    private final byte[][] digests;
    private final Map<String, List<PrefixRecord>> records = new ConcurrentHashMap<>();
    private final Queue<String> unrecorded = new ConcurrentLinkedQueue<>();
    private final Queue<String> edited = new ConcurrentLinkedQueue<>();

    Findings(int entries) {
        digests = new byte[entries][];
    }

    void digest(int entry, byte[] sha256) {
        digests[entry] = sha256;
    }

    /** Of a file; what none was noted for has none. */
    String digest(int entry) {
        return digests[entry] == null ? "" : HexFormat.of().formatHex(digests[entry]);
    }

    void note(String path, List<PrefixRecord> found, boolean holdsPrefix) {
        if (!found.isEmpty()) {
            records.put(path, found);
        }
        if (holdsPrefix) {
            unrecorded.add(path);
        }
    }

    void edited(String path) {
        edited.add(path);
    }

    /** In the archive's order. */
    List<PrefixRecord> records() {
        List<PrefixRecord> all = new ArrayList<>();
        records.keySet().stream().sorted(ByteOrdered::compare).forEach(path -> all.addAll(records.get(path)));
        return all;
    }

    List<String> unrecorded() {
        return unrecorded.stream().sorted(ByteOrdered::compare).toList();
    }

    List<String> edited() {
        return edited.stream().sorted(ByteOrdered::compare).toList();
    }

    /** Whether a digest is one of those that conda noted; true where it noted none. */
    static boolean isAsInstalled(Known known, byte[] sha256) {
        String hex = HexFormat.of().formatHex(sha256);
        return known.sha256().isEmpty() || hex.equals(known.sha256()) || hex.equals(known.installed());
    }

    /**
     * Notes a file of a package that is neither as its package has it nor as conda wrote it.
     *
     * @param packed digest of what is in the archive
     * @param before the content on disk
     */
    void compare(String path, Known known, byte[] packed, byte[] before, Rules rules) {
        if (isAsInstalled(known, packed) || isAsInstalled(known, sha256(before))) {
            return;
        }
        Optional<byte[]> built =
                known.placeholder().filter(own -> !known.binary()).map(own -> rules.asBuilt(before, own));
        if (built.isEmpty() || Arrays.equals(built.get(), before) || !isAsInstalled(known, sha256(built.get()))) {
            edited(path);
        }
    }

    private static byte[] sha256(byte[] content) {
        return Sha256.digest().digest(content);
    }
}
