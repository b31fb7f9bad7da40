package org.condastagehand.setup;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;

/**
 * Puts our hooks into a slurm.conf, and takes them out again.
 *
 * <p>Everything is read and judged before anything changes. On the way there {@code hooks.conf} is first, because our
 * hooks need it from their first job on; on the way back it is last.
 */
public final class SlurmSetup {
    /** In {@code hooks.conf}: the file that was edited. */
    private static final String FILE = "slurm_conf";

    private static final String PLUGIN = "conda_stagehand.so";

    private final Scontrol scontrol;
    private final SiteConfig site;
    private final Path siteFile;
    private final Path tree;
    private final Optional<LocalRoot> localRoot;
    private final SlurmRefusals refusals;

    /**
     * @param site with {@code local_root} for every node, as {@code hooks.conf} may be read by all
     * @param siteFile where it stands
     * @param localRoot what {@code site} is to get; it has it already
     */
    public SlurmSetup(Host host, SiteConfig site, Path siteFile, Path tree, Optional<LocalRoot> localRoot) {
        this.scontrol = new Scontrol(host);
        this.site = site;
        this.siteFile = siteFile;
        this.tree = tree;
        this.localRoot = localRoot;
        this.refusals = new SlurmRefusals(tree);
    }

    /**
     * What is to do so that this slurm.conf has our hooks.
     *
     * @param here the names of this host
     * @param everywhere whether the caller has seen to it that all nodes have what the hooks need
     */
    public Plan apply(Path given, Set<String> here, boolean everywhere) throws StagingException {
        refusals.checkTree();
        SlurmFiles files = SlurmFiles.read(given);
        HooksConf before = HooksConf.read(tree);
        SlurmValues now = files.values();
        HooksConf conf = withNext(before.with(site, tree), now)
                .with(FILE, Optional.of(files.file().toString()));
        SlurmWanted wanted = SlurmWanted.of(now, conf, site, tree);
        SlurmEdit edit = new SlurmEdit(header(), files.conf(), conf);
        for (SlurmWanted.Setting setting : wanted.settings()) {
            if (!now.value(setting.key()).equals(Optional.of(setting.value()))) {
                refusals.checkPlace(files, setting.key());
                edit.set(setting.key(), setting.value());
            }
        }
        if (!everywhere && !edit.done().isEmpty()) {
            refusals.checkNodes(files, here);
        }
        SlurmUpdate update = SlurmUpdate.of(files, scontrol);
        Plan plan = new Plan();
        if (localRoot.isPresent()) {
            localRoot.get().planFor(siteFile, plan);
        }
        edit.conf().changeFrom(before, tree).ifPresent(plan::add);
        update.to(edit.text(), edit.done(), wanted.settings()).ifPresent(plan::add);
        wanted.kept().forEach(plan::keep);
        warnOfMove(before, plan);
        refusals.cautions(now, files.beside("job_container.conf"), site)
                .forEach(caution -> plan.warn(caution.toString()));
        sayNext(plan, files, here, update.isRunning());
        return plan;
    }

    /** An epilog and a sweep look for the records of jobs where the local root is now. */
    private void warnOfMove(HooksConf before, Plan plan) {
        before.value("local_root")
                .filter(root -> !root.equals(site.localRoot().toString()))
                .ifPresent(
                        root -> plan.warn("local_root was `" + root + "`: what jobs have staged there stays; when those"
                                + " that run now are over, type on each node: rm -r --one-file-system " + root));
    }

    /** What is to do so that the slurm.conf is as it was; with none given, the one that {@link #apply} has edited. */
    public Optional<Plan> remove(Optional<Path> given) throws StagingException {
        HooksConf before = HooksConf.read(tree);
        Optional<Path> file = given.or(() -> before.value(FILE).map(Path::of));
        if (file.isEmpty()) {
            return Optional.empty();
        }
        SlurmFiles files = SlurmFiles.read(file.get());
        Plan plan = new Plan();
        SlurmEdit edit = new SlurmEdit(header(), files.conf(), before);
        for (SlurmHook hook : SlurmHook.values()) {
            if (files.values()
                    .value(hook.key())
                    .filter(value -> hook.isIn(tree, value))
                    .isPresent()) {
                refusals.checkPlace(files, hook.key());
                edit.restore(hook.key(), before.value(hook.nextKey()));
                before.value(hook.nextKey())
                        .ifPresent(next -> plan.keep(hook.nextKey() + " in `" + HooksConf.in(tree)
                                + "`: nodes that have not read slurm.conf yet need it"));
            } else {
                edit.forget(hook.key());
            }
        }
        for (String key : SlurmWanted.OTHERS) {
            if (edit.isOurs(key)) {
                refusals.checkPlace(files, key);
                edit.restore(key, Optional.empty());
            } else if (edit.isRecorded(key)) {
                edit.forget(key);
                plan.keep(key + ": edited since set-up");
            }
        }
        SlurmUpdate update = SlurmUpdate.of(files, scontrol);
        update.to(edit.textWithoutHeader(), edit.done(), List.of()).ifPresent(plan::add);
        edit.conf().with(FILE, Optional.empty()).changeFrom(before, tree).ifPresent(plan::add);
        if (!update.isRunning()) {
            plan.next("on the running cluster: scontrol reconfigure");
        }
        plan.next("where nodes have their own slurm.conf, copy `" + files.file() + "` to each");
        plan.next("jobs that run now are struck by a later sweep: " + tree + "/bin/conda-stagehand sweep");
        return Optional.of(plan);
    }

