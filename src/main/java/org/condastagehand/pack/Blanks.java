package org.condastagehand.pack;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The places in a package's record that name the package cache of the machine it was installed on. conda-pack empties
 * these strings, so here they are cut out; all else of the record stays as it stands, byte for byte.
 */
final class Blanks {
    private static final List<String> CACHE = List.of("extracted_package_dir", "package_tarball_full_path");

    private final byte[] json;
    private final List<Integer> cuts = new ArrayList<>();
    private int at;

    private Blanks(byte[] json) {
        this.json = json;
    }

    /** Offsets to cut at, a beginning and an end in turn; none where the bytes are no JSON object. */
    static int[] in(byte[] json) {
        Blanks blanks = new Blanks(json);
        try {
            blanks.object(1);
        } catch (IndexOutOfBoundsException e) {
            return new int[0]; // it ends too early
        }
        return blanks.cuts.stream().mapToInt(Integer::intValue).toArray();
    }

    /** How many bytes are cut. */
    static int length(int[] cuts) {
        int length = 0;
        for (int i = 0; i < cuts.length; i += 2) {
            length += cuts[i + 1] - cuts[i];
        }
        return length;
    }

    /** The rest. */
    static byte[] without(byte[] json, int[] cuts) {
        byte[] rest = new byte[json.length - length(cuts)];
        int from = 0;
        int to = 0;
        for (int i = 0; i < cuts.length; i += 2) {
            System.arraycopy(json, from, rest, to, cuts[i] - from);
            to += cuts[i] - from;
            from = cuts[i + 1];
        }
        System.arraycopy(json, from, rest, to, json.length - from);
        return rest;
    }

    /** One object, at depth 1 or, of {@code link}, at 2; what is deeper is passed over. */
    private void object(int depth) {
        if (next() != '{') {
            return;
        }
        at++;
        while (next() != '}') {
            String key = string();
            next();
            at++; // the colon
            byte value = next();
            boolean cache = depth == 1 ? CACHE.contains(key) : key.equals("source");
            if (value == '"') {
                int begin = at + 1;
                string();
                if (cache && at - 1 > begin) {
                    cuts.add(begin);
                    cuts.add(at - 1);
                }
            } else if (value == '{' && depth == 1 && key.equals("link")) {
                object(2);
            } else {
                pass();
            }
            if (next() == ',') {
                at++;
            }
        }
        at++;
    }

    /** Any value but a string. */
    private void pass() {
        int depth = 0;
        do {
            byte c = next();
            if (c == '"') {
                string();
                continue;
            }
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
                if (depth < 0) {
                    return; // the end of what this value stood in
                }
            } else if (c == ',' && depth == 0) {
                return;
            }
            at++;
        } while (depth > 0 || (json[at] != ',' && json[at] != '}'));
    }

    /** From a quotation mark to behind the next; the text only serves to recognize keys, so escapes stay. */
    private String string() {
        if (json[at] != '"') {
            throw new IndexOutOfBoundsException();
        }
        int begin = ++at;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        at++;
        return new String(Arrays.copyOfRange(json, begin, at - 1), StandardCharsets.UTF_8);
    }

    private byte next() {
        while (json[at] == ' ' || json[at] == '\n' || json[at] == '\t' || json[at] == '\r') {
            at++;
        }
        return json[at];
    }
}
