package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.OptionalLong;

/**
 * How large a live prefix is at least, from conda's own records instead of a walk. What pip installed, what the user put
 * there and packages whose record cannot be read are not counted.
 *
 * @param bytes the sum over the files of all packages; absent when no record named a size
 * @param files links included
 */
public record PrefixSize(OptionalLong bytes, long files) {
    private static final int MOST_RECORDS = 20_000;
    private static final PrefixSize NOTHING = new PrefixSize(OptionalLong.empty(), 0);

    /** Reads {@code conda-meta/*.json}; nothing in them can make it fail. */
    public static PrefixSize of(Path prefix) {
        PrefixSize size = NOTHING;
        try (DirectoryStream<Path> records = Files.newDirectoryStream(prefix.resolve("conda-meta"), "*.json")) {
            Iterator<Path> record = records.iterator();
            for (int read = 0; read < MOST_RECORDS && record.hasNext(); read++) {
                size = size.plus(PackageFiles.read(record.next()));
            }
        } catch (IOException | DirectoryIteratorException e) {
            return size;
        }
        return size;
    }

    /** Of two numbers that are not negative; what does not fit is the largest there is. */
    static long sum(long left, long right) {
        return left > Long.MAX_VALUE - right ? Long.MAX_VALUE : left + right;
    }

    private PrefixSize plus(PackageFiles more) {
        OptionalLong total = more.sized() ? OptionalLong.of(sum(bytes.orElse(0), more.bytes())) : bytes;
        return new PrefixSize(total, files + more.files());
    }
}
