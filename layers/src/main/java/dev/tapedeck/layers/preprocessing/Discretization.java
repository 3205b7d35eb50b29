package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that sorts numbers into bins between boundaries: int32 numbers in the shape of the input
 * or, in the other output modes, vectors of floats.
 *
 * <p>Boundaries {@code [0, 1, 2]} make the bins {@code x < 0}, {@code 0 <= x < 1}, {@code 1 <= x <
 * 2} and {@code x >= 2}, numbered from 0. {@code adapt} learns boundaries between which about as
 * many numbers lie; data of fewer numbers than {@code numBins} gives fewer bins. NaN is in the last
 * bin.
 *
 * <p>Without boundaries a call throws {@link IllegalStateException}, as {@code adapt} does after
 * the first call.
 */
public final class Discretization extends Adaptive<Discretization.Arguments, Discretization> {
  private static final String WHO = "Discretization";

  /**
   * The arguments of a {@link Discretization}.
   *
   * @param binBoundaries boundaries, ascending; null before they are learned
   * @param numBins number of bins to learn; null if the boundaries are given
   * @param epsilon part of the numbers by which a learned boundary may be off
   */
  public record Arguments(
      List<Double> binBoundaries, Integer numBins, double epsilon, OutputMode outputMode) {
    /** Checks the arguments. */
    public Arguments {
      if (numBins != null) {
        Checks.atLeast(WHO, "numBins", 1, numBins, "give the number of bins");
      }
      if (!(epsilon > 0 && epsilon < 1)) {
        throw Refusal.of(WHO, "needs an epsilon in (0, 1)", epsilon, "give one, as 0.01");
      }
      OutputMode.check(
          WHO,
          outputMode,
          OutputMode.INT,
          OutputMode.ONE_HOT,
          OutputMode.MULTI_HOT,
          OutputMode.COUNT);
      if (binBoundaries != null
          && !binBoundaries.equals(binBoundaries.stream().sorted().toList())) {
        throw Refusal.of(WHO, "needs ascending boundaries", binBoundaries, "sort them");
      }
    }
  }

  private Discretization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of boundaries, ascending. */
  public Discretization(List<Double> binBoundaries) {
    this(new Arguments(List.copyOf(binBoundaries), null, 0.01, OutputMode.INT));
  }

  /** Makes a layer that learns the boundaries of a number of bins. */
  public Discretization(int numBins) {
    this(new Arguments(null, numBins, 0.01, OutputMode.INT));
  }

  /**
   * Sets the part of the numbers by which a learned boundary may be off; by default 0.01. A larger
   * one needs less memory.
   */
  public Discretization epsilon(double epsilon) {
    return with("epsilon", epsilon);
  }

  /** Sets what is returned; by default {@link OutputMode#INT}. */
  public Discretization outputMode(OutputMode outputMode) {
    return with("outputMode", outputMode);
  }

  @Override
  Learning<Discretization> learning() {
    requireUncalled();
    if (args().numBins == null) {
      throw Refusal.of(
          WHO + ": adapt",
          "learns the boundaries of a number of bins",
          "a layer of given boundaries",
          "make it of numBins");
    }
    Quantiles quantiles = new Quantiles(args().epsilon);
    return new Learning<>() {
      @Override
      public void take(EagerTensor batch) {
        quantiles.take(batch.cast(DType.FLOAT32).toFloatArray());
      }

      @Override
      public Discretization end() {
        return with("binBoundaries", quantiles.boundaries(args().numBins));
      }
    };
  }

  @Override
  protected void build(Shape input) {
    if (args().binBoundaries == null) {
      throw unadapted("binBoundaries");
    }
  }

  @Override
  protected Tensor call(Tensor x) {
    List<Double> boundaries = args().binBoundaries;
    double[] values = boundaries.stream().mapToDouble(Double::doubleValue).toArray();
    Tensor numbers = x.dtype().isFloating() ? x : x.cast(DType.FLOAT64);
    Tensor bins = Sorting.searchSorted(Tensor.of(values).cast(numbers.dtype()), numbers, true);
    OutputMode mode = args().outputMode;
    return mode == OutputMode.INT
        ? bins
        : Encode.floats(new Encode(WHO, mode, values.length + 1, false), bins, dtypePolicy());
  }
}
