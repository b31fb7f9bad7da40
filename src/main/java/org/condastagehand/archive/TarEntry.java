package org.condastagehand.archive;

import java.nio.file.attribute.FileTime;

/**
 * One header of a tar, after the longer names, sizes and times that special members before it gave.
 *
 * @param type as it stands in the header: {@code 0} a file, {@code 1} a hard link, {@code 2} a symlink, {@code 5} a directory …
 * @param size bytes of content behind the header, whatever the type
 * @param mode with the set-id bits
 * @param sparse whether its content is stored without its holes
 */
record TarEntry(char type, String name, String link, long size, int mode, FileTime modified, boolean sparse) {}
