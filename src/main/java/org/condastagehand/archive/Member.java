package org.condastagehand.archive;

import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import org.condastagehand.host.BadRequest;

/**
 * One member of an archive; its content, if it has one, is read from the reader that gave it.
 *
 * @param path where it goes, relative, parts joined by {@code /}, none of them empty, {@code .} or {@code ..}
 * @param size of the content in bytes; 0 for what has none
 * @param mode permission bits, 0 to 0777
 * @param link a symlink's target as it stands in the archive, a hard link's path checked as {@code path} is; else empty
 */
public record Member(Kind kind, String path, long size, int mode, FileTime modified, String link) {
    /** The kinds that an environment is made of; every other is refused. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        HARD_LINK
    }

    private static final int SET_ID_BITS = 06000;
    /** PATH_MAX without its NUL. */
    private static final int MOST_TARGET_BYTES = 4095;

    /** The member that a header describes, its path and its kind checked; the path is empty for the archive's own root. */
    static Member of(TarEntry entry) throws BadRequest {
        String path = MemberPath.check(entry.name());
        Kind kind = kind(entry);
        if (path.isEmpty() && kind != Kind.DIRECTORY) {
            throw new BadRequest("the archive's own root is in it as something else than a directory");
        }
        if (kind == Kind.FILE && (entry.mode() & SET_ID_BITS) != 0) {
            throw new BadRequest("member `" + path + "` is set-uid or set-gid");
        }
        String link =
                switch (kind) {
                    case HARD_LINK -> MemberPath.check(entry.link());
                    case SYMLINK -> symlinkTarget(path, entry.link());
                    case FILE, DIRECTORY -> "";
                };
        return new Member(
                kind, path, kind == Kind.FILE ? entry.size() : 0, entry.mode() & 0777, entry.modified(), link);
    }

    private static Kind kind(TarEntry entry) throws BadRequest {
        if (entry.sparse()) {
            throw new BadRequest("member `" + entry.name() + "` is stored sparse", "pack it again without `tar -S`");
        }
        return switch (entry.type()) {
            // before ustar a `/` behind the name was all that made a directory; 7 is a file in one piece
            case '0', '\0', '7' -> entry.name().endsWith("/") ? Kind.DIRECTORY : Kind.FILE;
            case '1' -> Kind.HARD_LINK;
            case '2' -> Kind.SYMLINK;
            case '5' -> Kind.DIRECTORY;
            default ->
                throw new BadRequest("member `" + entry.name() + "` is a device, a fifo or of an unknown kind (type "
                        + (int) entry.type() + ")");
        };
    }

    private static String symlinkTarget(String path, String target) throws BadRequest {
        boolean named = !target.isEmpty() && target.indexOf('\0') < 0;
        if (!named || target.getBytes(StandardCharsets.UTF_8).length > MOST_TARGET_BYTES) {
            throw new BadRequest("the symlink `" + path + "` has no target that a file system takes");
        }
        return target;
    }
}
