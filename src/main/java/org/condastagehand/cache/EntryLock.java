package org.condastagehand.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.condastagehand.host.FileTree;

/**
 * One process at a time fills, leases or evicts an entry. The kernel lets go of the lock when its holder ends, however
 * it does; on local disk alone, where that holds.
 */
final class EntryLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private EntryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Takes it, or is empty when another process has it. */
    static Optional<EntryLock> tryTake(CacheArea area, String key) throws IOException {
        Path file = area.locks().resolve(key);
        while (true) {
            try {
                make(file);
                // who evicts deletes the file under the lock: then what is opened here may have no name any more, and
                // while it is open no other file can have its identity
                String before = FileTree.identity(file);
                // for both, since to open a FIFO for one of them would wait for the other
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                EntryLock lock = new EntryLock(file, channel);
                if (channel.tryLock() == null) {
                    channel.close();
                    return Optional.empty();
                }
                if (before.equals(FileTree.identity(file))) {
                    return Optional.of(lock);
                }
                channel.close();
            } catch (NoSuchFileException e) {
                // deleted at this moment: again
            }
        }
    }

    private static void make(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // of an earlier lease
        }
    }

    /** Deletes the file, while it is held: there is no entry any more. */
    void deleteFile() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
