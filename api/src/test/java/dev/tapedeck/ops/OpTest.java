package dev.tapedeck.ops;

import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every row of the {@link OpTable} through every check. */
public final class OpTest {
  /** More elements are not worth a second-order check; the ops are the same. */
  private static final int SMALL = 256;

  /** Returns all checks of all rows. */
  @TestFactory
  public Stream<DynamicNode> rows() {
    return OpTable.ROWS.stream()
        .map(
            row ->
                dynamicContainer(
                    row.name,
                    List.of(
                        dynamicTest("values", () -> values(row)),
                        dynamicTest("rules", () -> rules(row)),
                        dynamicTest("inputs stay", () -> inputsStay(row)),
                        dynamicTest("refused types", () -> refusedTypes(row)),
                        dynamicTest("gradient", () -> gradient(row)),
                        dynamicTest("second order", () -> secondOrder(row)),
                        dynamicTest("float32 gradient", () -> float32Gradient(row)))));
  }

  @Test
  void everyOpIsListed() throws IOException {
    String list = Files.readString(Path.of("../docs/ops.md"));
    assertEquals(List.of(), ops().stream().filter(op -> !list.contains("`" + op + "`")).toList());
  }

  @Test
  void everyOpHasARow() {
    Set<String> ops = ops();
    ops.remove("gamma"); // rejects draws: RandomsTest looks at its moments
    assertEquals(
        ops, OpTable.ROWS.stream().map(Row::op).collect(Collectors.toCollection(TreeSet::new)));
  }

