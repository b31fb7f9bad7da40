package org.condastagehand.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.host.ProcessIdentity;

/** The pid and start time in the name of a local job, for what has no readable record to tell more. */
record LocalName(Optional<ProcessIdentity> owner) {
    private static final Pattern LOCAL = Pattern.compile("local-([0-9]{1,10})\\.([0-9]{1,18})(?:\\..*)?");

    static LocalName of(String name) throws IOException {
        Matcher matcher = LOCAL.matcher(name);
        if (!matcher.matches()) {
            return new LocalName(Optional.empty());
        }
        ProcessIdentity self = ProcessIdentity.self();
        return new LocalName(Optional.of(new ProcessIdentity(
                self.bootId(),
                self.pidNamespace(),
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)))));
    }

    /** Dead when its process is; a name that no job has is nobody's and is kept. */
    boolean provenDead(Path file) throws IOException {
        try {
            boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
            return there && owner.isPresent() && owner.get().provenDead();
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
