package org.condastagehand.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process beyond doubt: a pid comes round again, a pid with its start time on one boot does not.
 *
 * @param bootId the kernel's random id of this boot
 * @param pidNamespace where the pid counts; a pid of another container says nothing here
 * @param startTime clock ticks between boot and the process's start, proc(5) field 22
 */
public record ProcessIdentity(String bootId, String pidNamespace, long pid, long startTime) {
    private static final Path PROC = Path.of("/proc");

    /** The process that asks. */
    public static ProcessIdentity self() throws IOException {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(() -> new IOException("no start time in `/proc/" + pid + "/stat`"));
    }

    /** The process that has this number now; empty when none has. */
    public static Optional<ProcessIdentity> of(long pid) throws IOException {
        Optional<Long> start = startOf(pid);
        return start.isEmpty()
                ? Optional.empty()
                : Optional.of(new ProcessIdentity(currentBoot(), currentNamespace(), pid, start.get()));
    }

    /**
     * Whether this process is certainly gone. False is no proof of life: who cannot be judged from here is not dead.
     *
     * @throws IOException {@code /proc} cannot be read
     */
    public boolean provenDead() throws IOException {
        if (!bootId.equals(currentBoot())) {
            return true;
        }
        if (!pidNamespace.equals(currentNamespace())) {
            return false;
        }
        Optional<Long> now = startOf(pid);
        return now.isEmpty() || now.get() != startTime;
    }

    /** The kernel's random id of this boot. */
    public static String currentBoot() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    }

    private static String currentNamespace() throws IOException {
        return Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
    }

    /** Empty when there is no such process, or only its unreaped corpse. */
    private static Optional<Long> startOf(long pid) throws IOException {
        try {
            // ISO-8859-1: the second field is the program's name, which may hold any bytes
            String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            boolean corpse = afterName[0].equals("Z") || afterName[0].equals("X");
            return corpse ? Optional.empty() : Optional.of(Long.parseLong(afterName[19]));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // the process ended between open and read: ESRCH
            if (!Files.exists(PROC.resolve(Long.toString(pid)))) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
