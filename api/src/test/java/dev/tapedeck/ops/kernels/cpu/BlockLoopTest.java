package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Operand;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Target;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockLoopTest {
  private static final int ROWS = 3;

  /** More than a block, and no multiple of a vector. */
  private static final int COLUMNS = 519;

  private static final float[] SPECIAL = {
    0f, -0f, 1, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-40f, 3e38f
  };

  static Stream<FormulaCase> cases() {
    return FormulaCase.all().filter(c -> numbers(c) && BlockLoop.canRun(target(c)));
  }

  private static boolean numbers(FormulaCase c) {
    return c.inputs().stream().allMatch(type -> type == DType.FLOAT32 || type == DType.BOOL)
        && c.inputs().contains(DType.FLOAT32);
  }

  private static Target target(FormulaCase c) {
    Expr body = new Lowering(DType.FLOAT32).of(c.formula().body());
    boolean logical = body instanceof Expr.Apply call && call.primitive().isLogical();
    return new Target(List.of(body), DType.FLOAT32, logical, null, DType.FLOAT32);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheSameBitsAsTheCompiledLoop(FormulaCase c) {
    for (boolean repeated : List.of(false, true)) {
      Target target = target(c);
      Operand[] operands =
          c.inputs().stream()
              .map(type -> new Operand(type == DType.BOOL, repeated && type != DType.BOOL))
              .toArray(Operand[]::new);
      EagerTensor[] inputs =
          c.inputs().stream().map(BlockLoopTest::random).toArray(EagerTensor[]::new);
      assertArrayEquals(
          bytes(LoopCompiler.compile(target, operands), target, operands, inputs),
          bytes(new BlockLoop(target, operands), target, operands, inputs));
    }
  }

  private static byte[] bytes(
      RowLoop loop, Target target, Operand[] operands, EagerTensor... inputs) {
    EagerTensor output = random(target.logical() ? DType.BOOL : DType.FLOAT32);
    long[] where = new long[RowLoop.OPERANDS + 2 + 2 * inputs.length];
    where[0] = ROWS;
    where[1] = COLUMNS;
    place(where, 0, output);
    for (int i = 0; i < inputs.length; i++) {
      place(where, i + 1, inputs[i]);
      assertTrue(!operands[i].repeated() || inputs[i].dtype() == DType.FLOAT32);
    }
    loop.run(where);
    return output.elements().toArray(Elements.BYTE);
  }

  private static void place(long[] where, int operand, EagerTensor tensor) {
    where[RowLoop.OPERANDS + 2 * operand] = tensor.address();
    where[RowLoop.OPERANDS + 2 * operand + 1] = (long) COLUMNS * tensor.dtype().bytes();
  }

  private static EagerTensor random(DType type) {
    EagerTensor tensor = EagerTensor.allocate(new TensorSpec(type, Shape.of(ROWS, COLUMNS)));
    Random random = new Random(1);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
      if (type == DType.BOOL) {
        tensor.elements().set(Elements.BYTE, i, (byte) random.nextInt(2));
      } else {
        boolean special = i % 2 == 0;
        float value = special ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextFloat(-9, 9);
        tensor.elements().setAtIndex(Elements.FLOAT, i, value);
      }
    }
    return tensor;
  }

  @Test
  void thereAreCases() {
    assertTrue(cases().count() > 30, () -> cases().count() + " cases");
  }
}
