package org.condastagehand;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String OURS = "org.condastagehand.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.condastagehand");

    private static final Path PICTURE = Path.of("docs/diagrams/packages.dot");
    private static final Pattern ARROW = Pattern.compile(" *(?<from>[a-z]+) -> (?<to>[a-z]+)");

    @Test
    void packagesKnowEachOtherAsThePictureShows() throws IOException {
        Map<String, Set<String>> drawn = new TreeMap<>();
        Files.readString(PICTURE)
                .lines()
                .map(ARROW::matcher)
                .filter(Matcher::matches)
                .forEach(arrow -> drawn.computeIfAbsent(arrow.group("from"), name -> new TreeSet<>())
                        .add(arrow.group("to")));
        Map<String, Set<String>> known = known();
        known.remove("cli");
        known.values().forEach(names -> names.remove("host"));
        known.values().removeIf(Set::isEmpty);
        assertThat(known).as("what the code has, as %s shows it", PICTURE).isEqualTo(drawn);
    }

    @Test
    void whatIsBelowAllKnowsNobody() {
        assertThat(known()).doesNotContainKeys("request", "relocate", "host");
    }

    /** Of each package those that it knows. */
    private static Map<String, Set<String>> known() {
        Map<String, Set<String>> known = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getPackageName())
                    .filter(name -> name.startsWith(OURS) && !name.equals(type.getPackageName()))
                    .forEach(name -> known.computeIfAbsent(
                                    type.getPackageName().substring(OURS.length()), from -> new TreeSet<>())
                            .add(name.substring(OURS.length())));
        }
        return known;
    }

    @Test
    void nothingKnowsTheCommands() {
        noClasses()
                .that()
                .resideOutsideOfPackage(OURS + "cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(OURS + "cli..")
                .check(CLASSES);
    }

    @Test
    void thereAreNoCycles() {
        slices().matching(OURS + "(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyMainAsksForTheEnvironmentAndEndsTheJvm() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(OURS + "cli.Main")
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(CLASSES);
    }

    @Test
    void nothingStartsALoggingFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.System$Logger")
                .check(CLASSES);
    }
}
