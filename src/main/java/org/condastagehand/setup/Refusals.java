package org.condastagehand.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/** What set-up does not touch, because somebody has to decide first; each says what to type. */
final class Refusals {
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;

    private final Qconf qconf;
    private final Path tree;

    Refusals(Qconf qconf, Path tree) {
        this.qconf = qconf;
        this.tree = tree;
    }

    /** A queue that names a hook that is not there goes into error state with its first job. */
    void checkTree(boolean rootHooks) throws StagingException {
        for (Hook hook : Hook.values()) {
            if (!Files.isExecutable(hook.in(tree))) {
                throw new BadSite("`" + hook.in(tree) + "` is missing", "install again with --prefix " + tree);
            }
            if (rootHooks) {
                checkTrust(hook.in(tree));
            }
        }
        if (rootHooks) {
            checkTrust(tree.resolve("etc"));
            checkTrust(tree.resolve("bin/conda-stagehand"));
        }
    }

    private static void checkTrust(Path path) throws StagingException {
        for (Path part = path; part != null; part = part.getParent()) {
            if (!isRootsAlone(part)) {
                throw new BadSite(
                        "root's hooks must be root's alone to change, and `" + part + "` is not",
                        "chown root " + part + " && chmod go-w " + part);
            }
        }
    }

    private static boolean isRootsAlone(Path path) throws NodeFault {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
            return Integer.valueOf(0).equals(attributes.get("uid"))
                    && ((mode & WRITABLE_BY_OTHERS) == 0 || (mode & STICKY) != 0);
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + path + "`", e);
        }
    }

    /** @param ours the hooks that the queue is to have; of the others it keeps what it has */
    void check(QueueHooks hooks, Set<Hook> ours) throws StagingException {
        for (Hook hook : Hook.values()) {
            checkOther(hooks.queue(), hook, hooks.value(hook).common());
            if (ours.contains(hook)) {
                check(hooks.queue(), hook, hooks.value(hook));
            }
        }
    }

    /** Two installations would stage twice. */
    private void checkOther(String queue, Hook hook, String common) throws BadSite {
        if (!hook.isIn(tree, common) && hook.isAny(common)) {
            throw new BadSite(
                    "queue `" + queue + "` has the " + hook.attribute() + " of another installation, `" + common + "`",
                    hook.tree(common) + "/site-config/sge/setup --queue " + queue + " --remove");
        }
    }

    private void check(String queue, Hook hook, QueueValue value) throws StagingException {
        String common = value.common();
        if (!value.overrides().isEmpty()) {
            throw perHost(queue, hook, value.overrides().get(0));
        }
        if (common.endsWith("=")) {
            // the shell's `read` drops it from the line in hooks.conf
            throw new BadSite("queue `" + queue + "`: " + hook.attribute() + " `" + common
                    + "` ends in `=`, which the hooks could not pass on");
        }
        if (value.isNone() && hook != Hook.STARTER) { // a starter is the queue's alone
            checkCluster(queue, hook);
        }
    }

    private static BadSite perHost(String queue, Hook hook, QueueValue.ForHosts some) {
        return new BadSite(
                "queue `" + queue + "` has a " + hook.attribute() + " of its own for `" + some.hosts() + "`, `"
                        + some.value() + "`, and our hooks call one for the whole queue",
                "put what `" + some.hosts() + "` needs into one script for all hosts, /path/to/it; then type:"
                        + " qconf -purge queue " + hook.attribute() + " " + queue + "@" + some.hosts()
                        + " && qconf -mattr queue " + hook.attribute() + " /path/to/it " + queue);
    }

    /** A queue's prolog is run in place of the cluster's, which would be lost without a word. */
    private void checkCluster(String queue, Hook hook) throws StagingException {
        String cluster = qconf.clusterConfiguration().value(hook.attribute()).orElse(Hook.NONE);
        for (String host : qconf.configuredHosts()) {
            String own = qconf.hostConfiguration(host).value(hook.attribute()).orElse(cluster);
            if (!own.equals(cluster)) {
                throw new BadSite(
                        "the " + hook.attribute() + " `" + own + "` of host `" + host + "` (qconf -sconf " + host
                                + ") would no longer run in queue `" + queue + "`",
                        "put what all hosts need into one script, /path/to/it; then type: qconf -mattr queue "
                                + hook.attribute() + " /path/to/it " + queue);
            }
        }
        if (!QueueValue.isNone(cluster)) {
            throw new BadSite(
                    "the cluster's " + hook.attribute() + " `" + cluster
                            + "` (qconf -sconf) would no longer run in queue `" + queue + "`",
                    "give it to the queue, where ours calls it: qconf -mattr queue " + hook.attribute() + " '" + cluster
                            + "' " + queue);
        }
    }
}
