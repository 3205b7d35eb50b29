package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.kernels.cpu.GuardPages;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import dev.tapedeck.testing.Operand;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Every row of the {@link OpTable}, traced with its gradient for open sizes and called with sizes
 * that fit each other and that do not, gives what eager code does, a result or an error.
 *
 * <p>The operands lie between pages that may not be touched. More calls by {@code
 * -Dtapedeck.open.calls=100}.
 */
@EnabledOnOs(OS.LINUX)
final class OpenSizesTest {
  private static final int CALLS = Integer.getInteger("tapedeck.open.calls", 6);
  private static final int TRACES = 2;
  private static final GuardPages GUARDED = new GuardPages(true);

  /** What a call gives, or how it refuses. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Outcome(Tensor[] results, IllegalArgumentException refusal) {
    static Outcome of(Supplier<Tensor[]> call) {
      try {
        return new Outcome(call.get(), null);
      } catch (IllegalArgumentException e) {
        return new Outcome(null, e);
      } catch (NegativeArraySizeException e) { // a row that makes arrays of its operands' sizes
        return new Outcome(null, new IllegalArgumentException("unknown", e));
      }
    }

    /** Returns whether the op, or what the row does around it, needs sizes to be traced. */
    private boolean needsSizes() {
      return refusal != null && refusal.getMessage().matches("(?s).*(known|of the 0 elements).*");
    }
  }

  @TestFactory
  Stream<DynamicTest> rows() {
    return OpTable.ROWS.stream().map(row -> dynamicTest(row.name(), () -> check(row)));
  }

  private static void check(OpCheck row) {
    DType dtype = !row.isDifferentiable() ? row.accepted().getLast() : DType.FLOAT32;
    Random random = new Random(row.name().hashCode());
    row.forEach(
        List.of(dtype),
        (operands, type) -> {
          for (int trace = 0; trace < TRACES; trace++) {
            boolean all = trace == 0;
            TensorSpec[] specs =
                Arrays.stream(operands)
                    .map(operand -> opened(random, all, operand.dtype(type), operand.shape()))
                    .toArray(TensorSpec[]::new);
            check(row, operands, type, specs, random);
          }
        });
  }

  private static TensorSpec opened(Random random, boolean all, DType dtype, int... shape) {
    long[] sizes =
        Arrays.stream(shape)
            .mapToLong(size -> all || random.nextBoolean() ? Shape.UNKNOWN : size)
            .toArray();
    return new TensorSpec(dtype, Shape.of(sizes));
  }

  private static void check(
      OpCheck row, Operand[] operands, DType dtype, TensorSpec[] specs, Random random) {
    boolean differentiable = row.isDifferentiable();
    TensorFunction loss = in -> Maths.square(row.function().of(in));
    Function<Tensor[], Tensor[]> both =
        in ->
            Stream.concat(
                    Stream.of(row.function().of(in)),
                    differentiable ? GradientChecker.tape(loss, in).stream() : Stream.of())
                .toArray(Tensor[]::new);
    TracedFunction<Tensor[]> function =
        TracedFunction.<Tensor[]>ofAll(row.op(), x -> both.apply(x.toArray(Tensor[]::new)))
            .withSignature(specs);
    for (int call = 0; call < CALLS; call++) {
      GUARDED.clear(row.name());
      Operand[] other = operands.clone();
      for (int i = 0; i < other.length && call > 0; i++) {
        other[i] = operands[i].shaped(sized(random, specs[i].shape(), operands[i].shape()));
      }
      Tensor[] x = new Tensor[other.length];
      Grid[] grids = row.draw(other, dtype, 0);
      for (int i = 0; i < x.length; i++) {
        x[i] = GUARDED.copyOf(grids[i].tensor(other[i].dtype(dtype)));
      }
      Outcome actual = Outcome.of(() -> function.call((Object[]) x));
      if (call == 0 && actual.needsSizes()) {
        return; // TracedOpTest has the list of those that may
      }
      Outcome expected = Outcome.of(() -> both.apply(x));
      String what = row + " " + Arrays.toString(specs) + " called with " + Arrays.toString(x);
      assertSame(expected, actual, what);
    }
  }

  private static int[] sized(Random random, Shape open, int... shape) {
    int[] sizes = shape.clone();
    for (int axis = 0; axis < sizes.length; axis++) {
      if (open.size(axis) == Shape.UNKNOWN) {
        sizes[axis] =
            switch (random.nextInt(6)) {
              case 0 -> 1;
              case 1 -> Math.max(sizes[axis] - 1, 0);
              case 2 -> sizes[axis] + 1;
              case 3 -> 2 * sizes[axis];
              default -> sizes[axis];
            };
      }
    }
    return sizes;
  }

  private static void assertSame(Outcome expected, Outcome actual, String what) {
    if (expected.refusal == null && actual.needsSizes()) {
      return; // it says so
    }
    if (expected.refusal != null || actual.refusal != null) {
      assertEquals(
          expected.refusal != null,
          actual.refusal != null,
          () -> what + ": eager " + expected.refusal + ", traced " + actual.refusal);
      return;
    }
    for (int i = 0; i < expected.results.length; i++) {
      Tensor wanted = expected.results[i];
      Tensor found = actual.results[i];
      if (wanted == null || found == null) {
        assertEquals(wanted, found, what);
        continue;
      }
      assertEquals(wanted.spec(), found.spec(), what);
      double[] values = wanted.toDoubleArray();
      double largest = Arrays.stream(values).map(Math::abs).reduce(Double.MIN_NORMAL, Math::max);
      double ulp = wanted.dtype() == DType.FLOAT32 ? Math.ulp((float) largest) : Math.ulp(largest);
      assertArrayEquals(
          values, found.toDoubleArray(), Double.isNaN(ulp) ? 1 : 8 * ulp, what + ", result " + i);
    }
  }
}
