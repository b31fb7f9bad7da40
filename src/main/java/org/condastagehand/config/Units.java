package org.condastagehand.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times as people write them; every failure is an {@link IllegalArgumentException} of one line. */
final class Units {
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,3})?)\\s*([A-Za-z]*)");
    private static final Map<String, Long> BYTES = Map.of(
            "B", 1L,
            "KB", 1_000L,
            "MB", 1_000_000L,
            "GB", 1_000_000_000L,
            "TB", 1_000_000_000_000L,
            "KIB", 1L << 10,
            "MIB", 1L << 20,
            "GIB", 1L << 30,
            "TIB", 1L << 40);
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "min", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private Units() {}

    /** Bytes: {@code 20 GiB}, {@code 500 MB}, {@code 0}. */
    static long size(String text) {
        return amount(text, BYTES, text.toUpperCase(Locale.ROOT), "a size such as `20 GiB`, `500 MB` or `0`");
    }

    /** {@code 300 s}, {@code 5 min}, {@code 0}. */
    static Duration duration(String text) {
        return Duration.ofMillis(
                amount(text, MILLIS, text.toLowerCase(Locale.ROOT), "a time such as `300 s`, `5 min` or `0`"));
    }

    private static long amount(String written, Map<String, Long> units, String text, String wanted) {
        Matcher amount = AMOUNT.matcher(text.strip());
        if (amount.matches()) {
            BigDecimal number = new BigDecimal(amount.group(1));
            // Without a unit nobody knows what is meant, except with zero.
            Long unit =
                    amount.group(2).isEmpty() && number.signum() == 0 ? Long.valueOf(1) : units.get(amount.group(2));
            if (unit != null && number.multiply(BigDecimal.valueOf(unit)).compareTo(MOST) <= 0) {
                return number.multiply(BigDecimal.valueOf(unit)).longValue();
            }
        }
        throw new IllegalArgumentException("must be " + wanted + ", got " + Shown.of(written));
    }
}
