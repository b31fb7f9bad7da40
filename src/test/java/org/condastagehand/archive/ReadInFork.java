package org.condastagehand.archive;

import java.nio.file.Path;
import java.util.Optional;

/** Begins to read an archive by a program, tells the program's process id, and never reads on. */
final class ReadInFork {
    private ReadInFork() {}

    public static void main(String[] args) throws Exception {
        Decompressors programs = new Decompressors(Optional.of(Path.of(args[1])), Optional.empty());
        ReadLimits limits = new ReadLimits(programs, 1, ReadLimits.defaults().memory());
        try (ArchiveReader reader = ArchiveReader.open(Path.of(args[0]), limits)) {
            reader.next();
            ProcessHandle.current().children().forEach(child -> System.out.println(child.pid()));
            Thread.sleep(600_000);
        }
    }
}
