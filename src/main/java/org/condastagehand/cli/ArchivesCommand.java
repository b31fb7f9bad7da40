package org.condastagehand.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.keep.KeepArea;
import org.condastagehand.keep.KeptArchive;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the archives that the user's jobs have packed by themselves. */
@Command(
        name = "archives",
        mixinStandardHelpOptions = true,
        header = "Show the archives that your jobs have packed by themselves.",
        description = {
            "Of which environment each is, whether that has changed since, how large it is, and when a job last used it. Jobs pack archives where the site has them do so."
        },
        footer = {"  conda-stagehand archives", "  conda-stagehand archives prune"})
final class ArchivesCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

    private final Host host;

    @Option(names = "--json", description = "Print JSON, as docs/reference/archives.md describes it.")
    private boolean json;

    ArchivesCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Optional<KeepArea> area = Site.load().keepArea(host);
        List<KeptArchive> archives = area.isPresent() ? area.get().list() : List.of();
        SortedMap<String, String> refused = area.isPresent() ? area.get().refused() : new TreeMap<>();
        if (json) {
            host.out().println(json(archives, refused));
        } else {
            show(archives, refused);
        }
        return ExitCode.DONE;
    }

    private void show(List<KeptArchive> archives, SortedMap<String, String> refused) {
        if (archives.isEmpty()) {
            host.out().println("your jobs have kept no archive");
        } else {
            List<List<String>> rows = new ArrayList<>(List.of(List.of("ENV", "STATE", "SIZE", "LAST USE", "ARCHIVE")));
            archives.forEach(archive -> rows.add(row(archive)));
            Table.print(rows, host.out());
        }
        refused.forEach((env, reason) -> host.out().println(Report.printable("not packed: " + env + ": " + reason)));
    }

    private static List<String> row(KeptArchive archive) {
        return List.of(
                Report.printable(archive.prefix().map(Object::toString).orElse(archive.env())),
                shown(archive.state()),
                Sizes.text(archive.bytes()),
                TIME.format(archive.lastUse()),
                Report.printable(archive.path().toString()));
    }

    private static String shown(KeptArchive.State state) {
        return switch (state) {
            case FRESH -> "fresh";
            case STALE -> "stale, for the next prune";
            case GONE -> "no such environment";
            case BROKEN -> "broken, for the next prune";
        };
    }

    static String json(List<KeptArchive> archives, Map<String, String> refused) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent(" ");
            json.beginObject().name("archives").beginArray();
            for (KeptArchive archive : archives) {
                write(archive, json);
            }
            json.endArray().name("refused").beginArray();
            for (Map.Entry<String, String> one : refused.entrySet()) {
                json.beginObject().name("env").value(one.getKey());
                json.name("reason").value(one.getValue()).endObject();
            }
            json.endArray().endObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail", e);
        }
        return text.toString();
    }

    private static void write(KeptArchive archive, JsonWriter json) throws IOException {
        json.beginObject().name("env").value(archive.env());
        if (archive.prefix().isPresent()) {
            json.name("prefix").value(archive.prefix().get().toString());
        }
        json.name("state").value(archive.state().name().toLowerCase(Locale.ROOT));
        json.name("bytes").value(archive.bytes());
        json.name("last_use").value(archive.lastUse().toString());
        json.name("archive").value(archive.path().toString()).endObject();
    }
}
