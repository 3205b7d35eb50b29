package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A layer that puts the axes of each example into another order: with {@code dims = (2, 1)}, {@code
 * [n, a, b]} gives {@code [n, b, a]}.
 *
 * <p>An input of another rank throws {@link IllegalArgumentException}.
 */
public final class Permute extends BuiltIn<Permute.Arguments, Permute> {
  private static final String WHO = "Permute";

  /**
   * The arguments of a {@link Permute}.
   *
   * @param dims for each axis behind that of the batch, the axis that it was; they count from 1
   */
  public record Arguments(List<Integer> dims) {
    /** Checks the arguments. */
    public Arguments {
      dims = List.copyOf(dims);
      if (!dims.stream()
          .sorted()
          .toList()
          .equals(IntStream.rangeClosed(1, dims.size()).boxed().toList())) {
        throw Refusal.of(
            WHO, "needs each axis from 1 on once", dims, "name them in their order, as 2, 1");
      }
    }
  }

  private Permute(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of the order of the axes, which count from 1. */
  public Permute(int... dims) {
    this(new Arguments(Arrays.stream(dims).boxed().toList()));
  }

  @Override
  protected Tensor call(Tensor x) {
    List<Integer> dims = args().dims;
    if (x.shape().rank() != dims.size() + 1) {
      throw Refusal.of(
          WHO,
          "needs inputs of rank " + (dims.size() + 1) + " for the axes " + dims,
          x.shape(),
          "name all axes but the batch's");
    }
    int[] order =
        IntStream.concat(IntStream.of(0), dims.stream().mapToInt(Integer::intValue)).toArray();
    return Shaping.transpose(x, order);
  }
}
