package org.condastagehand.pack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.archive.FrameCodec;
import org.condastagehand.archive.UnpackScript;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Progress;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.Prefix;

/** Packs a live environment: one look at each name, one read of each file, all cores. */
public final class Packer {
    private final Order order;

    /**
     * What to pack and how.
     *
     * @param prefix the environment, as the user calls it
     * @param globs what to leave out
     * @param packedBy this program and its version
     * @param scratch a directory for copies of files that are large and have to be changed, on the archive's own disk
     * @param ignoreEditable whether packages whose sources lie elsewhere are no obstacle
     * @param ignoreMissing whether files that packages have lost are no obstacle
     * @param state digest of what state the environment is in, for the archive to carry
     * @param originals where {@code prefix} is a staged copy, the names of the environment that it was staged from, the one
     *     without symlinks first: then the archive is packed so that staging it makes what staging that one would
     */
    public record Order(
            Path prefix,
            Globs globs,
            FrameCodec codec,
            int threads,
            String packedBy,
            Path scratch,
            boolean ignoreEditable,
            boolean ignoreMissing,
            Optional<String> state,
            List<Prefix> originals) {
        public Order {
            originals = List.copyOf(originals);
        }

        boolean ofCopy() {
            return !originals.isEmpty();
        }
    }

    public Packer(Order order) {
        this.order = order;
    }

    /**
     * Writes an archive.
     *
     * @param out an empty file
     */
    public Packed pack(FileChannel out, Progress progress) throws StagingException {
        return order.ofCopy() ? packCopy(out, progress) : packOriginal(out, progress);
    }

    private Packed packOriginal(FileChannel out, Progress progress) throws StagingException {
        Path root = root();
        List<Prefix> asked = PrefixNames.of(order.prefix(), root, List.of());
        Listing.Listed listed = Listing.of(root, new Scope.Original(asked, order.globs()), order.threads());
        List<Prefix> names = PrefixNames.of(order.prefix(), root, listed.entries());
        Installed installed = Installed.read(root, listed.entries(), order.threads());
        new Checks(root, order).check(names, listed.entries(), installed);
        return new Packing(order, root, Prefix.of(root), new Rules(names), installed, listed).pack(out, progress);
    }

    /** All that is in the copy: what of the original was not to be in it was left out when it was staged. */
    private Packed packCopy(FileChannel out, Progress progress) throws StagingException {
        Path root = root();
        if (Files.exists(root.resolve(UnpackScript.PATH), LinkOption.NOFOLLOW_LINKS)) {
            throw new BadRequest("`" + order.originals().get(0) + "` has a `" + UnpackScript.PATH
                    + "` of its own, in whose place the archive's would stand");
        }
        Prefix copy = Prefix.of(order.prefix());
        Prefix original = order.originals().get(0);
        Listing.Listed listed = Listing.of(root, new Scope.Copy(copy, original), order.threads());
        Installed installed =
                Installed.read(root, listed.entries(), order.threads()).withoutCuts();
        return new Packing(order, root, original, new CopyRules(copy, order.originals()), installed, listed)
                .pack(out, progress);
    }

    private Path root() throws BadRequest {
        try {
            Path root = order.prefix().toRealPath();
            if (!Files.isDirectory(root.resolve("conda-meta"))) {
                throw new BadRequest(
                        "`" + order.prefix() + "` is not an environment: it has no `conda-meta`",
                        "to see what there is: conda env list");
            }
            return root;
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + order.prefix() + "`", e);
        }
    }
}
