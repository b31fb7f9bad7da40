package org.condastagehand.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;

/**
 * Puts our hooks into Grid Engine's queues, and takes them out again.
 *
 * <p>Everything is read and judged before anything changes. Then {@code hooks.conf} is first, because our hooks need it
 * from their first job on, and the queue last: it is the step that jobs see, and one {@code qconf} sets all its hooks.
 */
public final class GridEngineSetup {
    private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}");

    /** Which of the two set-up made itself: what was there before it stays when our hooks go. */
    private static final String ADDED = "sge_added";

    private static final String SPOOL = "sge_spool";
    private static final String COMPLEX = "complex";
    private static final String GLOBAL = "global";

    private final Qconf qconf;
    private final SiteConfig site;
    private final Path tree;

    /** @param site with {@code local_root} for every node, as {@code hooks.conf} may be read by all */
    public GridEngineSetup(Host host, SiteConfig site, Path tree) throws BadSite {
        this.qconf = new Qconf(host, GridEngineHome.find(host, Path.of("/")));
        this.site = site;
        this.tree = tree;
    }

    /** What is to do so that these queues have our hooks. */
    public Plan apply(List<String> queues, Hooks hooksWanted) throws StagingException {
        boolean rootHooks = hooksWanted == Hooks.ROOTS;
        GridEngineRefusals refusals = new GridEngineRefusals(qconf, tree);
        refusals.checkTree(rootHooks);
        Plan plan = new Plan();
        HooksConf before = HooksConf.read(tree);
        Set<String> added = added(before);
        List<Change> changes = new ArrayList<>(sharedChanges(added, plan));
        HooksConf conf = withSpool(before.with(site, tree));
        for (QueueHooks hooks : read(queues)) {
            Set<QueueHook> ours = hooksOf(hooks, hooksWanted, plan);
            refusals.check(hooks, ours);
            Map<QueueHook, String> wanted = new EnumMap<>(QueueHook.class);
            for (QueueHook hook : QueueHook.values()) {
                if (ours.contains(hook)) {
                    wanted.put(hook, hook.value(tree, rootHooks));
                    conf = withNext(conf, hooks, hook);
                } else if (hook.isIn(tree, hooks.value(hook).common())) {
                    wanted.put(hook, conf.value(hook.nextKey(hooks.queue())).orElse(QueueHook.NONE));
                }
            }
            hooks.changeTo(wanted, qconf).ifPresent(changes::add);
        }
        withAdded(conf, added).changeFrom(before, tree).ifPresent(plan::add);
        changes.forEach(plan::add);
        return plan;
    }

    /**
     * Seen with Son of Grid Engine 8.1.9: for a job of qrsh or qlogin the shepherd runs prolog and epilog on a terminal,
     * fails to set that up and sends them SIGTERM while they start, which puts the queue into error state. A starter is
     * the job itself, so nothing it does can. Ours stages where no prolog of ours has.
     */
    private Set<QueueHook> hooksOf(QueueHooks hooks, Hooks wanted, Plan plan) {
        if (wanted == Hooks.STARTER) {
            return EnumSet.of(QueueHook.STARTER);
        }
        if (!hooks.isInteractive()) {
            return EnumSet.allOf(QueueHook.class);
        }
        if (wanted == Hooks.ROOTS) {
            plan.warn(
                    "queue `" + hooks.queue() + "` takes qrsh and qlogin, which on Son of Grid Engine 8.1.9 put a queue"
                            + " with any prolog or epilog into error state; leave out --root-hooks, or send them to another queue:"
                            + " qconf -mattr queue qtype BATCH " + hooks.queue());
            return EnumSet.allOf(QueueHook.class);
        }
        plan.keep(
                "prolog and epilog of queue `" + hooks.queue() + "`: it takes qrsh and qlogin, which could put a queue"
                        + " with ours into error state; the starter stages instead, and in a session one types: . \"$("
                        + tree.resolve("prolog/sge-activate") + ")\"");
        return EnumSet.of(QueueHook.STARTER);
    }

    /** Where execd keeps its jobs, which no variable of a session tells. */
    private HooksConf withSpool(HooksConf conf) throws StagingException {
        HooksConf now = conf.with(SPOOL, qconf.clusterConfiguration().value("execd_spool_dir"));
        for (String host : qconf.configuredHosts()) {
            now = now.with(SPOOL + "." + host, qconf.hostConfiguration(host).value("execd_spool_dir"));
        }
        return now;
    }

    private List<Change> sharedChanges(Set<String> added, Plan plan) throws StagingException {
        SharedComplex shared = SharedComplex.read(qconf);
        shared.refuseForeign();
        List<Change> changes = new ArrayList<>();
        if (!shared.hasComplex()) {
            added.add(COMPLEX);
            changes.add(shared.addComplex(qconf));
        }
        if (shared.hasPlainOffer()) {
            plan.keep(
                    "`" + Complex.PLAIN_OFFER + "` on host `global`, with which a job that requests just that waits for"
                            + " ever; mend it with: qconf -mattr exechost complex_values " + Complex.OFFER + " global");
        } else if (!shared.hasOffer()) {
            added.add(GLOBAL);
            changes.add(shared.addOffer(qconf));
        }
        return changes;
    }

    /** What is to do so that these queues are as they were, and the cluster too once nobody needs us. */
    public Plan remove(List<String> queues) throws StagingException {
        HooksConf before = HooksConf.read(tree);
        HooksConf conf = before;
        Plan plan = new Plan();
        Jobs jobs = qconf.jobs();
        for (QueueHooks hooks : read(queues)) {
            Map<QueueHook, String> wanted = new EnumMap<>(QueueHook.class);
            for (QueueHook hook : QueueHook.values()) {
                Optional<String> next = before.value(hook.nextKey(hooks.queue()));
                if (hook.isIn(tree, hooks.value(hook).common())) {
                    wanted.put(hook, next.orElse(QueueHook.NONE));
                }
                if (next.isPresent() && jobs.queues().contains(hooks.queue())) {
                    plan.keep(hook.nextKey(hooks.queue()) + " in `" + HooksConf.in(tree)
                            + "`: jobs run in that queue whose hooks need it");
                } else {
                    conf = conf.with(hook.nextKey(hooks.queue()), Optional.empty());
                }
            }
            hooks.changeTo(wanted, qconf).ifPresent(plan::add);
        }
        withoutShared(conf, queues, jobs, plan).changeFrom(before, tree).ifPresent(plan::add);
        return plan;
    }

    private HooksConf withoutShared(HooksConf conf, List<String> queues, Jobs jobs, Plan plan) throws StagingException {
        SharedComplex shared = SharedComplex.read(qconf);
        Set<String> added = added(conf);
        Optional<String> reason = stillNeeded(queues, jobs);
        if (shared.hasOffer() && (reason.isPresent() || !added.contains(GLOBAL))) {
            plan.keep("`" + Complex.OFFER + "` on host `global`: " + reason.orElse("it was there before set-up"));
        } else if (shared.hasOffer()) {
            plan.add(shared.removeOffer(qconf));
            added.remove(GLOBAL);
        }
        if (shared.hasComplex() && (reason.isPresent() || !added.contains(COMPLEX))) {
            plan.keep("complex `" + Complex.NAME + "`: " + reason.orElse("it was there before set-up"));
        } else if (shared.hasComplex()) {
            plan.add(shared.removeComplex(qconf));
            added.remove(COMPLEX);
        }
        return withAdded(conf, added);
    }

    /** What keeps the complex when these queues are done. */
    private Optional<String> stillNeeded(List<String> queues, Jobs jobs) throws StagingException {
        for (String queue : qconf.queues()) {
            if (!queues.contains(queue) && QueueHooks.read(queue, qconf).uses(tree)) {
                return Optional.of("queue `" + queue + "` has our hooks");
            }
        }
        return jobs.requesting().stream()
                .min(Long::compare)
                .map(job -> "job " + job
                        + (jobs.requesting().size() > 1
                                ? " and " + (jobs.requesting().size() - 1) + " more"
                                : "")
                        + " requests it; type this again when no job does");
    }

    private List<QueueHooks> read(List<String> queues) throws StagingException {
        List<QueueHooks> all = new ArrayList<>();
        for (String queue : new LinkedHashSet<>(queues)) {
            if (!QUEUE.matcher(queue).matches()) {
                throw new BadRequest("not the name of a cluster queue: `" + queue + "`", "qconf -sql");
            }
            all.add(QueueHooks.read(queue, qconf));
        }
        return all;
    }

    /** What the queue has is what ours calls, unless it is ours already. */
    private HooksConf withNext(HooksConf conf, QueueHooks hooks, QueueHook hook) {
        QueueValue value = hooks.value(hook);
        if (hook.isIn(tree, value.common())) {
            return conf;
        }
        return conf.with(hook.nextKey(hooks.queue()), value.isNone() ? Optional.empty() : Optional.of(value.common()));
    }

    private static Set<String> added(HooksConf conf) {
        Set<String> added =
                new LinkedHashSet<>(List.of(conf.value(ADDED).orElse("").split(" ")));
        added.remove("");
        return added;
    }

    private static HooksConf withAdded(HooksConf conf, Set<String> added) {
        return conf.with(ADDED, added.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", added)));
    }
}
