package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import dev.tapedeck.testing.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Native kernels, which run only where elements are many, against the Java loops for few. */
final class ManyElementsTest {
  private static final int FEW = 200;
  private static final int MANY = 20 * FEW;
  private static final double ULPS = 4;

  static List<OpCheck> pointwise() {
    return SpecialValuesTest.pointwise();
  }

  @ParameterizedTest
  @MethodSource("pointwise")
  void areAsExactAsFew(OpCheck row) {
    List<String> wrong = new ArrayList<>();
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Operand[] operands = row.cases().getFirst().clone();
      Arrays.setAll(operands, i -> operands[i].shaped(MANY));
      Grid[] drawn = row.draw(operands, dtype, 0);
      double[] many = row.function().of(tensors(operands, dtype, drawn)).toDoubleArray();
      for (int start = 0; start < MANY; start += FEW) {
        int first = start;
        Grid[] part = new Grid[drawn.length];
        Arrays.setAll(part, i -> Grid.of(Grid.shape(FEW), n -> drawn[i].at(first + n[0])));
        double[] few = row.function().of(tensors(operands, dtype, part)).toDoubleArray();
        for (int n = 0; n < FEW; n++) {
          double ulp = dtype == DType.FLOAT32 ? Math.ulp((float) few[n]) : Math.ulp(few[n]);
          if (!(Math.abs(many[first + n] - few[n]) <= ULPS * ulp)) {
            wrong.add(dtype + " at " + part[0].at(n) + ": " + many[first + n] + " not " + few[n]);
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  @Test
  void oneElementOfMoreAxes() {
    Tensor one = Tensor.of(new float[][] {{2}});
    Tensor many = Tensor.full(DType.FLOAT32, 3, 300);
    assertEquals(Shape.of(1, 300), one.mul(many).shape());
    assertEquals(6 * 300, one.mul(many).sum().item());
    assertEquals(9 * 300, many.pow(one).sum().item());
  }

  private static Tensor[] tensors(Operand[] operands, DType dtype, Grid... grids) {
    Tensor[] tensors = new Tensor[grids.length];
    Arrays.setAll(tensors, i -> grids[i].tensor(operands[i].dtype(dtype)));
    return tensors;
  }
}
