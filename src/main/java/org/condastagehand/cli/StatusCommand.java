package org.condastagehand.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.cache.CacheSweep;
import org.condastagehand.cache.CachedEnv;
import org.condastagehand.cache.Verification;
import org.condastagehand.cli.Inventory.Entry;
import org.condastagehand.cli.Inventory.State;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobArea;
import org.condastagehand.sweep.Holding;
import org.condastagehand.sweep.Sweeper;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Shows what a sweep would look at. Nothing is changed, and root sees what is a user's with that user's rights alone. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        header = "Show what is staged on this node, for which jobs, and what a sweep would strike.",
        description = {"Root sees every user's, others see what their own `run`, `stage` and `unstage` work on."},
        footer = {"  conda-stagehand status"})
final class StatusCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration LIMIT_OF_READING = Duration.ofMinutes(30);
    private static final Duration LIMIT_OF_A_NAME = Duration.ofSeconds(5);
    private static final Pattern USAGE = Pattern.compile("(?<bytes>[0-9]{1,18})\t.*", Pattern.DOTALL);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

    private final Host host;
    private final Inventory inventory = new Inventory();
    private final Map<Long, String> names = new HashMap<>();

    @ParentCommand
    private @Nullable Main main;

    @Option(names = "--json", description = "Print JSON, as docs/reference/status.md describes it.")
    private boolean json;

    @Option(names = "--verify", description = "Also read all that is cached, and say what is not as it was staged.")
    private boolean verify;

    StatusCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Report report = Main.report(main, host);
        Site site = Site.load();
        int status = addOwn(site, report);
        if (host.user().isRoot() && site.tree().isPresent()) {
            Path tree = site.tree().get();
            for (String uid : AsUser.withAreas(site, host.exec())) {
                status = Math.max(status, addOthers(uid, tree, report));
            }
            status = Math.max(status, new RootSweep(host, site, tree, true, report, new Recorded()).sweep());
        }
        if (json) {
            host.out().println(inventory.json(site.node()));
        } else {
            printTable();
        }
        return status;
    }

    private int addOwn(Site site, Report report) throws StagingException {
        int status = ExitCode.DONE;
        for (JobArea area : List.of(site.area(host), JobArea.inTmp(host.user()))) {
            Sweeper.Swept found = new Sweeper(area, site.node(), true).sweep();
            for (Holding held : found.kept()) {
                inventory.add(held, State.KEPT, usage(List.of(), held));
            }
            for (Holding held : found.struck()) {
                inventory.add(held, State.DEAD, usage(List.of(), held));
            }
            found.failures().forEach(report::error);
            status = found.failures().isEmpty() ? status : ExitCode.NODE_FAULT;
        }
        CacheSweep.Swept cache = site.cacheSweep(host, true).sweep();
        long uid = Integer.toUnsignedLong(host.user().uid());
        inventory.addCached(cache.kept(), uid);
        if (verify) {
            Verification verification = new Verification(site.cacheArea(host));
            for (CachedEnv env : cache.kept()) {
                verification.problem(env).ifPresent(cache.failures()::add);
            }
        }
        for (Path path : cache.struck()) {
            Holding held = Holding.of("cache", uid, path, path);
            inventory.add(held, State.DEAD, usage(List.of(), held));
        }
        cache.failures().forEach(report::error);
        return cache.failures().isEmpty() ? status : ExitCode.NODE_FAULT;
    }

    private int addOthers(String uid, Path tree, Report report) throws NodeFault {
        String program = tree.resolve("bin/conda-stagehand").toString();
        List<String> command = new ArrayList<>(List.of(program, "status", "--json"));
        if (verify) {
            command.add("--verify");
        }
        Exec.Result result = host.exec().run(AsUser.command(uid, command), verify ? LIMIT_OF_READING : LIMIT);
        host.err().print(Report.lines(result.err()));
        try {
            inventory.addFrom(result.out(), Long.parseLong(uid));
            return result.status();
        } catch (IllegalArgumentException e) {
            report.error("the status of user " + uid + " cannot be read; it ended with status " + result.status());
            return ExitCode.NODE_FAULT;
        }
    }

    /** What root's hooks recorded. */
    private final class Recorded implements RootSweep.Findings {
        @Override
        public void kept(Holding held) {
            inventory.add(held, State.KEPT, usageAsUser(held));
        }

        @Override
        public void struck(Holding held) {
            inventory.add(held, State.DEAD, usageAsUser(held));
        }
    }

    private OptionalLong usageAsUser(Holding held) {
        return held.uid() == 0
                ? OptionalLong.empty()
                : usage(AsUser.command(Long.toString(held.uid()), List.of()), held);
    }

    /** Without it where it cannot be told in time: a disk may not answer, a job may have shut its directory. */
    private OptionalLong usage(List<String> asUser, Holding held) {
        List<String> command = new ArrayList<>(asUser);
        command.addAll(List.of("/usr/bin/du", "-sx", "-B1", "--", held.path().toString()));
        try {
            Matcher answer = USAGE.matcher(host.exec().run(command, LIMIT).out());
            return answer.matches() ? OptionalLong.of(Long.parseLong(answer.group("bytes"))) : OptionalLong.empty();
        } catch (NodeFault e) {
            return OptionalLong.empty();
        }
    }

    private void printTable() {
        if (inventory.entries().isEmpty()) {
            host.out().println("nothing is staged on this node");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("JOB", "USER", "SINCE", "SIZE", "STATE", "DIRECTORY"));
        for (Entry entry : inventory.entries()) {
            Holding held = entry.held();
            rows.add(List.of(
                    Report.printable(held.job()),
                    name(held.uid()),
                    held.since().map(TIME::format).orElse("-"),
                    entry.bytes().isPresent() ? Sizes.text(entry.bytes().getAsLong()) : "-",
                    entry.state().shown(),
                    Report.printable(held.path().toString())));
        }
        Table.print(rows, host.out());
    }

    /** The account's name, or the number where it has none any more. */
    private String name(long uid) {
        return names.computeIfAbsent(uid, number -> {
            String digits = Long.toString(number);
            try {
                Exec.Result result = host.exec().run(List.of("/usr/bin/id", "-nu", "--", digits), LIMIT_OF_A_NAME);
                String name = Report.printable(result.out().strip());
                return result.status() == ExitCode.DONE && !name.isEmpty() ? name : digits;
            } catch (NodeFault e) {
                return digits;
            }
        });
    }
}
