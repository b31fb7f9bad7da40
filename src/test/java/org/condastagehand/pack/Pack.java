package org.condastagehand.pack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.archive.FrameCodec;
import org.condastagehand.host.Progress;
import org.condastagehand.host.StagingException;

/** Packs as the command does. */
final class Pack {
    static final FrameCodec ZST = new FrameCodec(FrameCodec.Format.TAR_ZST, 3);
    static final FrameCodec GZ = new FrameCodec(FrameCodec.Format.TAR_GZ, 1);

    final Globs globs = new Globs();
    FrameCodec codec = ZST;
    int threads = 2;
    boolean ignoreEditable;
    boolean ignoreMissing;

    static Packed pack(Path prefix, Path archive) throws StagingException {
        return new Pack().into(prefix, archive);
    }

    Packed into(Path prefix, Path file) throws StagingException {
        NewArchive archive = new NewArchive(file, prefix, false);
        try {
            archive.create();
            Packed packed = new Packer(new Packer.Order(
                            prefix,
                            globs,
                            codec,
                            threads,
                            "conda-stagehand 1.2.3",
                            archive.directory(),
                            ignoreEditable,
                            ignoreMissing,
                            Optional.empty(),
                            List.of()))
                    .pack(archive.channel(), Progress.NONE);
            archive.publish();
            return packed;
        } finally {
            archive.discard();
        }
    }

    /** Runs a program and gives what it said; a status other than 0 fails the test. */
    static String run(String... command) throws IOException, InterruptedException {
        Ran ran = tryTo(command);
        if (ran.status() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + ran.output());
        }
        return ran.output();
    }

    record Ran(int status, String output) {}

    static Ran tryTo(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), output);
    }
}
