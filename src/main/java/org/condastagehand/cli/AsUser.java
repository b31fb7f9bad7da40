package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.cache.CacheArea;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.job.JobArea;

/** How root does something for the users of a node: it becomes each of them. */
final class AsUser {
    private static final Path TMP = Path.of("/tmp");
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Pattern AREA_IN_TMP = Pattern.compile("conda-stagehand-(?<uid>[1-9][0-9]{0,9})");
    private static final Pattern AREA = Pattern.compile("(?<uid>[1-9][0-9]{0,9})");

    /** Whoever traces the program must not get a group by that, and which ones an old account had nobody knows any more. */
    private static final String NO_GROUP = "65534";

    private AsUser() {}

    /**
     * A command with the user's rights and none besides; the account need not exist any more. The user can trace that
     * process, so it has neither root's terminal nor root's environment.
     */
    static List<String> command(String uid, List<String> command) {
        return command(uid, NO_GROUP, List.of("--bounding-set=-all", "--no-new-privs"), command);
    }

    /**
     * The same where a set-uid program may have to unmount what the user's hooks have mounted through FUSE.
     *
     * @param gid for which it is mounted: the user's own, as the kernel has seen
     */
    static List<String> commandThatUnmounts(String uid, String gid, List<String> command) {
        return command(uid, gid, List.of("--bounding-set=-all,+setuid,+setgid,+sys_admin,+dac_read_search"), command);
    }

    private static List<String> command(String uid, String gid, List<String> privileges, List<String> command) {
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
                gid,
                "--clear-groups",
                "--inh-caps=-all"));
        line.addAll(privileges);
        line.addAll(command);
        return line;
    }

    /**
     * Uids that have an area. By the names in directories where everybody can make some, so each name is looked at by who it
     * says it is: a thousand made up would else cost root as many programs.
     */
    static Set<String> withAreas(Site site, Exec exec) throws NodeFault {
        Path users = JobArea.users(site.config().localRoot());
        Path caches = CacheArea.users(site.config().localRoot());
        Set<String> named = new TreeSet<>();
        addNames(users, AREA, named);
        addNames(caches, AREA, named);
        addNames(TMP, AREA_IN_TMP, named);
        Set<String> uids = new TreeSet<>();
        for (String uid : named) {
            List<String> isOwn = List.of(
                    "/usr/bin/test",
                    "-O",
                    users.resolve(uid).toString(),
                    "-o",
                    "-O",
                    caches.resolve(uid).toString(),
                    "-o",
                    "-O",
                    TMP.resolve("conda-stagehand-" + uid).toString());
            if (answersYes(exec, command(uid, isOwn))) {
                uids.add(uid);
            }
        }
        return uids;
    }

    /** Not where the user holds the question up, who can keep only what is that user's from being looked at. */
    private static boolean answersYes(Exec exec, List<String> question) {
        try {
            return exec.run(question, LIMIT).status() == ExitCode.DONE;
        } catch (NodeFault e) {
            return false;
        }
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
