package dev.tapedeck;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The walls of the house: who may know whom within {@code api}. */
class WallsTest {
  private static final JavaClasses API =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tapedeck");

  private static final String TENSOR = "dev.tapedeck.tensor";
  private static final String TRACKING = "dev.tapedeck.tracking";
  private static final String OPS = "dev.tapedeck.ops..";
  private static final String AUTODIFF = "dev.tapedeck.autodiff";
  private static final String FUNCTION = "dev.tapedeck.function";
  private static final String PLOT = "dev.tapedeck.plot";
  private static final String NN = "dev.tapedeck.nn";
  private static final String TRAIN = "dev.tapedeck.train";
  private static final String LOSSES = "dev.tapedeck.losses";
  private static final String CALLBACKS = "dev.tapedeck.callbacks";

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
  void tensorsKnowNoOpsExceptThroughOneDoor() {
    noClasses()
        .that(
            resideInAPackage(TENSOR)
                .and(name(TENSOR + ".Operators").negate().as("not the operators")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(TRACKING, OPS, AUTODIFF, FUNCTION, NN, TRAIN, LOSSES, CALLBACKS)
        .check(API);
    isolated(TENSOR, TRACKING, AUTODIFF, FUNCTION, NN, TRAIN, LOSSES, CALLBACKS);
  }

  @Test
  void trackingKnowsStateByAnInterface() {
    isolated(TRACKING, TENSOR, OPS, AUTODIFF, FUNCTION, NN, TRAIN, LOSSES, CALLBACKS);
  }

  /** Each package of ops knows those before it, and linalg and random do not know each other. */
  @Test
  void opsKnowEachOtherInOneDirection() {
    List<String> order =
        List.of("expr", "kernels", "", "pointwise", "array", "linalg", "random", "neural");
    for (int i = 0; i < order.size(); i++) {
      for (int j = i + 1; j < order.size(); j++) {
        isolated(ops(order.get(i)), ops(order.get(j)));
      }
    }
    isolated(ops("random"), ops("linalg"));
  }

  private static String ops(String family) {
    return "dev.tapedeck.ops" + (family.isEmpty() ? "" : "." + family);
  }

  @Test
  void opsKnowNoProviderOfKernels() {
    noClasses()
        .that()
        .resideInAPackage(OPS)
        .and()
        .resideOutsideOfPackage("dev.tapedeck.ops.kernels..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.tapedeck.ops.kernels.cpu..", "dev.tapedeck.ops.kernels.nd4j..")
        .check(API);
    isolated(
        "dev.tapedeck.ops.kernels",
        "dev.tapedeck.ops.kernels.cpu..",
        "dev.tapedeck.ops.kernels.nd4j..");
  }

  @Test
  void opsKnowNoneOfTheirConsumers() {
    isolated(OPS, AUTODIFF, FUNCTION, NN, TRAIN, LOSSES, CALLBACKS);
  }

  @Test
  void consumersMeetOnlyThroughTheOps() {
    isolated(AUTODIFF, FUNCTION, NN, TRAIN, LOSSES, CALLBACKS);
    isolated(FUNCTION, AUTODIFF, NN, TRAIN);
    isolated(NN, AUTODIFF, FUNCTION, TRAIN);
    isolated(LOSSES, AUTODIFF, FUNCTION, TRACKING, CALLBACKS);
    isolated(TRAIN, LOSSES, CALLBACKS);
    isolated(CALLBACKS, AUTODIFF, FUNCTION, NN, LOSSES);
  }

  @Test
  void plotsKnowNoModels() {
    isolated(PLOT, TRACKING, OPS, AUTODIFF, FUNCTION, NN, TRAIN, LOSSES, CALLBACKS);
  }

  @Test
  void layersDoNotKnowModels() {
    String layers = "Layer|LayerErrors|LayerInterceptor|LayerNames|LayerScope|LayerState";
    noClasses()
        .that()
        .haveNameMatching(
            "dev\\.tapedeck\\.train\\.(" + layers + "|NamedVariables|Aggregator)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("dev\\.tapedeck\\.train\\.(Model.*|Sequential|Trainer)")
        .check(API);
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

  @Test
  void argumentsAreRefusedThroughOneDoor() {
    noClasses()
        .that(resideInAnyPackage(TENSOR, OPS, NN).and(name(TENSOR + ".Refusal").negate()))
        .should()
        .callConstructorWhere(target(owner(type(IllegalArgumentException.class))))
        .check(API);
  }
}
