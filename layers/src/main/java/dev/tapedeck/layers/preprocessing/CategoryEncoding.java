package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LayerFunction;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A layer that encodes whole numbers from 0 to {@code numTokens - 1} as vectors of floats: in the
 * output mode {@link OutputMode#ONE_HOT} {@code [n, ..]}, or {@code [n, .., 1]}, gives {@code [n,
 * .., numTokens]}, in the others {@code [n, .., m]} gives {@code [n, .., numTokens]}.
 *
 * <p>Other numbers, and inputs of a floating-point type, throw {@link IllegalArgumentException}.
 */
public final class CategoryEncoding extends BuiltIn<CategoryEncoding.Arguments, CategoryEncoding> {
  private static final String WHO = "CategoryEncoding";
  private static final LayerFunction<List<Tensor>, Tensor> WEIGHTED =
      (layer, input, _) -> ((CategoryEncoding) layer).weighted(input.getFirst(), input.getLast());

  /**
   * The arguments of a {@link CategoryEncoding}.
   *
   * @param numTokens number of different numbers
   */
  public record Arguments(int numTokens, OutputMode outputMode) {
    /** Checks the arguments. */
    public Arguments {
      Checks.atLeast(WHO, "numTokens", 1, numTokens, "give the largest number plus 1");
      OutputMode.check(WHO, outputMode, OutputMode.ONE_HOT, OutputMode.MULTI_HOT, OutputMode.COUNT);
    }
  }

  private CategoryEncoding(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that says which numbers occur along the last axis. */
  public CategoryEncoding(int numTokens) {
    this(new Arguments(numTokens, OutputMode.MULTI_HOT));
  }

  /** Sets what is returned; by default {@link OutputMode#MULTI_HOT}. */
  public CategoryEncoding outputMode(OutputMode outputMode) {
    return with("outputMode", outputMode);
  }

  /**
   * Returns the sums of weights of each number along the last axis, in the output mode {@link
   * OutputMode#COUNT}.
   *
   * @param countWeights floating-point weight of each of the numbers, in their shape
   * @throws IllegalArgumentException in another mode, or if the shapes differ
   */
  public Tensor applyWeighted(Object numbers, Object countWeights) {
    return apply(WEIGHTED, List.of(Operands.tensor(numbers), Operands.tensor(countWeights)), null);
  }

  private Tensor weighted(Tensor numbers, Tensor weights) {
    requireBuilt(numbers);
    Shape shape = numbers.shape();
    if (args().outputMode != OutputMode.COUNT || shape.isScalar()) {
      throw Refusal.of(
          WHO,
          "has weights of numbers along an axis, in the output mode COUNT",
          args().outputMode + " of " + shape,
          "leave the weights out, or set that mode");
    }
    if (!weights.dtype().isFloating() || weights.shape().rank() != shape.rank()) {
      throw Refusal.of(
          WHO,
          "needs a floating-point weight for each number",
          weights.spec() + " for " + shape,
          "cast or reshape the weights");
    }
    int[] all = IntStream.range(0, shape.rank()).toArray();
    Tensor fitting = CheckSizes.check(WHO, "countWeights", weights, all, numbers, all);
    return encode().applyTo(numbers, fitting);
  }

  private Encode encode() {
    return new Encode(WHO, args().outputMode, args().numTokens, false);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Encode.floats(encode(), x, dtypePolicy());
  }
}
