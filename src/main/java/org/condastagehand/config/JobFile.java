package org.condastagehand.config;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Ownership;
import org.condastagehand.host.User;
import org.condastagehand.request.EnvSpec;
import org.condastagehand.request.OnFailure;

/**
 * A job's {@code .conda-stage.toml}; {@code docs/reference/job-file.md} explains each key.
 *
 * @param envs the first is activated; empty when the file names none
 * @param enabled false when the file turns staging off, with {@code enabled = false} or {@code env = "none"}
 */
public record JobFile(
        Path file,
        List<EnvSpec> envs,
        Optional<Boolean> writable,
        Optional<Boolean> activate,
        Optional<OnFailure> onFailure,
        boolean enabled) {
    public static final String NAME = ".conda-stage.toml";

    public JobFile {
        envs = List.copyOf(envs);
    }

    /**
     * What a look into a working directory brought.
     *
     * @param note the line that says why a file that is there does not count
     */
    public record Found(Optional<JobFile> file, Optional<String> note) {
        public static final Found NOTHING = new Found(Optional.empty(), Optional.empty());

        static Found ignored(Path file, String reason) {
            return new Found(Optional.empty(), Optional.of("`" + file + "` is ignored: " + reason));
        }
    }

    /**
     * Reads the file of a job, which others could have planted in a directory that they may write to: it counts only as
     * a regular file (a symlink is none) of the job's user or root that the world cannot write to.
     */
    public static Found find(Path directory, User user) throws BadRequest {
        Path file = directory.resolve(NAME);
        try {
            Optional<String> distrust = distrust(file, user);
            return distrust.isPresent() ? Found.ignored(file, distrust.get()) : read(file);
        } catch (NoSuchFileException e) {
            return Found.NOTHING;
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + file + "`", "chmod u+r " + file, e);
        }
    }

    // Java cannot ask an open file for its owner, so the look and the read are two steps. Who swaps the file between
    // them wins a choice among environments that the job's user can read, for the read is done as that user.
    private static Optional<String> distrust(Path file, User user) throws IOException {
        Ownership found = Ownership.of(file, LinkOption.NOFOLLOW_LINKS);
        if (!found.isRegularFile()) {
            return Optional.of("not a regular file");
        }
        if (found.uid() != user.uid() && found.uid() != 0) {
            return Optional.of("it belongs to user " + found.uid() + ", not to the job's user or root");
        }
        return found.isWorldWritable() ? Optional.of("everybody may write to it") : Optional.empty();
    }

    private static Found read(Path file) throws IOException, BadRequest {
        TomlReader toml = TomlReader.read(file, LinkOption.NOFOLLOW_LINKS);
        Optional<List<String>> env = toml.texts("env");
        if (env.filter(List::isEmpty).isPresent()) {
            toml.reject("env", "names no environment");
        }
        List<String> named = env.orElse(List.of());
        boolean none = named.equals(List.of("none"));
        JobFile job = new JobFile(
                file,
                none ? List.of() : envs(toml, named),
                toml.bool("writable"),
                toml.bool("activate"),
                toml.text("on_failure", JobFile::onFailure),
                toml.bool("enabled").orElse(true) && !none);
        Optional<String> complaint = toml.complaint();
        if (complaint.isPresent()) {
            throw new BadRequest("bad `" + file + "`: " + complaint.get(), "write for example: env = \"myenv\"");
        }
        return new Found(Optional.of(job), Optional.empty());
    }

    private static List<EnvSpec> envs(TomlReader toml, List<String> named) {
        List<EnvSpec> envs = named.stream()
                .flatMap(text -> toml.checked("env", () -> one(text)).stream())
                .toList();
        if (new HashSet<>(envs).size() < envs.size()) {
            toml.reject("env", "names an environment twice");
        }
        return envs;
    }

    private static EnvSpec one(String text) {
        if (text.equals("none")) {
            throw new IllegalArgumentException("`none` cannot stand beside other environments");
        }
        return EnvSpec.parse(text);
    }

    static OnFailure onFailure(String text) {
        return switch (text) {
            case "fallback" -> OnFailure.FALLBACK;
            case "fail" -> OnFailure.FAIL;
            default -> throw new IllegalArgumentException("must be `fallback` or `fail`, got " + Shown.of(text));
        };
    }
}
