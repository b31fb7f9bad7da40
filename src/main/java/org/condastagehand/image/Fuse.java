package org.condastagehand.image;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.Exec;
import org.condastagehand.host.MountPoints;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Programs;
import org.jspecify.annotations.Nullable;

/**
 * Mounts images as the user who runs this, by programs of the node's: one that serves the image, and a set-uid one of FUSE's that
 * mounts it where the user might write. Nobody else, not even root, sees what is mounted so.
 */
public final class Fuse {
    /** The low-level one first: it keeps inodes and names, and is many times as quick. */
    private static final List<String> SERVERS = List.of("squashfuse_ll", "squashfuse");

    private static final List<String> MOUNTERS = List.of("fusermount3", "fusermount");
    private static final Path DEVICE = Path.of("/dev/fuse");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /**
     * With nothing of the job's in its environment, for it serves others, too. A hook's work is behind all others, what a job waits for
     * each time it reads a file is not.
     */
    private static final List<String> NOT_NICE =
            List.of("/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "/usr/bin/nice", "-n", "-10");

    private final Exec exec;

    public Fuse(Exec exec) {
        this.exec = exec;
    }

    /** What this node lacks for it, if anything. */
    public static Optional<String> refusal() {
        if (find(SERVERS).isEmpty()) {
            return Optional.of("this node has no `squashfuse`");
        }
        if (find(MOUNTERS).isEmpty()) {
            return Optional.of("this node has no `fusermount3`");
        }
        return Files.isReadable(DEVICE) && Files.isWritable(DEVICE)
                ? Optional.empty()
                : Optional.of("you may not use `" + DEVICE + "` on this node");
    }

    /** The first of these that the node has. */
    private static Optional<Path> find(List<String> names) {
        return names.stream().flatMap(name -> Programs.find(name).stream()).findFirst();
    }

    /** Its server goes on when this program ends. */
    public void mount(Path image, Path at) throws NodeFault {
        Path server = find(SERVERS).orElseThrow(() -> new NodeFault("this node has no `squashfuse`"));
        run(server, Stream.concat(NOT_NICE.stream(), Stream.of(server.toString(), image.toString(), at.toString())));
    }

    /** What is at the place of an image. */
    public enum State {
        /** No image. */
        NOTHING,
        /** One that can be read. */
        SERVES,
        /** One that this process may not see: FUSE's are for one user and one group alone. */
        CLOSED,
        /** One whose server has died. */
        DEAD
    }

    /** Opens the directory: a look at a file the kernel answers for a server that has died. */
    public static State state(Path at) throws IOException {
        if (!isMounted(at)) {
            return State.NOTHING;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(at)) {
            return entries.iterator().hasNext() ? State.SERVES : State.CLOSED;
        } catch (DirectoryIteratorException e) {
            return afterFailure(e.getCause());
        } catch (IOException e) {
            return afterFailure(e);
        }
    }

    /** Without an exception of its own here; our JVMs run with LC_ALL=C.UTF-8. */
    private static State afterFailure(@Nullable Throwable failure) {
        boolean dead = failure instanceof FileSystemException known
                && "Transport endpoint is not connected".equals(known.getReason());
        return dead ? State.DEAD : State.CLOSED;
    }

    private static boolean isMounted(Path at) throws IOException {
        return MountPoints.type(at)
                .filter(type -> type.equals("squashfs") || type.startsWith("fuse.squashfuse"))
                .isPresent();
    }

    /** Nothing mounted there is no error. One that somebody uses stays, unless its server has died. */
    public void unmount(Path at) throws IOException, NodeFault {
        State state = state(at);
        if (state != State.NOTHING) {
            Path mounter = find(MOUNTERS).orElseThrow(() -> new NodeFault("this node has no `fusermount3`"));
            String how = state == State.DEAD ? "-uz" : "-u";
            run(mounter, Stream.of(mounter.toString(), how, at.toString()));
        }
    }

    private void run(Path program, Stream<String> command) throws NodeFault {
        Exec.Result result = exec.run(command.toList(), LIMIT);
        if (result.status() != 0) {
            String said = result.err().lines().filter(line -> !line.isBlank()).reduce("", (first, last) -> ": " + last);
            throw new NodeFault("`" + program + "` ended with status " + result.status() + said);
        }
    }
}
