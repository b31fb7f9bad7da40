package org.condastagehand.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.archive.Decompressors;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Programs;

/** Which program reads archives of gzip, and how quickly. */
final class DecompressorCheck implements Check {
    static final String NAME = "decompressor";

    private static final String MEASURED = "lib/decompressor";

    /** A file of any installation that is as compressible as an environment. */
    private static final String SAMPLE = "lib/runtime/lib/modules";

    private static final int SAMPLE_BYTES = 12_000_000;

    private final Place place;

    DecompressorCheck(Place place) {
        this.place = place;
    }

    @Override
    public List<Finding> findings() throws NodeFault {
        String choice = place.site().reading().decompressor();
        Optional<Path> gzip = Decompressors.of(choice, Optional.of(place.tree().resolve(MEASURED)))
                .gzip();
        GzipSpeed speed = new GzipSpeed(sample());
        String java = "Java " + speed.ofJava() + " MB/s";
        if (gzip.isPresent()) {
            return List.of(program(gzip.get(), speed, java));
        }
        if (choice.equals("java")) {
            return List.of(Finding.ok(NAME, "gzip by Java, as site.toml wants it: " + java));
        }
        return List.of(onlyJava(choice, java));
    }

    private Finding program(Path program, GzipSpeed speed, String java) {
        try {
            return Finding.ok(NAME, "gzip by `" + program + "`: " + speed.of(program) + " MB/s (" + java + ")");
        } catch (IOException e) {
            return Finding.fail(
                    NAME, "gzip by `" + program + "` fails: " + e.getMessage(), "apt-get install --reinstall isal");
        }
    }

    private Finding onlyJava(String choice, String java) {
        if (!choice.equals("auto")) {
            return Finding.warn(
                    NAME, "this node lacks `" + choice + "`, so gzip by Java: " + java, "apt-get install isal pigz");
        }
        Optional<Path> unmeasured = Stream.of("igzip", "pigz")
                .flatMap(name -> Programs.find(name).stream())
                .findFirst();
        return unmeasured.isPresent()
                ? Finding.warn(
                        NAME,
                        "gzip by Java: " + java + "; `" + unmeasured.get()
                                + "` was not there, or no quicker, at installation",
                        place.install())
                : Finding.warn(
                        NAME,
                        "gzip by Java: " + java + "; igzip takes half the time",
                        "apt-get install isal && " + place.install());
    }

    private byte[] sample() throws NodeFault {
        try (InputStream in = Files.newInputStream(place.tree().resolve(SAMPLE))) {
            return in.readNBytes(SAMPLE_BYTES);
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + place.tree().resolve(SAMPLE) + "`", e);
        }
    }
}
