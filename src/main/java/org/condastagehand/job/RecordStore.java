package org.condastagehand.job;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The records of one area: each is on disk, not only in memory, before what it names is made. */
public final class RecordStore {
    /** A record that is being written; its name ends in its writer's, whose death makes it rubbish. */
    static final String UNFINISHED = ".new";

    private static final int LARGEST = 1 << 16;

    private final Path directory;

    public RecordStore(JobArea area) {
        this.directory = area.records();
    }

    /** Writes a new record, or replaces the one of the same name. */
    public void write(JobRecord record) throws IOException {
        Path file = directory.resolve(record.name());
        Path unfinished = directory.resolve(record.name() + UNFINISHED);
        Files.deleteIfExists(unfinished);
        try (FileChannel out = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer text = StandardCharsets.UTF_8.encode(record.format());
            while (text.hasRemaining()) {
                out.write(text);
            }
            out.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        force();
    }

    public Optional<JobRecord> read(String name) throws IOException {
        return text(name).flatMap(text -> JobRecord.parse(name, text));
    }

    /** Whether another version of ours wrote it, which alone knows what it means. */
    public boolean isForeign(String name) throws IOException {
        return text(name).filter(RecordFormat::isForeign).isPresent();
    }

    private Optional<String> text(String name) throws IOException {
        Path file = directory.resolve(name);
        try {
            boolean readable = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LARGEST;
            return readable ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (NoSuchFileException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Names of all records, unfinished ones too; empty when the area is not there. */
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return names;
    }

    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    /** A name in a directory survives a power loss only when the directory itself was written. */
    private void force() throws IOException {
        try (FileChannel self = FileChannel.open(directory, StandardOpenOption.READ)) {
            self.force(true);
        }
    }
}
