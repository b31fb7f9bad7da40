package org.condastagehand;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {
    private static final String OURS = "org.condastagehand.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.condastagehand");

    @ParameterizedTest
    @CsvSource({
        "request, ''",
        "host, ''",
        "relocate, ''",
        "config, request host",
        "scheduler, request host config",
        "job, request host",
        "resolve, request config host",
        "archive, relocate host",
        "stage, request resolve archive relocate job config host",
        "image, resolve host",
        "cache, resolve stage image host",
        "activate, request stage host",
        "sweep, job scheduler config request host",
        "pack, resolve archive relocate host",
        "keep, pack resolve archive relocate host",
        "observe, host",
        "metrics, host",
        "setup, config host",
        "doctor, setup image archive config host"
    })
    void aPackageKnowsOnlyThoseThatItNeeds(String name, String known) {
        List<String> allowed = new ArrayList<>(List.of(OURS + name + ".."));
        List.of(known.split(" ")).forEach(other -> allowed.add(OURS + other + ".."));
        classes()
                .that()
                .resideInAPackage(OURS + name + "..")
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                        "lie in " + allowed + " or are not ours",
                        type -> !type.getPackageName().startsWith(OURS)
                                || allowed.stream().anyMatch(own -> own.equals(type.getPackageName() + ".."))))
                .check(CLASSES);
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
