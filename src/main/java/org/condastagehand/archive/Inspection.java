package org.condastagehand.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.condastagehand.host.AutoStageHook;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Sha256;
import org.condastagehand.host.StagingException;

/**
 * Everything about an archive that reading all of it tells.
 *
 * @param format such as {@code tar, gzip}
 * @param bytes of the files' contents
 * @param records absent where there is no {@code bin/conda-unpack}
 * @param fingerprint SHA-256 over what the members are, sorted by path: equal for equal trees, however packed; times do
 *     not count
 * @param problems lines on what staging has to mend or cannot
 */
public record Inspection(
        String format,
        long bytes,
        long files,
        long hardLinks,
        long symlinks,
        long directories,
        Optional<List<PrefixRecord>> records,
        String fingerprint,
        List<String> problems) {
    public Inspection {
        records = records.map(List::copyOf);
        problems = List.copyOf(problems);
    }

    /** Reads the whole archive. */
    public static Inspection of(Path archive) throws StagingException {
        return of(archive, (path, sha256) -> {});
    }

    /** Is told each file's SHA-256, in the archive's order. */
    interface Digests {
        void take(String path, String sha256) throws IOException;
    }

    static Inspection of(Path archive, Digests digests) throws StagingException {
        try (ArchiveReader reader = ArchiveReader.open(archive)) {
            Survey survey = new Survey(reader, digests);
            Optional<Member> member = reader.next();
            while (member.isPresent()) {
                survey.take(member.get());
                member = reader.next();
            }
            return survey.result();
        }
    }

    /** What is known while the archive is being read. */
    private static final class Survey {
        private final ArchiveReader reader;
        private final TreeMap<String, String> identities = new TreeMap<>();
        private final Map<Member.Kind, Long> counts = new EnumMap<>(Member.Kind.class);
        private final Set<String> problems = new LinkedHashSet<>();
        private Optional<List<PrefixRecord>> records = Optional.empty();
        private final Digests digests;
        private long bytes;

        Survey(ArchiveReader reader, Digests digests) {
            this.reader = reader;
            this.digests = digests;
        }

        void take(Member member) throws StagingException {
            counts.merge(member.kind(), 1L, Long::sum);
            String rest = member.kind() == Member.Kind.FILE ? content(member) : member.link();
            String before = identities.put(member.path(), Fingerprint.identity(member.kind(), member.mode(), rest));
            if (before != null) {
                problems.add("`" + member.path() + "` stands in it more than once; the last one counts");
            }
            if (AutoStageHook.is(member.path())) {
                problems.add("`" + member.path() + "` is a hook of conda-stage; the staged copy's is blank");
            }
        }

        private String content(Member member) throws StagingException {
            bytes += member.size();
            boolean script =
                    member.path().equals(UnpackScript.PATH) || member.path().endsWith("/" + UnpackScript.PATH);
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            MessageDigest digest = Sha256.digest();
            byte[] buffer = new byte[1 << 16];
            long length = 0;
            try {
                int count = reader.content().read(buffer, 0, buffer.length);
                while (count >= 0) {
                    digest.update(buffer, 0, count);
                    length += count;
                    if (script && kept.size() < UnpackScript.MOST_BYTES) {
                        kept.write(buffer, 0, count);
                    }
                    count = reader.content().read(buffer, 0, buffer.length);
                }
            } catch (IOException | RuntimeException e) {
                throw reader.broken(e);
            }
            if (length != member.size()) {
                throw reader.broken(new IOException("the content ends before its size"));
            }
            if (script) {
                records = Optional.of(UnpackScript.parse(kept.toByteArray()));
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            tell(member.path(), sha256);
            return sha256;
        }

        private void tell(String path, String sha256) throws StagingException {
            try {
                digests.take(path, sha256);
            } catch (IOException e) {
                throw new BadRequest("the archive is broken: its digests cannot be read", e);
            }
        }

        Inspection result() {
            if (records.isEmpty()) {
                problems.add("it has no relocation records: packed with --dest-prefix, it is right at that path only");
            }
            boolean env = identities.keySet().stream().anyMatch(path -> ("/" + path).contains("/conda-meta/"));
            if (!env) {
                problems.add("it has no `conda-meta`: this is no conda environment");
            }
            Fingerprint fingerprint = new Fingerprint();
            identities.forEach(fingerprint::add);
            return new Inspection(
                    reader.format(),
                    bytes,
                    counts.getOrDefault(Member.Kind.FILE, 0L),
                    counts.getOrDefault(Member.Kind.HARD_LINK, 0L),
                    counts.getOrDefault(Member.Kind.SYMLINK, 0L),
                    counts.getOrDefault(Member.Kind.DIRECTORY, 0L),
                    records,
                    fingerprint.value(),
                    new ArrayList<>(problems));
        }
    }
}