    /** Prints the lines that a slurm.conf needs, made for what the running Slurm has; {@code hooks.conf} is the plan. */
    public Plan print(PrintStream out) throws StagingException {
        refusals.checkTree();
        Optional<SlurmValues> running = scontrol.config(Optional.empty());
        SlurmValues now = running.orElse(SlurmValues.defaults());
        HooksConf before = HooksConf.read(tree);
        HooksConf conf = before.with(site, tree);
        if (running.isPresent()) { // else the hooks that the site had would be forgotten
            conf = withNext(conf, now);
        }
        SlurmWanted wanted = SlurmWanted.of(now, conf, site, tree);
        out.println("# for slurm.conf, in place of lines of the same key; merged with "
                + running.map(values -> "what the running Slurm has").orElse("nothing, as no slurmctld answers"));
        for (SlurmWanted.Setting setting : wanted.settings()) {
            out.println("# " + Report.printable(setting.why()));
            out.println(Report.printable(setting.line()));
        }
        Plan plan = new Plan("# ");
        if (localRoot.isPresent()) {
            localRoot.get().planFor(siteFile, plan);
        }
        conf.changeFrom(before, tree).ifPresent(plan::add);
        wanted.kept().forEach(plan::keep);
        refusals.cautions(now, Optional.empty(), site).forEach(caution -> plan.warn(caution.toString()));
        return plan;
    }

    /** Prints what {@link #print} is followed by, as comments: all that it prints can stand in a slurm.conf. */
    public void printNext(PrintStream out) {
        List<String> next = new ArrayList<>();
        next.add("every node needs the tree, its etc/hooks.conf, and the local root: " + makeLocalRoot());
        next.add("put the lines into slurm.conf, of all nodes; or let set-up do it: " + tree
                + "/site-config/slurm/setup --apply /etc/slurm/slurm.conf");
        next.add("scontrol reconfigure");
        plugin().ifPresent(next::add);
        for (String line : next) {
            out.println("# next: " + line);
        }
    }

    /** Prints the lines that go when ours are taken out by hand; none when the running Slurm has no hook of ours. */
    public void printRemoval(PrintStream out) throws StagingException {
        SlurmValues now = scontrol.config(Optional.empty()).orElse(SlurmValues.defaults());
        HooksConf conf = HooksConf.read(tree);
        int found = 0;
        for (SlurmHook hook : SlurmHook.values()) {
            Optional<String> value = now.value(hook.key()).filter(is -> hook.isIn(tree, is));
            if (value.isPresent()) {
                found++;
                out.println("# take out: " + hook.key() + "=" + value.get());
                conf.value(hook.nextKey()).ifPresent(next -> out.println(hook.key() + "=" + next));
            }
        }
        out.println(found == 0 ? "# nothing to change" : "# next: scontrol reconfigure");
    }

    private HooksConf withNext(HooksConf conf, SlurmValues now) throws BadSite {
        HooksConf with = conf;
        for (SlurmHook hook : SlurmHook.values()) {
            Optional<String> value = now.value(hook.key());
            if (value.isPresent()) {
                refusals.checkHook(hook, value.get());
            }
            if (value.filter(is -> hook.isIn(tree, is)).isEmpty()) {
                with = with.with(hook.nextKey(), value);
            }
        }
        return with;
    }

    private String header() {
        return "# conda-stagehand; taken out again by " + tree + "/site-config/slurm/setup --remove";
    }

    private void sayNext(Plan plan, SlurmFiles files, Set<String> here, boolean running) {
        if (!SlurmRefusals.otherNodes(files, here).isEmpty()) {
            plan.next("where nodes have their own, copy `" + files.file() + "` and `" + HooksConf.in(tree)
                    + "` to each; then: scontrol reconfigure");
        } else if (!running) {
            plan.next("on the running cluster: scontrol reconfigure");
        }
        plan.next("make the local root on each node: " + makeLocalRoot());
        plugin().ifPresent(plan::next);
    }

    private String makeLocalRoot() {
        return tree + "/libexec/local-root " + site.localRoot();
    }

    /** The plug-in of {@code --conda-env}, where the site has built it. */
    private Optional<String> plugin() {
        return List.of(tree.resolve("site-config/slurm/spank").resolve(PLUGIN), Path.of("/usr/local/lib/slurm", PLUGIN))
                .stream()
                .filter(Files::isReadable)
                .findFirst()
                .map(plugin -> "for --conda-env, in plugstack.conf: optional " + plugin);
    }
}
