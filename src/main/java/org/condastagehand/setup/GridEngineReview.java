package org.condastagehand.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;

/** What set-up would say of the Grid Engine that runs: read, and nothing changed. */
public final class GridEngineReview {
    private final Qconf qconf;
    private final Path tree;
    private final SharedComplex shared;

    /**
     * A queue.
     *
     * @param ours whether it has any hook of this tree
     * @param isInteractive whether it takes qrsh and qlogin
     * @param hooks those of ours that it has, for people
     * @param faults what is wrong with them, none where all is as set-up leaves it
     * @param setup what set-up was told for this queue, or would have to be
     */
    public record Queue(
            String name, boolean ours, boolean isInteractive, String hooks, List<String> faults, String setup) {
        public Queue {
            faults = List.copyOf(faults);
        }
    }

    /** Whether jobs can request an environment. */
    public enum Offer {
        /** Set-up's. */
        OURS,
        /** One with which {@code conda_env=none} waits for ever. */
        PLAIN,
        MISSING
    }

    private GridEngineReview(Qconf qconf, Path tree) throws StagingException {
        this.qconf = qconf;
        this.tree = tree;
        this.shared = SharedComplex.read(qconf);
    }

    /**
     * Absent where Grid Engine is not in use on this host.
     *
     * @throws StagingException it is in use and does not answer
     */
    public static Optional<GridEngineReview> of(Host host, Path tree) throws StagingException {
        GridEngineHome home;
        Qconf qconf;
        try {
            home = GridEngineHome.find(host, Path.of("/"));
            if (!hasQmaster(home)) {
                return Optional.empty();
            }
            qconf = new Qconf(host, home);
        } catch (BadSite e) {
            return Optional.empty();
        }
        return Optional.of(new GridEngineReview(qconf, tree));
    }

    /** Debian's packages leave an empty file: then only programs are here. */
    private static boolean hasQmaster(GridEngineHome home) {
        try {
            return !Files.readString(home.common().resolve("act_qmaster")).isBlank();
        } catch (IOException e) {
            return false;
        }
    }

    /** Throws where the complex, or what the host {@code global} offers, is somebody else's. */
    public void refuseForeign() throws BadSite {
        shared.refuseForeign();
    }

    public boolean hasComplex() {
        return shared.hasComplex();
    }

    public Offer offer() {
        if (shared.hasOffer()) {
            return Offer.OURS;
        }
        return shared.hasPlainOffer() ? Offer.PLAIN : Offer.MISSING;
    }

    public String mendOfOffer() {
        return "qconf -mattr exechost complex_values " + Complex.OFFER + " global";
    }

    /** The job submission verifier of all jobs, if there is one. */
    public Optional<String> jsv() throws StagingException {
        return qconf.clusterConfiguration().value("jsv_url").filter(url -> !QueueValue.isNone(url));
    }

    public List<Queue> queues() throws StagingException {
        List<Queue> queues = new ArrayList<>();
        for (String name : qconf.queues()) {
            queues.add(queue(QueueHooks.read(name, qconf)));
        }
        return queues;
    }

    private Queue queue(QueueHooks hooks) {
        Set<QueueHook> ours = EnumSet.noneOf(QueueHook.class);
        for (QueueHook hook : QueueHook.values()) {
            if (hook.isIn(tree, hooks.value(hook).common())) {
                ours.add(hook);
            }
        }
        boolean roots = ours.stream()
                .anyMatch(
                        hook -> hook.value(tree, true).equals(hooks.value(hook).common()) && hook != QueueHook.STARTER);
        boolean starter = !hooks.isInteractive() && ours.equals(EnumSet.of(QueueHook.STARTER));
        String setup = tree.resolve("site-config/sge/setup") + " --queue " + hooks.queue()
                + (roots ? " --root-hooks" : starter ? " --starter-only" : "");
        boolean any = hooks.uses(tree);
        return new Queue(
                hooks.queue(),
                any,
                hooks.isInteractive(),
                String.join(", ", ours.stream().map(QueueHook::attribute).toList()) + (roots ? " as root" : ""),
                any ? faults(hooks, ours, roots) : List.of(),
                setup);
    }

    private List<String> faults(QueueHooks hooks, Set<QueueHook> ours, boolean roots) {
        List<String> faults = new ArrayList<>();
        Set<QueueHook> wanted = (hooks.isInteractive() && !roots) || ours.equals(EnumSet.of(QueueHook.STARTER))
                ? EnumSet.of(QueueHook.STARTER)
                : EnumSet.allOf(QueueHook.class);
        for (QueueHook hook : QueueHook.values()) {
            QueueValue value = hooks.value(hook);
            if (wanted.contains(hook) && !value.common().equals(hook.value(tree, roots))) {
                faults.add(hook.attribute() + " is `" + value.common() + "`, not `" + hook.value(tree, roots) + "`");
            } else if (!wanted.contains(hook) && ours.contains(hook)) {
                faults.add("it takes qrsh and qlogin, which its " + hook.attribute() + " puts into error state");
            }
            value.overrides().stream()
                    .filter(some -> wanted.contains(hook) && !hook.isIn(tree, some.value()))
                    .forEach(some -> faults.add(hook.attribute() + " on `" + some.hosts() + "` is `" + some.value()
                            + "`, which is not ours"));
            if (wanted.contains(hook) && !Files.isExecutable(hook.in(tree))) {
                faults.add("`" + hook.in(tree) + "` is missing");
            }
        }
        return faults;
    }
}
