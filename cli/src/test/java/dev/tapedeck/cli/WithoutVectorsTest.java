package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Without the module of the vectors all results are right, and one line says that it is missing.
 */
class WithoutVectorsTest {
  @TempDir Path folder;

  @Test
  void oneLineSaysSo() throws Exception {
    ProcessBuilder builder = Cli.builder();
    builder.command().remove("--add-modules=jdk.incubator.vector");
    builder.command().removeLast();
    builder.command().add(WithoutVectorsTest.class.getName());
    Cli.Result result = Cli.run(folder, builder);
    assertEquals(0, result.exit(), result.err());
    assertEquals("done\n", result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains("--add-modules jdk.incubator.vector"), result.err());
  }

  /** The program: what the processor's own kernels would compute, against known values. */
  static void main() {
    Tensor x = Tensor.of(new float[][] {{1, -2, 3}, {-4, 5, -6}});
    check(x.add(x).mul(3), 6, -12, 18, -24, 30, -36);
    check(Logic.logicalNot(x.less(0)).cast(DType.FLOAT32), 1, 0, 1, 0, 1, 0);
    check(x.sum(1), 2, -5);
    check(x.max(0), 1, 5, 3);
    check(x.mean(), -0.5);
    check(TracedFunction.of("f", (Tensor y) -> Maths.exp(Maths.neg(y).add(y)).sum()).call(x), 6);
    Tensor equal = Tensor.zeros(DType.FLOAT32, 2, 2);
    check(Softmax.softmax(equal), 0.5, 0.5, 0.5, 0.5);
    check(Softmax.logSoftmax(equal).div((float) Math.log(2)), -1, -1, -1, -1);

    Variable w = Variable.of(equal);
    Tensor labels = Tensor.of(new int[] {0, 1});
    new Adam(0.5).minimize(() -> Softmax.sparseSoftmaxCrossEntropy(labels, w).sum(), List.of(w));
    check(w.value(), 0.5, -0.5, -0.5, 0.5);

    Tensor image = Tensor.of(new float[][][][] {{{{1}, {2}}, {{3}, {4}}}});
    check(Pooling.maxPool2d(image, Window.of(2)), 4);
    check(Pooling.avgPool2d(image, Window.of(2)), 2.5);
    check(Convolution.conv2d(image, Tensor.ones(DType.FLOAT32, 2, 2, 1, 1), new ConvOptions()), 10);
    check(x.matmul(x.transpose()), 14, -32, -32, 77);
    System.out.println("done");
  }

  private static void check(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubleArray(), 1e-5);
  }
}
