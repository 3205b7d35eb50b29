package dev.tapedeck;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The walls of the house: who may know whom within {@code api}. */
class WallsTest {
  private static final JavaClasses API =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tapedeck");

  private static final String TENSOR = "dev.tapedeck.tensor";
  private static final String OPS = "dev.tapedeck.ops..";
  private static final String AUTODIFF = "dev.tapedeck.autodiff";
  private static final String FUNCTION = "dev.tapedeck.function";
  private static final String NN = "dev.tapedeck.nn";
  private static final String TRAIN = "dev.tapedeck.train";

  private static void isolated(String from, String... others) {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage(from)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others);
    rule.check(API);
  }

  @Test
  void tensorsKnowNoOpsExceptThroughTwoDoors() {
    noClasses()
        .that(
            resideInAPackage(TENSOR)
                .and(name(TENSOR + ".Operators").negate().as("not the operators"))
                .and(name(TENSOR + ".Variable").negate().as("nor assignments"))
                .and(name(TENSOR + ".Variable$Part").negate().as("to a part")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OPS, AUTODIFF, FUNCTION, NN, TRAIN)
        .check(API);
    isolated(TENSOR, AUTODIFF, FUNCTION, NN, TRAIN);
  }

  @Test
  void opsKnowNoneOfTheirConsumers() {
    isolated(OPS, AUTODIFF, FUNCTION, NN, TRAIN);
  }

  @Test
  void consumersMeetOnlyThroughTheOps() {
    isolated(AUTODIFF, FUNCTION, NN, TRAIN);
    isolated(FUNCTION, AUTODIFF, NN, TRAIN);
    isolated(NN, AUTODIFF, FUNCTION, TRAIN);
  }

  @Test
  void opsKnowTheKernelsOnlyByTheirInterface() {
    isolated("dev.tapedeck.ops", "dev.tapedeck.ops.kernels.nd4j");
  }

  @Test
  void nd4jStaysInItsRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackages(TENSOR, OPS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
        .check(API);
  }
}
