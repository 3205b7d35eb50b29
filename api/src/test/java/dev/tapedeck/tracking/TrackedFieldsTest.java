package dev.tapedeck.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What has state is found in fields, or refused where it would not be found. */
class TrackedFieldsTest {
  private static Variable variable() {
    return Variable.of(1f);
  }

  private static class Holder {
    final Variable weight = variable();

    float times(float x) {
      return (float) weight.value().item() * x;
    }
  }

  private static final class Inheriting extends Holder {}

  private record Pair(Variable a, Object b, int c) {}

  private record Owner(Object content) implements Trackable {}

  @Test
  void listsArraysMapsAndRecordsAreLookedInto() {
    Pair pair = new Pair(variable(), List.of(variable(), "text"), 3);
    Object content = Map.of("pair", pair, "array", new Object[] {1, variable()});
    Owner owner = new Owner(content);
    assertEquals(Map.of("content", content), owner.parts());
    assertEquals(Set.of("pair", "array"), TrackedFields.within(content).keySet());
    assertEquals(Set.of("a", "b"), TrackedFields.within(pair).keySet());
    assertEquals(Set.of("0"), TrackedFields.within(pair.b()).keySet());
    assertEquals(Set.of("1"), TrackedFields.within(new Object[] {1, variable()}).keySet());
  }

  static List<Object> hiding() {
    assertEquals(2, new Inheriting().times(2));
    return List.of(
        new Holder(),
        new Inheriting(),
        List.of("a", new Holder()),
        Map.of(1, new Inheriting()),
        new Holder[] {new Holder()},
        Optional.of(variable()),
        Set.of(variable()),
        new ArrayDeque<>(List.of(new Owner(1))),
        new Pair(variable(), new Holder(), 1));
  }

  @ParameterizedTest
  @MethodSource("hiding")
  void whatWouldNotBeFoundIsRefused(Object content) {
    String message =
        assertThrows(IllegalStateException.class, () -> new Owner(content).parts()).getMessage();
    assertTrue(message.contains("would not be found; let that implement Trackable"), message);
  }

  @Test
  void whatIsLeftOutOnPurposeIsLeftOut() {
    Variable captured = variable();
    UnaryOperator<Tensor> lambda = x -> x.mul(captured);
    for (Object content : new Object[] {null, "text", new Object(), lambda, new int[1], Set.of()}) {
      assertEquals(Map.of(), new Owner(content).parts());
    }
    final class Left implements Trackable {
      final transient Holder holder = new Holder();
      static final Variable SHARED = variable();
    }
    assertEquals(1, new Left().holder.times(1));
    assertEquals(1, Left.SHARED.value().item());
    assertEquals(Map.of(), new Left().parts());
  }
}
