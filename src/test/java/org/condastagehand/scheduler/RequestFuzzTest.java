package org.condastagehand.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.OneLine;
import org.condastagehand.request.EnvSpec;
import org.junit.jupiter.api.Timeout;

/** What reads a request out of a job; `src/test/fuzz` looks for inputs, and here those that it kept are tried. */
@Timeout(20)
class RequestFuzzTest {
    private static void require(boolean holds, Object what) {
        if (!holds) {
            throw new AssertionError(String.valueOf(what));
        }
    }

    private static JobScript script(byte[] bytes) {
        return JobScript.of("job.sh", new String(bytes, UTF_8));
    }

    private static void requireEnv(Optional<Asked> asked) throws BadRequest {
        if (asked.isEmpty()) {
            return;
        }
        OneLine.require(asked.get().toString());
        if (asked.get().turnsOff()) {
            return;
        }
        EnvSpec env = asked.get().env();
        String text = env.toString();
        require(text.chars().noneMatch(Character::isISOControl) && text.indexOf('\uFFFD') < 0, text);
        if (env instanceof EnvSpec.Named named) {
            require(!named.name().startsWith("-") && !named.name().matches(".*[/:#*?\\[\\]|&!,\\s].*"), text);
            require(!named.name().equals("..") && named.name().length() <= 200, text);
        } else {
            Path path = Path.of(text);
            require(path.isAbsolute() && path.equals(path.normalize()), text);
        }
    }

    /** The first byte chooses who reads the rest: a JVM that fuzzes starts so slowly that each class has one target. */
    @FuzzTest
    void requests(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        byte[] input = Arrays.copyOfRange(bytes, 1, bytes.length);
        switch ((bytes[0] & 0xff) % 3) {
            case 0 -> gridEngine(input);
            case 1 -> slurm(input);
            default -> spool(input);
        }
    }

    private static void gridEngine(byte[] script) {
        try {
            requireEnv(GridEngineDirectives.find(script(script)));
        } catch (BadRequest e) {
            OneLine.require(e);
        }
    }

    private static void slurm(byte[] script) {
        try {
            requireEnv(SlurmDirectives.find(script(script)));
            // what SLURM_JOB_COMMENT holds is read by the same rule
            requireEnv(SlurmDirectives.among(new Asked(new String(script, UTF_8), "SLURM_JOB_COMMENT", "")));
        } catch (BadRequest e) {
            OneLine.require(e);
        }
    }

    private static void spool(byte[] copy) {
        ExecdJobCopy.Answer answer = ExecdJobCopy.parse(copy);
        if (answer instanceof ExecdJobCopy.Answer.Value value) {
            require(!value.value().isEmpty() && value.value().indexOf('\0') < 0, value);
            require(value.value().length() <= 4096 + 1, value);
            try {
                requireEnv(Optional.of(new Asked(value.value(), "qsub -l conda_env", "")));
            } catch (BadRequest e) {
                OneLine.require(e);
            }
        }
    }
}
