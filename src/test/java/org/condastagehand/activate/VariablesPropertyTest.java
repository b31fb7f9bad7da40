package org.condastagehand.activate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever text a variable holds, each shell hands it on as it is; many values for one start of each shell. */
class VariablesPropertyTest {
    private static final String NASTY =
            "'\"\\`$!~*?[]{}()<>|&;#%^=:@,. \t\n\r\u0001\u0007\u001b\u007f-+/aZ09éß環😀\u00a0\u2028";

    @Property(tries = 30)
    void everyShellHandsEveryValueOn(@ForAll("texts") List<String> texts) throws IOException {
        Map<String, String> values = new TreeMap<>();
        texts.forEach(text -> values.put("V" + values.size(), text));
        Path job = Files.createTempDirectory("values");
        Activation activation = Stage.of(job, "demo")
                .with("conda-meta/state", new Gson().toJson(Map.of("env_vars", values)))
                .activation();
        assertThat(activation.notes()).isEmpty();
        for (TestShell shell : Stream.of(TestShell.values())
                .filter(candidate -> candidate.installed().isPresent())
                .toList()) {
            Ran ran = shell.activate(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8"), activation);
            assertThat(ran.environment()).as(shell + ran.err()).containsAllEntriesOf(values);
        }
        delete(job);
    }

    @Provide
    Arbitrary<List<String>> texts() {
        Arbitrary<Integer> nasty = Arbitraries.of(NASTY.codePoints().boxed().toList());
        Arbitrary<Integer> any = Arbitraries.integers().between(1, 0xd7ff); // fish keeps U+F600 to U+F6FF for itself
        return Arbitraries.frequencyOf(Tuple.of(4, nasty), Tuple.of(1, any))
                .list()
                .ofMaxSize(12)
                .map(signs ->
                        String.join("", signs.stream().map(Character::toString).toList()))
                .list()
                .ofSize(24);
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
