package dev.tapedeck.ops;

import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.OpCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every row of the {@link OpTable} through every check. */
public final class OpTest {
  /** Returns all checks of all rows. */
  @TestFactory
  public Stream<DynamicNode> rows() {
    return OpTable.ROWS.stream().map(row -> dynamicContainer(row.name(), row.tests()));
  }

  @Test
  void everyOpIsListed() throws IOException {
    String list = Files.readString(Path.of("../docs/ops.md"));
    assertEquals(List.of(), ops().stream().filter(op -> !list.contains("`" + op + "`")).toList());
  }

  @Test
  void everyOpHasARow() {
    Set<String> ops = ops();
    ops.removeAll(Set.of("beta", "binomial", "gamma")); // reject draws: RandomsTest has moments
    assertEquals(
        ops, OpTable.ROWS.stream().map(OpCheck::op).collect(Collectors.toCollection(TreeSet::new)));
  }

  private static Set<String> ops() {
    return OpClasses.all()
        .flatMap(type -> type.getMethods().stream())
        .filter(m -> m.getModifiers().containsAll(Set.of(JavaModifier.PUBLIC, STATIC)))
        .filter(OpTest::givesTensors)
        .filter(m -> !m.getRawReturnType().isEquivalentTo(Optional.class)) // finds a function
        .map(JavaMethod::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean givesTensors(JavaMethod method) {
    return method.getReturnType().getAllInvolvedRawTypes().stream()
        .anyMatch(
            type ->
                type.isEquivalentTo(Tensor.class)
                    || type.getFields().stream()
                        .anyMatch(f -> f.getRawType().isEquivalentTo(Tensor.class)));
  }
}
