package org.condastagehand.archive;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Archives out of any bytes, for tests of other packages. */
public final class HostileBytes {
    /** What an archive may be packed with. */
    public static final int CODECS = Packing.values().length;

    private HostileBytes() {}

    /** The first byte, modulo one more than there are codecs, chooses one; the rest is a tar whose headers get the checksums that they should have. */
    public static byte[] packed(byte[] bytes) throws IOException {
        byte[] tar = TarBytes.withChecksums(Arrays.copyOfRange(bytes, 1, bytes.length));
        return List.of(Packing.values()).get((bytes[0] & 0xff) % (CODECS + 1)).pack(tar);
    }
}
