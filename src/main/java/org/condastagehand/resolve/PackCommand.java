package org.condastagehand.resolve;

import java.nio.file.Path;

/**
 * The conda-pack line that a user can type for an environment.
 *
 * @param which {@code -n NAME} or {@code -p PREFIX}, ready for a shell
 */
record PackCommand(String which) {
    static PackCommand named(String name) {
        return new PackCommand("-n " + Shown.word(name));
    }

    static PackCommand at(Path prefix) {
        return new PackCommand("-p " + Shown.word(prefix));
    }

    String into(Path archive) {
        return "conda-pack " + which + " -o " + Shown.word(archive) + " --force";
    }
}
