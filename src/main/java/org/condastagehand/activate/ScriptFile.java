package org.condastagehand.activate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.condastagehand.host.NodeFault;

/** A file of ours in the job's directory: read-only, and complete before it has its name. */
final class ScriptFile {
    private ScriptFile() {}

    static void write(Path file, String text) throws NodeFault {
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            Files.deleteIfExists(unfinished);
            Files.writeString(unfinished, text);
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("r--r--r--"));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new NodeFault("cannot write `" + file + "`", e);
        }
    }
}
