package dev.tapedeck.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tapedeck.tensor.Loggers;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The walls between modules: each leaf knows {@code api} and no other leaf; nobody knows the CLI.
 */
class WallsTest {
  private static final List<String> LEAVES =
      List.of("layers", "optim", "metrics", "datasets", "summaries", "checkpoint", "testing");

  /** What has a form that takes a locale; without it that of the user is taken. */
  private static final Set<String> LOCALISED =
      Set.of(
          "java.lang.String.format",
          "java.lang.String.formatted",
          "java.lang.String.toLowerCase",
          "java.lang.String.toUpperCase",
          "java.io.PrintStream.format",
          "java.io.PrintStream.printf",
          "java.io.PrintWriter.format",
          "java.io.PrintWriter.printf",
          "java.util.Formatter.<init>",
          "java.util.Scanner.<init>",
          "java.text.DecimalFormat.<init>",
          "java.text.NumberFormat.getInstance",
          "java.text.NumberFormat.getIntegerInstance",
          "java.text.NumberFormat.getNumberInstance",
          "java.text.NumberFormat.getPercentInstance",
          "java.text.SimpleDateFormat.<init>",
          "java.time.format.DateTimeFormatter.ofPattern");

  static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tapedeck");

  @Test
  void leavesDoNotKnowEachOther() {
    for (String leaf : LEAVES) {
      String[] others =
          LEAVES.stream()
              .filter(other -> !other.equals(leaf))
              .map(other -> "dev.tapedeck." + other + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("dev.tapedeck." + leaf + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(ALL);
    }
  }

  @Test
  void filesAreNotReadOrWrittenThroughChannels() {
    // An interrupt of the thread closes a channel.
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("FolderLock") // which only has it locked
        .and()
        .haveSimpleNameNotEndingWith("AtomicFiles") // for a folder
        .and()
        .haveSimpleNameNotEndingWith("FuzzJournal") // which outlives the process
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(FileChannel.class.getName())
        .check(ALL);
  }

  @Test
  void nothingIsFormattedInTheLocaleOfTheUser() {
    noClasses()
        .should()
        .accessTargetWhere(
            new DescribedPredicate<JavaAccess<?>>("it formats without Locale.ROOT") {
              @Override
              public boolean test(JavaAccess<?> access) {
                return access.getTarget() instanceof CodeUnitAccessTarget target
                    && LOCALISED.contains(target.getOwner().getName() + "." + target.getName())
                    && target.getRawParameterTypes().stream()
                        .noneMatch(type -> type.isEquivalentTo(Locale.class));
              }
            })
        .check(ALL);
  }

  @Test
  void warningsAreReadWithoutAProviderOfSlf4j() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Loggers.class.getName())
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(LoggerFactory.class.getName())
        .check(ALL);
  }

  @Test
  void nobodyKnowsTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tapedeck.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tapedeck.cli..")
        .check(ALL);
  }
}
