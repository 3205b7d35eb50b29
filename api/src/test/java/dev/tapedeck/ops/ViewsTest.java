package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.MeshIndexing;
import dev.tapedeck.ops.array.PadMode;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Diagonals;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorMemoryException;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What copies nothing, and that reshaping a strided tensor reads the right elements. */
final class ViewsTest {
  private static long address(Tensor tensor) {
    return ((EagerTensor) tensor).memory().address();
  }

  private static Tensor counting(long... shape) {
    return Creation.range(0, Shape.of(shape).count(), 1, DType.INT32).reshape(shape);
  }

  @Test
  void viewsShareMemory() {
    Tensor x = counting(20, 30, 40);
    Tensor turned = x.transpose();
    List<Tensor> views =
        List.of(
            Shaping.expandDims(turned, 1),
            Shaping.squeeze(Shaping.expandDims(turned, -1)),
            turned.reshape(4, 10, 5, 6, 2, 10),
            Shaping.reshape(Shaping.moveAxis(x, 0, -1), 1200, 20),
            Joining.split(turned, 2, 1).getLast(),
            Joining.unstack(x, 1).getLast(),
            Rearranging.reverse(turned, 0, 2),
            Diagonals.diagPart(turned));
    for (Tensor view : views) {
      assertEquals(address(x), address(view), view.shape().toString());
    }
    Tensor vector = counting(5000);
    for (Tensor grid : Creation.meshgrid(MeshIndexing.XY, vector, vector)) {
      assertEquals(address(vector), address(grid));
    }
  }

  @Test
  void reshapingOfAnyStridesKeepsTheOrder() {
    Random random = new Random(5);
    long[][] shapes = {{24}, {4, 6}, {2, 3, 4}, {1, 24, 1}, {3, 1, 8}, {2, 2, 3, 2}, {12, 2, 1}};
    for (int n = 0; n < 500; n++) {
      Tensor x = counting(2, 1, 3, 4);
      x = n % 2 == 0 ? x : Rearranging.reverse(x, random.nextInt(4));
      x = n % 3 == 0 ? x : Shaping.swapAxes(x, random.nextInt(4), random.nextInt(4));
      x = Shaping.reshape(x, shapes[random.nextInt(shapes.length)]);
      int axis = random.nextInt(x.shape().rank());
      x = Shaping.broadcastTo(Shaping.expandDims(x, axis), with(x.shape(), axis, 2));
      x = Shaping.moveAxis(x, axis, random.nextInt(x.shape().rank()));
      long[] before = x.toLongArray();
      long[] to = LongStream.concat(LongStream.of(2), LongStream.of(shapes[n % 7])).toArray();
      assertArrayEquals(before, Shaping.reshape(x, to).toLongArray());
      assertArrayEquals(
          before, Shaping.reshape(x, with(Shape.of(shapes[n % 7]), 1, 2)).toLongArray());
    }
  }

  @Test
  void emptyViewsStartAnywhere() {
    Tensor x = counting(3, 0, 2);
    Tensor last = Indexing.narrow(x, 0, 2, 1);
    assertEquals(Shape.of(1, 0, 2), last.shape());
    int[][] paddings = {{0, 0}, {1, 1}, {2, 0}};
    assertEquals(
        Tensor.full(DType.INT32, 7, 1, 2, 4).toString(),
        Rearranging.pad(last, paddings, 7).toString());
    Tensor endless = Tensor.zeros(DType.INT32, 1L << 50, 0);
    int[][] mirrored = {{0, 1}, {0, 0}};
    assertThrows(
        TensorMemoryException.class, () -> Rearranging.pad(endless, mirrored, PadMode.SYMMETRIC));
  }

  private static long[] with(Shape shape, int axis, long size) {
    return shape
        .slice(0, axis)
        .concat(size)
        .concat(shape.slice(axis, shape.rank()).toArray())
        .toArray();
  }
}
