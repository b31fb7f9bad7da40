package org.condastagehand.resolve;

import java.nio.file.Path;
import org.condastagehand.request.EnvSpec;

/** What an environment that was asked for by its path is called: it becomes the name of the staged directory. */
final class StagedName {
    private static final int LONGEST = 200;
    private static final String UNFIT = "[^\\p{L}\\p{M}\\p{N}_.+@~=%^-]+";

    private StagedName() {}

    static String ofPrefix(Path prefix) {
        return fit(String.valueOf(prefix.getFileName()));
    }

    static String ofArchive(Path archive) {
        String name = String.valueOf(archive.getFileName());
        return fit(ArchiveName.stem(name).or(() -> ArchiveName.imageStem(name)).orElse(name));
    }

    /** Whether conda, and so our users, can ask for it. */
    static boolean isValid(String name) {
        try {
            return new EnvSpec.Named(name).name().equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** {@code my env} becomes {@code my_env}, which conda can activate. */
    private static String fit(String name) {
        String clean = name.replaceAll(UNFIT, "_");
        String cut = clean.substring(
                0, clean.offsetByCodePoints(0, Math.min(LONGEST, clean.codePointCount(0, clean.length()))));
        return isValid(cut) ? cut : isValid("env" + cut) ? "env" + cut : "env";
    }
}
