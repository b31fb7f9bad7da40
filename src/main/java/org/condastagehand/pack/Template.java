package org.condastagehand.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.archive.RecordBlock;

/** The programs that an archive brings with it, from the resources beside this class. */
final class Template {
    private Template() {}

    /** {@code bin/conda-unpack} for these records. */
    static byte[] unpackProgram(List<PrefixRecord> records, String packedBy) {
        return text("conda-unpack")
                .replace("@VERSION@", packedBy)
                .replace("@RECORDS@\n", RecordBlock.of(records))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** {@code bin/activate}, which holds the prefix as a text does that has a record. */
    static byte[] activateScript(String prefix) {
        return text("activate").replace("@PREFIX@", prefix).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(String name) {
        try (InputStream in = Template.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource `" + name + "`");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource `" + name + "`", e);
        }
    }
}
