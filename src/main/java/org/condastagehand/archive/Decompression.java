package org.condastagehand.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the decompressor in the thread that runs it: some read, and may fail on, their header when they are made. Which
 * one is the quickest that this node has for the codec; Java's own stands behind each.
 */
final class Decompression extends InputStream {
    private final Codec codec;
    private final Path file;
    private final InputStream raw;
    private final long memory;
    private final ReadLimits limits;
    private @Nullable InputStream opened;
    private @Nullable PipedProgram program;
    private volatile @Nullable SecondOpinion opinion;
    private boolean stopped;

    /**
     * Prepares.
     *
     * @param raw the file from its beginning
     * @param memory what {@link DecoderMemory} told of it
     */
    Decompression(Codec codec, Path file, InputStream raw, long memory, ReadLimits limits) {
        this.codec = codec;
        this.file = file;
        this.raw = raw;
        this.memory = memory;
        this.limits = limits;
    }

    private InputStream opened() throws IOException {
        InputStream stream = opened == null ? open() : opened;
        opened = stream;
        return stream;
    }

    private InputStream open() throws IOException {
        Optional<? extends InputStream> quick = quick();
        if (quick.isEmpty()) {
            return codec.decompress(raw, limits);
        }
        SecondOpinion both = new SecondOpinion(quick.get(), () -> codec.decompress(raw, limits));
        opinion = both;
        return both;
    }

    private Optional<? extends InputStream> quick() throws InterruptedIOException {
        try {
            Optional<List<String>> command = limits.programs().command(codec, limits.threads());
            if (command.isPresent()) {
                return Optional.of(start(command.get()));
            }
            return switch (codec) {
                case XZ -> XzBlocks.of(file, memory, limits);
                case BZIP2 -> Bzip2Streams.of(file, limits);
                case NONE, GZIP, ZSTD -> Optional.empty();
            };
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // a program that does not start here, an index that Java's own reader complains of
        }
    }

    private synchronized PipedProgram start(List<String> command) throws IOException {
        if (stopped) {
            throw new InterruptedIOException("closed");
        }
        program = new PipedProgram(command, file);
        return program;
    }

    /** Ends the child, if there is one, from another thread than the one that reads: that one may wait for it. */
    synchronized void stop() {
        stopped = true;
        if (program != null) {
            program.kill();
        }
    }

    /** Why what was quicker was given up; absent while it is not. */
    Optional<String> failure() {
        SecondOpinion both = opinion;
        return Optional.ofNullable(both).map(SecondOpinion::failure).filter(failure -> !failure.isEmpty());
    }

    @Override
    public int read() throws IOException {
        return opened().read();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        return opened().read(into, from, length);
    }

    @Override
    public void close() throws IOException {
        try (raw) {
            if (opened != null) {
                opened.close(); // libzstd's memory lies outside the heap
            }
        }
    }
}
