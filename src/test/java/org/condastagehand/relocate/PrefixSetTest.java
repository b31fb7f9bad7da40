package org.condastagehand.relocate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PrefixSetTest {
    @Provide
    Arbitrary<String> text() {
        return Arbitraries.strings().withChars('a', 'b', '/').ofMaxLength(40);
    }

    @Provide
    Arbitrary<String> name() {
        return Arbitraries.strings().withChars('a', 'b', '/').ofMinLength(1).ofMaxLength(6);
    }

    @Property
    void findsWhatEachOfThemWouldFind(
            @ForAll("text") String text,
            @ForAll @Size(max = 4) List<@From("name") String> names,
            @ForAll @IntRange(max = 5) int cut) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        int from = Math.min(cut, bytes.length);
        int to = Math.max(from, bytes.length - cut);
        String part = text.substring(from, to);

        boolean found = new PrefixSet(names.stream().map(Prefix::of).toList()).anyStandsIn(bytes, from, to);

        assertThat(found).isEqualTo(names.stream().anyMatch(part::contains));
    }
}
