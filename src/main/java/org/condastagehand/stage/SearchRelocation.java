package org.condastagehand.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.BinaryRelocation;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.Relocation.Outcome;
import org.condastagehand.relocate.Shebang;
import org.condastagehand.relocate.TextRelocation;

/**
 * Relocates files that no archive's record names, by looking for the prefix that they were installed at: a live
 * environment's, and what conda-pack leaves alone.
 *
 * <p>Texts take any new prefix. A binary takes one that is not longer, or one that fits into the padding that conda left
 * behind when it shortened the build's placeholder; else it is left as it is, counted and told. Byte code is never
 * touched: its strings carry their length.
 */
final class SearchRelocation implements ContentStep {
    private final List<Prefix> from;
    private final Prefix to;
    private final CondaMeta meta;
    private final Shebang shebang;
    private final List<String> left = Collections.synchronizedList(new ArrayList<>());

    /**
     * Looks for several names of one directory.
     *
     * @param from the prefix as it was asked for, without symlinks, as its scripts name it …
     */
    SearchRelocation(List<Prefix> from, Prefix to, CondaMeta meta, Shebang shebang) {
        // the longest first: one may be the end of another, as /home/u is of /export/home/u
        this.from = from.stream()
                .distinct()
                .filter(prefix -> from.size() == 1 || !to.toString().contains(prefix.toString()))
                .sorted(Comparator.comparingInt(Prefix::length).reversed())
                .toList();
        this.to = to;
        this.meta = meta;
        this.shebang = shebang;
    }

    /** Binaries that still hold the old prefix. */
    List<String> left() {
        return List.copyOf(left);
    }

    @Override
    public Optional<byte[]> inMemory(FileEntry entry, byte[] buffer, int length) throws BadRequest {
        if (entry.isAutoStageHook()) {
            return Optional.of(new byte[0]);
        }
        byte[] content = null;
        for (Prefix old : from) {
            if (old.standsIn(buffer, length) && !entry.isBytecode()) {
                byte[] before = content == null ? Arrays.copyOf(buffer, length) : content;
                Relocation.InMemory result =
                        relocation(entry, before, before.length, old).apply(before);
                note(entry, result.outcome());
                content = result.content();
            }
        }
        if (entry.executable() && Shebang.concerns(buffer)) {
            byte[] script = content == null ? Arrays.copyOf(buffer, length) : content;
            content = shebang.mend(script).orElse(content);
        }
        return Optional.ofNullable(content);
    }

    @Override
    public void onDisk(FileEntry entry, Path file) throws IOException, BadRequest {
        if (entry.isBytecode()) {
            return;
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(1 << 13);
        }
        for (Prefix old : from) {
            note(entry, FileEdit.relocate(file, relocation(entry, head, head.length, old)));
        }
    }

    private Relocation relocation(FileEntry entry, byte[] content, int length, Prefix old) {
        Optional<CondaMeta.Placeholder> known = recordedBinary(entry);
        if (known.isPresent()) {
            return new BinaryRelocation(
                    old, to, Math.max(0, known.get().prefix().length() - old.length()));
        }
        return Content.isText(content, length) ? new TextRelocation(old, to) : new BinaryRelocation(old, to);
    }

    /** Conda's own binaries must work at the new prefix; what pip built was never promised to. */
    private void note(FileEntry entry, Outcome outcome) throws BadRequest {
        if (outcome != Outcome.DOES_NOT_FIT) {
            return;
        }
        int room = recordedBinary(entry).map(known -> known.prefix().length()).orElse(Integer.MAX_VALUE);
        if (to.length() > room) {
            throw new BadRequest("`" + entry.path() + "` has room for a prefix of " + room + " bytes, `" + to + "` has "
                    + to.length());
        }
        left.add(entry.path());
    }

    private Optional<CondaMeta.Placeholder> recordedBinary(FileEntry entry) {
        return meta.placeholder(entry.path()).filter(CondaMeta.Placeholder::binary);
    }
}
