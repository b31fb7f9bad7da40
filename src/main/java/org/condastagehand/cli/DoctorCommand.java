package org.condastagehand.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.doctor.Doctor;
import org.condastagehand.doctor.Examination;
import org.condastagehand.doctor.Finding;
import org.condastagehand.doctor.Finding.Grade;
import org.condastagehand.doctor.Place;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Says what is well and what is not on this node and in the schedulers' configuration, and what mends it. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = "Check this node and the schedulers' configuration, a line each, and say what mends what is not well.",
        description = "Changes nothing. Root sees all; others are told what they could not see.",
        footer = {"  conda-stagehand doctor"})
final class DoctorCommand implements Callable<Integer> {
    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Option(names = "--json", description = "Print JSON, as docs/reference/doctor.md describes it.")
    private boolean json;

    DoctorCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Path tree = Site.installed();
        Path siteFile = Site.file();
        int owner = owner(tree.resolve("bin/conda-stagehand"));
        try {
            Site site = Site.load();
            Place place = new Place(site.node(), tree, site.config(), Site.ofEveryNode(), siteFile, owner);
            return status(tell(place.node(), List.of(), Doctor.examination(host, place)));
        } catch (BadSite e) {
            SiteConfig defaults = SiteConfig.defaults();
            Place place = new Place(Site.hostname(), tree, defaults, defaults, siteFile, owner);
            Finding bad = new Finding("site.toml", Grade.FAIL, String.valueOf(e.getMessage()), e.hint());
            tell(place.node(), List.of(bad), Doctor.withoutSite(host, place));
            Main.report(main, host).warn("the rest is left out until `" + siteFile + "` can be read");
            return ExitCode.BAD_SITE;
        }
    }

    private List<Finding> tell(String node, List<Finding> known, Examination examination) {
        if (!json) {
            known.forEach(this::print);
        }
        List<Finding> found = examination.carryOut(json ? finding -> {} : this::print);
        List<Finding> all = Stream.concat(known.stream(), found.stream()).toList();
        if (json) {
            host.out().println(json(node, all));
        } else if (!host.user().isRoot()) {
            host.out().println("      what only root may read was left out: crontabs of users, perhaps plugstack.conf");
        }
        return all;
    }

    private static int status(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.grade() == Grade.FAIL)
                ? ExitCode.NODE_FAULT
                : ExitCode.DONE;
    }

    private void print(Finding finding) {
        String grade = finding.grade().toString().toLowerCase(Locale.ROOT);
        host.out().println(Report.printable(String.format("%-5s %s: %s", grade, finding.check(), finding.text())));
        finding.mend().ifPresent(mend -> host.out().println("      mend: " + Report.printable(mend)));
        host.out().flush();
    }

    private String json(String node, List<Finding> findings) {
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            writer.setIndent(" ");
            writer.beginObject().name("node").value(node);
            writer.name("complete").value(host.user().isRoot());
            writer.name("checks").beginArray();
            for (Finding finding : findings) {
                write(finding, writer);
            }
            writer.endArray().endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string does not fail
        }
        return text.toString();
    }

    private static void write(Finding finding, JsonWriter writer) throws IOException {
        writer.beginObject().name("check").value(finding.check());
        writer.name("verdict").value(finding.grade().toString().toLowerCase(Locale.ROOT));
        writer.name("text").value(finding.text());
        if (finding.mend().isPresent()) {
            writer.name("mend").value(finding.mend().get());
        }
        writer.endObject();
    }

    private static int owner(Path program) throws NodeFault {
        try {
            return (Integer) Files.getAttribute(program, "unix:uid");
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + program + "`", e);
        }
    }
}