  private static Set<String> ops() {
    return OpClasses.all()
        .flatMap(type -> type.getMethods().stream())
        .filter(m -> m.getModifiers().containsAll(Set.of(JavaModifier.PUBLIC, STATIC)))
        .filter(OpTest::givesTensors)
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

  /** Tells which case a check failed on. */
  static void forEach(Row row, List<DType> dtypes, Check check) {
    for (Operand[] operands : row.cases) {
      for (DType dtype : dtypes) {
        try {
          check.run(operands, dtype);
        } catch (AssertionError | RuntimeException e) {
          String shapes =
              Arrays.stream(operands)
                  .map(o -> Arrays.toString(o.shape()))
                  .collect(Collectors.joining(" "));
          throw new AssertionError(row.name + " of " + dtype + " " + shapes + ": " + e, e);
        }
      }
    }
  }

  interface Check {
    void run(Operand[] operands, DType dtype);
  }

  private static Tensor[] tensors(Row row, Operand[] operands, DType dtype, boolean strided) {
    Grid[] grids = row.draw(operands, dtype);
    Tensor[] tensors = new Tensor[grids.length];
    for (int i = 0; i < tensors.length; i++) {
      DType own = operands[i].dtype(dtype);
      tensors[i] = strided ? grids[i].strided(own) : grids[i].tensor(own);
    }
    return tensors;
  }

  private static void values(Row row) {
    forEach(
        row,
        row.accepted(),
        (operands, dtype) -> {
          Grid expected = row.reference.of(row.draw(operands, dtype));
          DType result = row.result == null ? dtype : row.result;
          for (boolean strided : new boolean[] {false, true}) {
            Tensor actual = row.function.of(tensors(row, operands, dtype, strided));
            assertEquals(expected.spec(result), actual.spec());
            assertNear(expected.values(), actual.toDoubleArray(), result);
          }
        });
  }

  private static void assertNear(double[] expected, double[] actual, DType dtype) {
    assertEquals(expected.length, actual.length);
    double tolerance =
        switch (dtype) {
          case FLOAT64 -> 1e-12;
          case FLOAT16 -> 4e-3;
          case BFLOAT16 -> 2e-2;
          default -> 4e-6;
        };
    for (int i = 0; i < expected.length; i++) {
      double kept = dtype.isFloating() ? expected[i] : wrapped(expected[i], dtype);
      boolean near = Math.abs(actual[i] - kept) <= tolerance * (1 + Math.abs(kept));
      assertTrue(
          near || (Double.isNaN(kept) && Double.isNaN(actual[i])),
          "element " + i + ": " + actual[i] + " instead of " + kept);
    }
  }

  /** Returns a whole number as its type keeps it. */
  private static double wrapped(double value, DType dtype) {
    return switch (dtype) {
      case UINT8 -> (long) value & 0xff;
      case UINT16 -> (long) value & 0xffff;
      case INT8 -> (byte) (long) value;
      case INT16 -> (short) (long) value;
      case INT32 -> (int) (long) value;
      default -> value;
    };
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Applied(Op op, TensorSpec[] inputs, TensorSpec[] outputs) {}

  private static TensorSpec[] specs(Tensor... tensors) {
    return Arrays.stream(tensors).map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  /** What an op and its gradient apply gives what its rule says. */
  private static void rules(Row row) {
    forEach(
        row,
        row.accepted(),
        (operands, dtype) -> {
          List<Applied> applied = new ArrayList<>();
          Dispatch.Recorder recorder =
              (op, inputs, outputs) ->
                  applied.add(new Applied((Op) op, specs(inputs), specs(outputs)));
          Tensor[] inputs = tensors(row, operands, dtype, false);
          Dispatch.open(recorder);
          try {
            Tensor result = row.function.of(inputs);
            if (result.dtype().isFloating()) {
              GradientChecker.gradients(row.function, inputs);
            }
          } finally {
            Dispatch.close(recorder);
          }
          for (Applied one : applied) {
            TensorSpec[] inferred = one.op.infer(one.inputs);
            assertEquals(inferred.length, one.outputs.length, one.op.name());
            for (int i = 0; i < inferred.length; i++) {
              assertFits(inferred[i], one.outputs[i], one.op.name());
            }
          }
        });
  }

  /** A size that depends on values is unknown to the rule. */
  private static void assertFits(TensorSpec inferred, TensorSpec actual, String op) {
    Shape shape = inferred.shape();
    for (int axis = 0; axis < shape.rank() && shape.rank() == actual.shape().rank(); axis++) {
      shape =
          shape.size(axis) == Shape.UNKNOWN ? shape.with(axis, actual.shape().size(axis)) : shape;
    }
    assertEquals(new TensorSpec(inferred.dtype(), shape), actual, op);
  }

  private static void inputsStay(Row row) {
    forEach(
        row,
        row.accepted(),
        (operands, dtype) -> {
          for (boolean strided : new boolean[] {false, true}) {
            Tensor[] inputs = tensors(row, operands, dtype, strided);
            List<byte[]> before = Arrays.stream(inputs).map(OpTest::bytes).toList();
            if (row.function.of(inputs).dtype().isFloating()) {
              GradientChecker.gradients(row.function, inputs);
            }
            for (int i = 0; i < inputs.length; i++) {
              assertArrayEquals(before.get(i), bytes(inputs[i]), "operand " + i);
            }
          }
        });
  }

  private static byte[] bytes(Tensor tensor) {
    return ((EagerTensor) tensor).memory().toArray(Elements.BYTE);
  }

  private static void refusedTypes(Row row) {
    Operand[] operands = row.cases.getFirst();
    for (DType dtype : DType.values()) {
      boolean typed = Arrays.stream(operands).anyMatch(o -> o.kind() == Operand.Kind.REAL);
      if (typed && !row.types.accepts(dtype)) {
        String message =
            "%s: needs %s, received %s; %s"
                .formatted(row.op(), row.types.expected, dtype, row.types.remedy);
        Tensor[] inputs = tensors(row, operands, dtype, false);
        assertEquals(
            message,
            assertThrows(IllegalArgumentException.class, () -> row.function.of(inputs))
                .getMessage());
      }
    }
  }

  static List<DType> floating(Row row) {
    boolean result = row.result == null || row.result.isFloating();
    return row.accepted().contains(DType.FLOAT64) && result ? List.of(DType.FLOAT64) : List.of();
  }

  private static void gradient(Row row) {
    forEach(
        row,
        floating(row),
        (operands, dtype) -> {
          Tensor[] dense = tensors(row, operands, dtype, false);
          Tensor[] strided = tensors(row, operands, dtype, true);
          GradientChecker.check(row.function, dense);
          Row.Function loss = GradientChecker.weighted(row.function);
          assertNear(
              GradientChecker.gradients(loss, dense),
              GradientChecker.gradients(loss, strided),
              1e-12);
        });
  }

  private static void assertNear(double[][] expected, double[][] actual, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      double largest = Arrays.stream(expected[i]).map(Math::abs).max().orElse(0);
      assertArrayEquals(expected[i], actual[i], tolerance * (1 + largest), "operand " + i);
    }
  }

  private static void secondOrder(Row row) {
    forEach(
        row,
        floating(row),
        (operands, dtype) -> {
          if (Arrays.stream(operands).allMatch(o -> Grid.count(o.shape()) <= SMALL)) {
            Row.Function gradient = GradientChecker.gradient(row.function);
            GradientChecker.check(gradient, tensors(row, operands, dtype, false));
          }
        });
  }

  /** The float32 gradient, often of other native code, against the float64 one. */
  private static void float32Gradient(Row row) {
    forEach(
        row,
        floating(row),
        (operands, dtype) -> {
          Row.Function loss = GradientChecker.weighted(row.function);
          assertNear(
              GradientChecker.gradients(loss, tensors(row, operands, DType.FLOAT64, false)),
              GradientChecker.gradients(loss, tensors(row, operands, DType.FLOAT32, false)),
              1e-5);
        });
  }
}
