package org.condastagehand.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.condastagehand.host.BadRequest;

/** Checks the paths in an archive: what leaves the target, or cannot be a name on Linux, is refused. */
final class MemberPath {
    /** What a decoder writes for bytes that are not UTF-8. */
    static final char NOT_UTF8 = '\uFFFD';

    private static final int MOST_PART_BYTES = 255;
    private static final int MOST_BYTES = 3000;

    private MemberPath() {}

    /** The path without {@code ./} before and {@code /} behind it; empty for the archive's own root. */
    static String check(String name) throws BadRequest {
        return isPlain(name) ? name : checked(name);
    }

    /** Whether a short name of ASCII alone has no part that needs a closer look, as nearly all have none. */
    private static boolean isPlain(String name) {
        int length = name.length();
        char before = '/';
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c == 0 || c >= 0x80 || (before == '/' && (c == '/' || c == '.'))) {
                return false;
            }
            before = c;
        }
        return length > 0 && length <= MOST_PART_BYTES && before != '/';
    }

    private static String checked(String name) throws BadRequest {
        if (name.startsWith("/")) {
            throw refused(name, "is an absolute path");
        }
        if (name.indexOf(NOT_UTF8) >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw refused(name, "is not UTF-8");
        }
        if (name.indexOf('\0') >= 0) {
            throw refused(name, "has a NUL in it");
        }
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw refused(name, "leaves the directory that it is unpacked to");
            }
            if (bytes(part) > MOST_PART_BYTES) {
                throw refused(name, "is longer than a file system takes");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        String path = String.join("/", parts);
        if (bytes(path) > MOST_BYTES) {
            throw refused(name, "is longer than a file system takes");
        }
        return path;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static BadRequest refused(String name, String why) {
        String shown = name.length() > 200 ? name.substring(0, 200) + "…" : name;
        return new BadRequest("the name of member `" + shown + "` " + why);
    }
}
