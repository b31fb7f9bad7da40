package org.condastagehand.archive;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.condastagehand.host.Sha256;

/**
 * SHA-256 over what the members of an archive are: path, kind, mode, and a content's own SHA-256 or where a link leads.
 * Equal for equal trees, however packed; times do not count.
 */
public final class Fingerprint {
    private final MessageDigest digest = Sha256.digest();

    /** What is said of one member. */
    static String identity(Member.Kind kind, int mode, String rest) {
        return kind + " " + Integer.toOctalString(mode) + " " + rest;
    }

    /** Members come sorted by path, as {@link String#compareTo} does it. */
    void add(String path, String identity) {
        digest.update((path + "\0" + identity + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds one member, of paths sorted as {@link String#compareTo} does it.
     *
     * @param content a file's SHA-256 in lower case; unused for what has no content
     */
    public void add(Member member, String content) {
        String rest = member.kind() == Member.Kind.FILE ? content : member.link();
        add(member.path(), identity(member.kind(), member.mode(), rest));
    }

    /** The value, once all members are added. */
    public String value() {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }
}
