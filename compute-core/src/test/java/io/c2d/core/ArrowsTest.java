package io.c2d.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The arrows inside core: model, then ports, then the engine; nothing of the outside. */
final class ArrowsTest {
    private final JavaClasses core = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.c2d.core");

    @Test
    void packagesDependInOneDirection() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("model")
                .definedBy("io.c2d.core.model..")
                .layer("port")
                .definedBy("io.c2d.core.port..")
                .layer("engine")
                .definedBy("io.c2d.core.engine..")
                .layer("json")
                .definedBy("io.c2d.core.json..")
                .layer("access")
                .definedBy("io.c2d.core.access..")
                .layer("memory")
                .definedBy("io.c2d.core.memory..")
                .layer("file")
                .definedBy("io.c2d.core.file..")
                .whereLayer("engine")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("memory")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("file")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("access")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("json")
                .mayOnlyBeAccessedByLayers("access")
                .whereLayer("port")
                .mayOnlyBeAccessedByLayers("engine", "access", "memory", "file")
                .check(core);
    }

    @Test
    void noPackageIsInACircle() {
        slices().matching("io.c2d.core.(*)..").should().beFreeOfCycles().check(core);
    }

    @Test
    void coreKnowsNoHttpSqlOrKubernetes() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "java.net.http..",
                        "jakarta..",
                        "io.fabric8..",
                        "org.jdbi..",
                        "org.glassfish..")
                .check(core);
    }

    @Test
    void theDeciderIsPure() {
        noClasses()
                .that()
                .haveNameMatching(
                        "io\\.c2d\\.core\\.engine\\.(Decider|StepRules|EndRules|RemovalRules|Situation|Decision)")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.(io|nio|util\\.concurrent)\\..*|org\\.slf4j\\..*|java\\.time\\.Clock|"
                        + "io\\.c2d\\.core\\.port\\.(JobStore|EngineScheduler)")
                .check(core);
    }

    @Test
    void nobodyReadsTheSystemsClock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(core);
    }
}
