package dev.tapedeck.ops.kernels.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.cpu.onednn.ConvolutionPlan.Way;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which way a convolution is computed: it follows from shapes. */
class WaysTest {
  @BeforeEach
  void needsTheLibrary() {
    assumeTrue(OneDnn.isAvailable());
  }

  private static EagerTensor full(Shape shape, double value) {
    EagerTensor tensor = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, shape));
    Elements.fill(tensor, value);
    return tensor;
  }

  /** Returns the way that is taken, whatever the tensors hold. */
  private static Way way(Direction direction, Window window, Shape images, long... kernel) {
    Shape k = Shape.of(kernel);
    Shape output = window.output(images, k.size(-1));
    int groups = (int) (images.size(-1) / k.size(-2));
    ConvolutionPlan convolution =
        new ConvolutionPlan(1, DType.FLOAT32, direction, window, groups, images, k, output);
    Way way = null;
    for (double value : new double[] {1, 0, Double.NaN}) {
      Way chosen =
          convolution.choose(
              Workspace.ofThread(), full(images, value), full(k, value), full(output, value));
      way = way == null ? chosen : way;
      assertEquals(way, chosen, direction + " of " + value);
    }
    return way;
  }

  @Test
  void oneDnnChoosesTheLayoutOfTheKernel() {
    Window window = Window.of(3, 3);
    for (Direction direction : Direction.values()) {
      assertEquals(Way.BLOCKED, way(direction, window, Shape.of(2, 13, 13, 32), 3, 3, 32, 64));
      assertEquals(Way.BLOCKED, way(direction, window, Shape.of(2, 9, 9, 16), 3, 3, 1, 16));
    }
    // The plain way takes several times as long.
    assertEquals(Way.BLOCKED, way(Direction.KERNEL, window, Shape.of(2, 28, 28, 1), 3, 3, 1, 32));
  }

  @Test
  void gradientsOfImagesOfFewChannelsAreProducts() {
    Window window = Window.of(4, 4).strides(2);
    Shape images = Shape.of(2, 32, 32, 3);
    assertEquals(Way.PLAIN, way(Direction.IMAGES, window, images, 4, 4, 3, 64));
    assertEquals(Way.BLOCKED, way(Direction.IMAGES, window, images, 4, 4, 3, 8));
  }

  /** Otherwise the second is wrong, and the third ends the process. */
  @Test
  void whatOneDnnGetsWrongIsPlain() {
    Window wide = Window.of(3, 3).strides(1, 2).padding(Window.Padding.SAME);
    assertEquals(Way.PLAIN, way(Direction.OUTPUT, wide, Shape.of(2, 9, 1, 1), 3, 3, 1, 68));
    Window apart =
        Window.of(4, 2, 4).strides(2, 3, 2).padding(new int[] {3, 0, 3}, new int[] {3, 2, 1});
    assertEquals(Way.PLAIN, way(Direction.KERNEL, apart, Shape.of(4, 2, 4, 5, 38), 4, 2, 4, 2, 19));
    Window farApart = Window.of(4, 1, 3).strides(5, 29, 5).padding(Window.Padding.SAME);
    assertEquals(
        Way.PLAIN, way(Direction.OUTPUT, farApart, Shape.of(4, 34, 35, 72, 1), 4, 1, 3, 1, 2));
  }

  @Test
  void trialTellsResultsApart() {
    Shape images = Shape.of(2, 6, 6, 3);
    Shape kernel = Shape.of(2, 2, 3, 5);
    Shape output = Shape.of(2, 6, 6, 5);
    EagerTensor[] tensors = {full(images, 0), full(kernel, 0), full(output, 0)};
    try (PrimitivePlan one = padded(1, 0, images, kernel, output).plan(Way.PLAIN);
        PrimitivePlan same = padded(1, 0, images, kernel, output).plan(Way.BLOCKED);
        PrimitivePlan other = padded(0, 1, images, kernel, output).plan(Way.PLAIN)) {
      assertTrue(Trial.agree(one, same, Workspace.ofThread(), 2, tensors));
      assertFalse(Trial.agree(one, other, Workspace.ofThread(), 2, tensors));
    }
  }

  private static ConvolutionPlan padded(
      int before, int after, Shape images, Shape kernel, Shape output) {
    Window window = Window.of(2, 2).padding(new int[] {before}, new int[] {after});
    return new ConvolutionPlan(
        1, DType.FLOAT32, Direction.OUTPUT, window, 1, images, kernel, output);
  }

  /** It would take 138 GB. */
  @Test
  void scratchMemoryIsBounded() {
    Window window = Window.of(7, 4).strides(1, 1267);
    Shape images = Shape.of(1, 7, 63 * 1267 + 4, 1);
    Shape kernel = Shape.of(7, 4, 1, 1);
    Shape output = window.output(images, 1);
    List<String> refusals = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      for (Way way : Way.values()) {
        try {
          new ConvolutionPlan(1, DType.FLOAT32, direction, window, 1, images, kernel, output)
              .plan(way)
              .close();
        } catch (Library.RefusedException e) {
          refusals.add(e.getMessage());
        }
      }
    }
    assertTrue(refusals.contains("138761793560 bytes of scratch memory"), refusals::toString);
  }
}
