package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that sorts strings or whole numbers into bins by a hash: int64 numbers from 0 to {@code
 * numBins - 1} in the shape of the input or, in the other output modes, vectors of floats.
 *
 * <p>The hash is FarmHash's Fingerprint64 of the text in UTF-8, or of the number's decimal digits;
 * with a salt it is SipHash-2-4. Inputs of a floating-point type throw {@link
 * IllegalArgumentException}.
 */
public final class Hashing extends BuiltIn<Hashing.Arguments, Hashing> {
  private static final String WHO = "Hashing";

  /**
   * The arguments of a {@link Hashing}.
   *
   * @param numBins number of bins
   * @param maskValue string or number that alone is in bin 0; null for none
   * @param salt two numbers that change the hash; null for none
   */
  public record Arguments(int numBins, Object maskValue, List<Long> salt, OutputMode outputMode) {
    /** Checks the arguments. */
    public Arguments {
      Checks.atLeast(WHO, "numBins", 1, numBins, "give the number of bins");
      OutputMode.check(
          WHO,
          outputMode,
          OutputMode.INT,
          OutputMode.ONE_HOT,
          OutputMode.MULTI_HOT,
          OutputMode.COUNT);
      if (maskValue != null && !(maskValue instanceof String || maskValue instanceof Long)) {
        throw Refusal.of(
            WHO,
            "needs a string or whole number as maskValue",
            maskValue,
            "give one of its inputs");
      }
    }
  }

  private Hashing(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without a mask or salt, which returns numbers of bins. */
  public Hashing(int numBins) {
    this(new Arguments(numBins, null, null, OutputMode.INT));
  }

  /** Sets the string or whole number that alone is in bin 0; by default null, none. */
  public Hashing maskValue(Object value) {
    return with("maskValue", value instanceof Integer number ? (Object) number.longValue() : value);
  }

  /** Sets one or two numbers that change the hash; by default there are none. */
  public Hashing salt(long... salt) {
    return with("salt", Hashes.salt(WHO, salt));
  }

  /** Sets what is returned; by default {@link OutputMode#INT}. */
  public Hashing outputMode(OutputMode outputMode) {
    return with("outputMode", outputMode);
  }

  @Override
  protected Tensor call(Tensor x) {
    OutputMode mode = args().outputMode;
    Tensor bins = bins(x);
    return mode == OutputMode.INT
        ? bins
        : Encode.floats(new Encode(WHO, mode, args().numBins, false), bins, dtypePolicy());
  }

  private Tensor bins(Tensor x) {
    Object mask = args().numBins > 1 ? args().maskValue : null;
    int masked = mask == null ? 0 : 1;
    Hashes.Bins bins = Hashes.bins(args().numBins - masked, args().salt);
    if (mask != null && (x.dtype() == DType.STRING) != mask instanceof String) {
      throw Refusal.of(
          WHO, "needs inputs of the kind of maskValue " + mask, x.spec(), "give another maskValue");
    }
    if (x.dtype() == DType.STRING) {
      return new TextToIds(WHO, text -> text.equals(mask) ? 0 : masked + bins.of(text)).applyTo(x);
    }
    long number = mask == null ? 0 : (Long) mask;
    return new NumbersToIds(
            WHO, each -> mask != null && each == number ? 0 : masked + bins.of(Long.toString(each)))
        .applyTo(x);
  }
}
