package org.condastagehand.pack;

import org.condastagehand.archive.Member;

/**
 * Something of the environment that becomes a member.
 *
 * @param member with a file's size as it will be in the archive
 * @param inode of the file, 0 for what is not on disk
 * @param size on disk when it was listed
 */
record Entry(Member member, long inode, long size) {
    String path() {
        return member.path();
    }

    boolean isFile() {
        return member.kind() == Member.Kind.FILE;
    }

    /** The same with a content of another size. */
    Entry sized(long bytes) {
        return new Entry(
                new Member(member.kind(), member.path(), bytes, member.mode(), member.modified(), member.link()),
                inode,
                size);
    }
}
