package org.condastagehand.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.StagingException;

/** What Grid Engine's set-up does not touch, because somebody has to decide first; each says what to type. */
final class GridEngineRefusals {
    private final Qconf qconf;
    private final Path tree;

    GridEngineRefusals(Qconf qconf, Path tree) {
        this.qconf = qconf;
        this.tree = tree;
    }

    /** A queue that names a hook that is not there goes into error state with its first job. */
    void checkTree(boolean rootHooks) throws StagingException {
        for (QueueHook hook : QueueHook.values()) {
            if (!Files.isExecutable(hook.in(tree))) {
                throw new BadSite("`" + hook.in(tree) + "` is missing", "install again with --prefix " + tree);
            }
            if (rootHooks) {
                RootsAlone.check(hook.in(tree));
            }
        }
        if (rootHooks) {
            RootsAlone.check(tree.resolve("etc"));
            RootsAlone.check(tree.resolve("bin/conda-stagehand"));
        }
    }

    /** @param ours the hooks that the queue is to have; of the others it keeps what it has */
    void check(QueueHooks hooks, Set<QueueHook> ours) throws StagingException {
        for (QueueHook hook : QueueHook.values()) {
            checkOther(hooks.queue(), hook, hooks.value(hook).common());
            if (ours.contains(hook)) {
                check(hooks.queue(), hook, hooks.value(hook));
            }
        }
    }

    /** Two installations would stage twice. */
    private void checkOther(String queue, QueueHook hook, String common) throws BadSite {
        if (!hook.isIn(tree, common) && hook.isAny(common)) {
            throw new BadSite(
                    "queue `" + queue + "` has the " + hook.attribute() + " of another installation, `" + common + "`",
                    hook.tree(common) + "/site-config/sge/setup --queue " + queue + " --remove");
        }
    }

    private void check(String queue, QueueHook hook, QueueValue value) throws StagingException {
        String common = value.common();
        if (!value.overrides().isEmpty()) {
            throw perHost(queue, hook, value.overrides().get(0));
        }
        if (common.endsWith("=")) {
            // the shell's `read` drops it from the line in hooks.conf
            throw new BadSite("queue `" + queue + "`: " + hook.attribute() + " `" + common
                    + "` ends in `=`, which the hooks could not pass on");
        }
        if (value.isNone() && hook != QueueHook.STARTER) { // a starter is the queue's alone
            checkCluster(queue, hook);
        }
    }

    private static BadSite perHost(String queue, QueueHook hook, QueueValue.ForHosts some) {
        return new BadSite(
                "queue `" + queue + "` has a " + hook.attribute() + " of its own for `" + some.hosts() + "`, `"
                        + some.value() + "`, and our hooks call one for the whole queue",
                "put what `" + some.hosts() + "` needs into one script for all hosts, /path/to/it; then type:"
                        + " qconf -purge queue " + hook.attribute() + " " + queue + "@" + some.hosts()
                        + " && qconf -mattr queue " + hook.attribute() + " /path/to/it " + queue);
    }

    /** A queue's prolog is run in place of the cluster's, which would be lost without a word. */
    private void checkCluster(String queue, QueueHook hook) throws StagingException {
        String cluster = qconf.clusterConfiguration().value(hook.attribute()).orElse(QueueHook.NONE);
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
