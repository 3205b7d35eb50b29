package dev.tapedeck.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.channels.FileChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The walls between modules: each leaf knows {@code api} and no other leaf; nobody knows the CLI.
 */
class WallsTest {
  private static final List<String> LEAVES =
      List.of("layers", "optim", "metrics", "datasets", "summaries", "checkpoint");

  private static final JavaClasses ALL =
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
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(FileChannel.class.getName())
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
