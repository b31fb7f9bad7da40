import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Decompresses a gzip file to nowhere with the JDK's own inflater, and prints the seconds. */
final class InflateBound {
    private static final int BUFFER = 128 << 10;

    private InflateBound() {}

    public static void main(String[] arguments) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long begun = System.nanoTime();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of(arguments[0])), BUFFER)) {
            while (in.read(buffer) >= 0) {
                // to nowhere
            }
        }
        System.out.printf(Locale.ROOT, "%.4f%n", (System.nanoTime() - begun) / 1e9);
    }
}
