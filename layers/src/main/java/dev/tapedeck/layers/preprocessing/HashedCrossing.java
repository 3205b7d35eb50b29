package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltInOf;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that sorts combinations of features into bins by a hash: two or more tensors of strings
 * or whole numbers, {@code [n]} or {@code [n, 1]}, give int64 numbers from 0 to {@code numBins - 1}
 * in that shape or, in the output mode {@link OutputMode#ONE_HOT}, vectors of floats {@code [n,
 * numBins]}.
 *
 * <p>The hash joins the fingerprints of strings, as of {@link Hashing}, and the numbers, as
 * TensorFlow's {@code sparse.cross_hashed} does.
 */
public final class HashedCrossing
    extends BuiltInOf<List<Tensor>, Tensor, HashedCrossing.Arguments, HashedCrossing> {
  private static final String WHO = "HashedCrossing";

  /**
   * The arguments of a {@link HashedCrossing}.
   *
   * @param numBins number of bins
   */
  public record Arguments(int numBins, OutputMode outputMode) {
    /** Checks the arguments. */
    public Arguments {
      Checks.atLeast(WHO, "numBins", 1, numBins, "give the number of bins");
      OutputMode.check(WHO, outputMode, OutputMode.INT, OutputMode.ONE_HOT);
    }
  }

  private HashedCrossing(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that returns numbers of bins. */
  public HashedCrossing(int numBins) {
    this(new Arguments(numBins, OutputMode.INT));
  }

  /** Sets what is returned; by default {@link OutputMode#INT}. */
  public HashedCrossing outputMode(OutputMode outputMode) {
    return with("outputMode", outputMode);
  }

  @Override
  protected Tensor call(List<Tensor> inputs) {
    check(inputs.stream().map(Tensor::shape).toList());
    Tensor[] features = inputs.stream().map(HashedCrossing::numbers).toArray(Tensor[]::new);
    Tensor bins = new CrossHashes(args().numBins, features.length).applyTo(features);
    return args().outputMode == OutputMode.INT
        ? bins
        : Encode.floats(
            new Encode(WHO, OutputMode.ONE_HOT, args().numBins, false), bins, dtypePolicy());
  }

  private static void check(List<Shape> shapes) {
    Shape first = shapes.isEmpty() ? Shape.of() : shapes.getFirst();
    boolean single = first.rank() < 2 || (first.rank() == 2 && first.size(-1) == 1);
    if (shapes.size() < 2 || !single || !shapes.stream().allMatch(first::fits)) {
      throw Refusal.of(
          WHO,
          "needs two tensors or more, all [n] or all [n, 1]",
          shapes,
          "give it one tensor for each feature");
    }
  }

  /** Returns whole numbers, and fingerprints of text. */
  private static Tensor numbers(Tensor feature) {
    return feature.dtype() == DType.STRING
        ? new TextToIds(WHO, Hashes::fingerprint).applyTo(feature)
        : new NumbersToIds(WHO, number -> number).applyTo(feature);
  }
}
