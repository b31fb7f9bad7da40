package org.condastagehand.pack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.Relocation.Outcome;
import org.condastagehand.relocate.Shebang;
import org.condastagehand.relocate.TextCheck;

/**
 * What becomes of a file of a staged copy, so that staging the archive makes of it what staging the original would.
 *
 * <p>A text has the copy's prefix wherever the original's stood, and no copy's stands anywhere else, so that is its placeholder.
 * A binary of conda's gets the build's back. One that was built here gets the original's back and no record: at the next
 * place, too, it is changed only where the new prefix is not longer than that. What cannot be told is refused.
 */
final class CopyRules extends Rules {
    private final Prefix copy;
    private final List<Prefix> originals;
    private final Shebang shebang;

    /** @param originals by which names the original's files may call it */
    CopyRules(Prefix copy, List<Prefix> originals) {
        super(List.of(copy));
        this.copy = copy;
        this.originals = originals;
        this.shebang = new Shebang(copy, name -> true);
    }

    @Override
    boolean mayChange(Optional<Known> known) {
        return true;
    }

    @Override
    Decision decide(String path, Optional<Known> known, byte[] bytes, int from, int end) throws BadRequest {
        if (isByteCode(path)) {
            return Decision.AS_IS;
        }
        requireFirstLine(path, bytes, from, end);
        if (!copy.standsIn(bytes, from, end)) {
            boolean named = originals.stream().anyMatch(name -> name.standsIn(bytes, from, end));
            return named ? left(Arrays.copyOfRange(bytes, from, end)) : Decision.AS_IS;
        }
        byte[] content = Arrays.copyOfRange(bytes, from, end);
        Optional<Prefix> room = known.flatMap(Known::binaryPlaceholder);
        if (room.isEmpty() && TextCheck.isText(content)) {
            return new Decision(Optional.empty(), texts(path), false);
        }
        if (room.isPresent() && room.get().standsIn(bytes, from, end)) {
            throw unclear(path);
        }
        Optional<byte[]> built = room.flatMap(placeholder -> withPlaceholder(content, List.of(copy), placeholder));
        return built.isPresent()
                ? new Decision(built, binary(path, room.get(), true), false)
                : new Decision(Optional.of(asOriginal(path, content)), List.of(), true);
    }

    /** A binary may still name the original: in it there was no room for the copy's prefix. */
    private Decision left(byte[] content) {
        boolean unrecorded =
                !TextCheck.isText(content) && originals.stream().anyMatch(name -> name.standsTerminatedIn(content));
        return new Decision(Optional.empty(), List.of(), unrecorded);
    }

    private byte[] asOriginal(String path, byte[] content) throws BadRequest {
        for (Prefix original : originals) {
            Relocation.InMemory back = reversal(copy, original).apply(content);
            if (back.outcome() != Outcome.DOES_NOT_FIT) {
                return back.content();
            }
        }
        throw unclear(path);
    }

    @Override
    LargeDecision decide(
            String path, Optional<Known> known, FileChannel file, Scratch scratch, Relocation.Scratch blocks)
            throws IOException, BadRequest {
        if (isByteCode(path)) {
            return new LargeDecision(Optional.empty(), List.of(), false);
        }
        boolean stands = copy.standsIn(file);
        Optional<Prefix> room = known.flatMap(Known::binaryPlaceholder);
        if (room.isEmpty() && TextCheck.isText(file.position(0))) {
            return new LargeDecision(Optional.empty(), stands ? texts(path) : List.of(), false);
        }
        if (!stands) {
            return new LargeDecision(Optional.empty(), List.of(), isNamedIn(file));
        }
        if (room.isPresent() && room.get().standsIn(file)) {
            throw unclear(path);
        }
        FileChannel changed = scratch.copy();
        if (room.isPresent() && restore(changed, List.of(copy), room.get(), blocks)) {
            return new LargeDecision(Optional.of(changed), binary(path, room.get(), true), false);
        }
        for (Prefix original : originals) {
            if (reversal(copy, original).apply(changed, blocks) != Outcome.DOES_NOT_FIT) {
                return new LargeDecision(Optional.of(changed), List.of(), true);
            }
        }
        changed.close();
        throw unclear(path);
    }

    private boolean isNamedIn(FileChannel file) throws IOException {
        boolean named = false;
        for (Prefix original : originals) {
            named = named || original.standsTerminatedIn(file);
        }
        return named;
    }

    private List<PrefixRecord> texts(String path) {
        return List.of(new PrefixRecord(path, copy, PrefixRecord.Mode.TEXT));
    }

    private static boolean isByteCode(String path) {
        return path.endsWith(".pyc");
    }

    /** At a long path a first line that names an interpreter loses the path, and another place may have room for it. */
    private void requireFirstLine(String path, byte[] bytes, int from, int end) throws BadRequest {
        if (Shebang.concerns(bytes, from, end) && shebang.mayHaveMended(bytes, from, end)) {
            throw unclear(path);
        }
    }

    private BadRequest unclear(String path) {
        return new BadRequest(
                "what `" + path + "` was in `" + originals.get(0) + "` cannot be told from `" + copy + "`");
    }
}
