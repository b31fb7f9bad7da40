package org.condastagehand.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;

/** Follows the members of a tar from frame to frame, to see which frames begin inside a content. */
final class FrameWalk {
    private static final Pattern PAX_SIZE = Pattern.compile("(?:^|\n)\\d+ size=(\\d{1,15})\n");
    private static final String NO_HEADER = "has something else where a member's header should be";
    private static final long MOST_SIZE = 1L << 50;
    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int TYPE = 156;

    private final List<Integer> continued = new ArrayList<>();
    private int frames;
    private long left;
    private long paxSize = -1;
    private boolean ended;

    /** Numbers of the frames that began inside a member's content. */
    List<Integer> continued() {
        return continued;
    }

    /** Takes the next frame of the tar and says what is wrong with how it is cut, if anything. */
    String take(byte[] tar, int length) {
        boolean inside = left > 0;
        if (inside) {
            continued.add(frames);
        }
        frames++;
        long at = Math.min(left, length);
        left -= at;
        if (inside && at < length) {
            return "holds more than the rest of one member";
        }
        while (at < length) {
            if (at + TarHeader.BLOCK > length) {
                return "ends inside a header";
            }
            String wrong = header(tar, (int) at, length);
            if (!wrong.isEmpty()) {
                return wrong;
            }
            at += TarHeader.BLOCK;
            long content = Math.min(left, length - at);
            at += content;
            left -= content;
        }
        return "";
    }

    private String header(byte[] tar, int at, int length) {
        byte[] header = Arrays.copyOfRange(tar, at, at + TarHeader.BLOCK);
        if (TarReader.isNul(header)) {
            ended = true;
            return "";
        }
        long size;
        try {
            if (ended || !TarUtils.verifyCheckSum(header)) {
                return NO_HEADER;
            }
            size = TarUtils.parseOctalOrBinary(header, SIZE, SIZE_LENGTH);
        } catch (IllegalArgumentException e) {
            return NO_HEADER; // not even a number where one has to be
        }
        byte type = header[TYPE];
        if (type == TarConstants.LF_PAX_EXTENDED_HEADER_LC) {
            int end = (int) Math.min(length, at + TarHeader.BLOCK + Math.max(0, size));
            String records = new String(tar, at + TarHeader.BLOCK, end - at - TarHeader.BLOCK, StandardCharsets.UTF_8);
            Matcher found = PAX_SIZE.matcher(records);
            paxSize = found.find() ? Long.parseLong(found.group(1)) : -1;
        } else {
            size = paxSize >= 0 ? paxSize : size;
            paxSize = -1;
        }
        if (size < 0 || size > MOST_SIZE) {
            return NO_HEADER;
        }
        boolean none = type == TarConstants.LF_LINK || type == TarConstants.LF_SYMLINK || type == TarConstants.LF_DIR;
        left = none ? 0 : TarHeader.padded(size);
        return "";
    }
}
