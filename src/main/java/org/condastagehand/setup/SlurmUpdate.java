package org.condastagehand.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.StagingException;

/** How an edited slurm.conf takes effect: on disk, and in the running Slurm if this is the file that its slurmctld reads. */
final class SlurmUpdate {
    private static final Duration TAKEN = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final SlurmFiles files;
    private final Scontrol scontrol;
    private final boolean running;

    private SlurmUpdate(SlurmFiles files, Scontrol scontrol, boolean running) {
        this.files = files;
        this.scontrol = scontrol;
        this.running = running;
    }

    static SlurmUpdate of(SlurmFiles files, Scontrol scontrol) throws StagingException {
        boolean running = scontrol.config(Optional.of(files.file()))
                .flatMap(values -> values.value("SLURM_CONF"))
                .filter(path -> isSame(Path.of(path), files.file()))
                .isPresent();
        return new SlurmUpdate(files, scontrol, running);
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a running Slurm takes part. */
    boolean isRunning() {
        return running;
    }

    /**
     * The change to this text; absent when nothing changes.
     *
     * @param lines what changes, for people to read
     * @param wanted what a running Slurm must then have
     */
    Optional<Change> to(SlurmConf after, List<String> lines, List<SlurmWanted.Setting> wanted) {
        if (after.text().equals(files.conf().text())) {
            return Optional.empty();
        }
        List<String> told = new ArrayList<>(
                lines.stream().map(line -> "`" + files.file() + "`: " + line).toList());
        if (running) {
            told.add("the running Slurm: scontrol reconfigure");
        }
        return Optional.of(new Change(told, () -> apply(after, wanted), this::undo));
    }

    private void apply(SlurmConf after, List<SlurmWanted.Setting> wanted) throws StagingException {
        if (!files.isCurrent()) {
            throw new BadSite("`" + files.file() + "` was edited in this moment", "type it again");
        }
        files.write(after);
        if (running) {
            scontrol.reconfigure(files.file());
            waitUntilTaken(wanted);
        }
    }

    private void undo() throws StagingException {
        files.write(files.conf());
        if (running) {
            scontrol.reconfigure(files.file());
        }
    }

    private void waitUntilTaken(List<SlurmWanted.Setting> wanted) throws StagingException {
        long deadline = System.nanoTime() + TAKEN.toNanos();
        while (true) {
            SlurmValues now = scontrol.config(Optional.of(files.file())).orElse(SlurmValues.defaults());
            Optional<SlurmWanted.Setting> missing =
                    wanted.stream().filter(setting -> !setting.isIn(now)).findFirst();
            if (missing.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new BadSite(
                        "slurmctld does not take `" + missing.get().line() + "`, it has `"
                                + now.value(missing.get().key()).orElse("(null)") + "`",
                        "run it on slurmctld's host, where `" + files.file() + "` is the file that it reads");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BadSite("interrupted while slurmctld reads `" + files.file() + "`", e);
            }
        }
    }
}
