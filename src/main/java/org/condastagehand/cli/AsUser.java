package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.host.NodeFault;
import org.condastagehand.job.JobArea;

/** How root does something for the users of a node: it becomes each of them. */
final class AsUser {
    private static final Pattern AREA_IN_TMP = Pattern.compile("conda-stagehand-(?<uid>[1-9][0-9]{0,9})");
    private static final Pattern AREA = Pattern.compile("(?<uid>[1-9][0-9]{0,9})");

    private AsUser() {}

    /**
     * A command with the user's rights and none besides; the account need not exist any more. The user can trace that
     * process, so it has neither root's terminal nor root's environment.
     */
    static List<String> command(String uid, List<String> command) {
        List<String> line = new ArrayList<>(List.of(
                "/usr/bin/env",
                "-i",
                "--chdir=/",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "/usr/bin/setsid",
                "--wait",
                "/usr/bin/setpriv",
                "--reuid",
                uid,
                "--regid",
                uid,
                "--clear-groups",
                "--inh-caps=-all",
                "--bounding-set=-all",
                "--no-new-privs"));
        line.addAll(command);
        return line;
    }

    /** Uids that have an area, by the names in directories of root; the areas themselves are not looked at. */
    static Set<String> withAreas(Site site) throws NodeFault {
        Set<String> uids = new TreeSet<>();
        addNames(JobArea.users(site.config().localRoot()), AREA, uids);
        addNames(Path.of("/tmp"), AREA_IN_TMP, uids);
        return uids;
    }

    private static void addNames(Path directory, Pattern pattern, Set<String> uids) throws NodeFault {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Matcher name = pattern.matcher(String.valueOf(entry.getFileName()));
                if (name.matches()) {
                    uids.add(name.group("uid"));
                }
            }
        } catch (NoSuchFileException e) {
            // nothing was ever staged below it
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + directory + "`", e);
        }
    }
}
