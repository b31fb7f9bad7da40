package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.BinaryRelocation;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.Relocation.Outcome;
import org.condastagehand.relocate.Shebang;
import org.condastagehand.relocate.TextCheck;
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
    private final RenameSteps steps;
    private final Prefix to;
    private final CondaMeta meta;
    private final Shebang shebang;
    private final Space space;
    private final List<String> left = Collections.synchronizedList(new ArrayList<>());

    /** @param from names of one directory: as it was asked for, without symlinks, as its scripts have it */
    SearchRelocation(Collection<Prefix> from, Prefix to, CondaMeta meta, Shebang shebang, Space space) {
        this.steps = new RenameSteps(from, to);
        this.to = to;
        this.meta = meta;
        this.shebang = shebang;
        this.space = space;
    }

    /** Binaries that still hold the old prefix. */
    List<String> left() {
        return List.copyOf(left);
    }

    @Override
    public Optional<byte[]> inMemory(FileEntry entry, byte[] bytes, int from, int to) throws StagingException {
        Optional<byte[]> relocated = relocated(entry, bytes, from, to);
        if (!entry.executable() || !Shebang.concerns(bytes, from, to)) {
            return relocated;
        }
        byte[] script = relocated.orElseGet(() -> Arrays.copyOfRange(bytes, from, to));
        return shebang.mend(script).or(() -> relocated);
    }

    @Override
    public void onDisk(FileEntry entry, Path file) throws IOException, StagingException {
        if (FileEdit.inMemory(file)) {
            byte[] content = FileEdit.read(file, Buffers.LARGEST);
            Optional<byte[]> relocated = relocated(entry, content, 0, content.length);
            if (relocated.isPresent()) {
                FileEdit.write(file, relocated.get());
            }
        } else if (!entry.isBytecode()) {
            boolean text = FileEdit.isText(file);
            for (RenameSteps.Step step : steps.all()) {
                if (FileEdit.relocate(file, relocation(entry, text, step), space) == Outcome.DOES_NOT_FIT) {
                    note(entry);
                    FileEdit.relocate(file, relocation(entry, text, step.back()), space);
                }
            }
        }
    }

    private Optional<byte[]> relocated(FileEntry entry, byte[] bytes, int from, int to) throws StagingException {
        if (entry.isBytecode() || !steps.concern(bytes, from, to)) {
            return Optional.empty();
        }
        byte[] before = Arrays.copyOfRange(bytes, from, to);
        boolean text = TextCheck.isText(before);
        byte[] content = before;
        for (RenameSteps.Step step : steps.all()) {
            Relocation relocation = relocation(entry, text, step);
            space.grow(entry.path(), content.length, relocation.growth(content));
            Relocation.InMemory result = relocation.apply(content);
            content = result.content();
            if (result.outcome() == Outcome.DOES_NOT_FIT) {
                note(entry);
                content = relocation(entry, text, step.back()).apply(content).content();
            }
        }
        return Arrays.equals(content, before) ? Optional.empty() : Optional.of(content);
    }

    private Relocation relocation(FileEntry entry, boolean text, RenameSteps.Step step) {
        Optional<CondaMeta.Placeholder> known = recordedBinary(entry);
        if (known.isPresent()) {
            int slack = known.get().prefix().length() - step.from().length();
            return new BinaryRelocation(step.from(), step.to(), Math.max(0, slack));
        }
        return text ? new TextRelocation(step.from(), step.to()) : new BinaryRelocation(step.from(), step.to());
    }

    /** Conda's own binaries must work at the new prefix; what pip built was never promised to. */
    private void note(FileEntry entry) throws BadRequest {
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
