package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageChainTest {
  private static final Window POOL = Window.of(2, 2).strides(2);

  @BeforeEach
  void seed() {
    RandomKey.seed(1);
  }

  /** Runs a function on images, a kernel and a bias, eagerly and as a plan. */
  private static void assertSame(Function<List<Tensor>, List<Tensor>> function, Tensor... inputs) {
    List<Tensor> expected = function.apply(List.of(inputs));
    Graph graph = Graph.trace(function::apply, List.of(inputs).stream().map(Tensor::spec).toList());
    ExecutionPlan plan = ExecutionPlan.of(GraphReport.optimise(graph).graph());
    for (int run = 0; run < 2; run++) {
      Tensor[] results = plan.run(inputs);
      for (int i = 0; i < results.length; i++) {
        assertEquals(expected.get(i).shape(), results[i].shape());
        assertArrayEquals(expected.get(i).toFloatArray(), results[i].toFloatArray());
      }
    }
  }

  private static Tensor normal(long... shape) {
    return Randoms.normal(shape);
  }

  private static Tensor conv(Tensor x, Tensor k) {
    return Convolution.conv2d(x, k, 1, Padding.SAME);
  }

  /** Several times as many images as a cache holds, and fewer; also one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 33})
  void resultsAreThoseOfOneCallAfterTheOther(int count) {
    assertSame(
        in -> {
          Tensor y = conv(in.get(0), in.get(1)).add(in.get(2));
          Tensor pooled = Pooling.maxPool2d(Activations.relu(y), POOL);
          Tensor second = Activations.relu(conv(pooled, in.get(3)));
          return List.of(Pooling.avgPool2d(second, Window.of(3, 3)), pooled);
        },
        normal(count, 40, 40, 3),
        normal(3, 3, 3, 16),
        normal(16),
        normal(3, 3, 16, 20));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 33})
  void gradientsToo(int count) {
    assertSame(
        in -> {
          try (GradientTape tape = new GradientTape()) {
            in.forEach(tape::watch);
            Tensor y = Activations.relu(conv(in.get(0), in.get(1)).add(in.get(2)));
            Tensor z = Activations.relu(conv(Pooling.maxPool2d(y, POOL), in.get(3)).add(in.get(4)));
            Tensor larger = Convolution.conv2dTranspose(z, in.get(5), 2, Padding.SAME);
            Tensor loss = Activations.tanh(larger).mul(y).sum();
            return tape.gradient(loss, in);
          }
        },
        normal(count, 24, 24, 3),
        normal(3, 3, 3, 16),
        normal(16),
        normal(3, 3, 16, 8),
        normal(8),
        normal(2, 2, 16, 8));
  }

  @Test
  void operandsOfOtherShapesAndOtherUsesStay() {
    assertSame(
        in -> {
          Tensor x = in.get(0);
          Tensor y = conv(x, in.get(1));
          Tensor residual = Activations.relu(y.add(x)); // may lie over x
          Tensor scaled = residual.mul(in.get(2)).add(y.mean(0));
          Tensor perImage = scaled.mul(in.get(3));
          return List.of(perImage, perImage.sum(), scaled.sum(1));
        },
        normal(9, 30, 30, 16),
        normal(3, 3, 16, 16),
        normal(1, 30, 1, 16),
        normal(9, 1, 1, 1));
  }

  /**
   * The kernel has the images' shape, and is read for the last time where it may be overwritten.
   */
  @Test
  void theKernelIsNotOverwritten() {
    assertSame(
        in -> {
          Tensor kernel = in.get(1).mul(2);
          return List.of(conv(in.get(0), kernel).mul(kernel).add(1));
        },
        normal(12, 12, 40, 40),
        normal(12, 12, 40, 40));
  }

  @Test
  void pixelsAndWindowsThatOneDnnRefuses() {
    assertSame(
        in -> {
          Tensor pixels =
              Activations.relu(Convolution.conv2d(in.get(0), in.get(1), 1, Padding.VALID));
          ConvOptions options = new ConvOptions().padding(3);
          Tensor refused = Convolution.conv2d(pixels, in.get(2), options).mul(3);
          return List.of(Pooling.maxPool2d(refused, POOL), pixels);
        },
        normal(5, 8, 8, 4),
        normal(1, 1, 4, 8),
        normal(2, 2, 8, 8));
  }

  @Test
  void valuesOfTheChainAloneTakeNoMemoryOfTheirOwn() {
    TensorSpec images = new TensorSpec(DType.FLOAT32, Shape.of(64, 16, 16, 4));
    TensorSpec kernel = new TensorSpec(DType.FLOAT32, Shape.of(3, 3, 4, 16));
    Graph graph =
        Graph.trace(
            in ->
                List.of(
                    Pooling.maxPool2d(Activations.relu(conv(in.get(0), in.get(1))), POOL)
                        .mul(2)
                        .sum()),
            List.of(images, kernel));
    long pooled = 4L * 64 * 8 * 8 * 16;
    long arena = ExecutionPlan.of(graph).buffers().arena();
    assertTrue(arena < 2 * pooled, () -> "" + arena);
  }

  @Test
  void otherCallsComeBefore() {
    Graph graph =
        Graph.trace(
            in -> {
              Tensor y = conv(in.get(0), in.get(1));
              Tensor other = in.get(1).mul(2);
              return List.of(Activations.relu(y), other);
            },
            List.of(
                new TensorSpec(DType.FLOAT32, Shape.of(2, 4, 4, 1)),
                new TensorSpec(DType.FLOAT32, Shape.of(3, 3, 1, 1))));
    ImageChain.Order order = ImageChain.in(graph.nodes());
    assertEquals(
        List.of("mul", "conv2d", "relu"),
        order.nodes().stream().map(node -> node.op().name()).toList());
    assertEquals(Map.of(1, 3), order.ends());
  }
}
