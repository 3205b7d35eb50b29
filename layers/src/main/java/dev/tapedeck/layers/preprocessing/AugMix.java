package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A layer that mixes images in training with images that went through chains of changes: {@code y =
 * m x + (1 - m) (w1 x1 + w2 x2 + ..)}, clipped to the range of values.
 *
 * <p>Each step of a chain is one of the changes of {@link RandAugment}, or none. Steps and weights
 * are drawn for a whole batch: {@code m} from the beta distribution of {@code alpha} and {@code
 * alpha}, the weights {@code w} of the chains from the Dirichlet distribution of {@code alpha}. An
 * image of another rank, or of unknown height or width, throws {@link IllegalArgumentException}.
 *
 * <p>D. Hendrycks, N. Mu, E. Cubuk, B. Zoph, J. Gilmer, B. Lakshminarayanan, "AugMix: A Simple Data
 * Processing Method to Improve Robustness and Uncertainty", ICLR 2020.
 */
public final class AugMix extends ColorAugmentation<AugMix.Arguments, AugMix.Drawn, AugMix> {
  private static final String WHO = "AugMix";

  /**
   * The arguments of an {@link AugMix}.
   *
   * @param valueRange the lowest and the highest value of pixels
   * @param numChains number of chains
   * @param chainDepth number of steps of a chain
   * @param factor limits of the strength of changes, in [0, 1]; a single one is the upper
   * @param alpha parameter of the distributions of weights, above 0
   * @param allOps whether changes of brightness, colour, contrast and sharpness are made, too
   * @param interpolation interpolation between pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> valueRange,
      int numChains,
      int chainDepth,
      List<Double> factor,
      double alpha,
      boolean allOps,
      Interpolation interpolation,
      Long seed,
      ImageLayout dataFormat)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requirePositive(WHO, "numChains", numChains);
      ImageOptions.requirePositive(WHO, "chainDepth", chainDepth);
      factor = ImageOptions.limits(WHO, "factor", factor, 0, 1);
      if (!(alpha > 0) || Double.isInfinite(alpha)) {
        throw Refusal.of(WHO, "alpha is above 0", alpha, "give a number as 1");
      }
      ImageOptions.requireLinear(WHO, interpolation);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  /** The part {@code m} of the images, the weights {@code [numChains]}, and the chains. */
  record Drawn(Tensor part, Tensor weights, List<UnaryOperator<Tensor>> chains) {}

  private AugMix(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of three chains of three steps of strengths up to 0.3. */
  public AugMix() {
    this(
        new Arguments(
            ImageOptions.BYTES,
            3,
            3,
            List.of(0.3),
            1,
            true,
            Interpolation.BILINEAR,
            null,
            ImageLayout.CHANNELS_LAST));
  }

  /** Sets the number of chains; by default 3. */
  public AugMix numChains(int numChains) {
    return with("numChains", numChains);
  }

  /** Sets the number of steps of a chain; by default 3. */
  public AugMix chainDepth(int chainDepth) {
    return with("chainDepth", chainDepth);
  }

  /** Sets the limits of the strength of changes; a single one, by default 0.3, is the upper. */
  public AugMix factor(double... factor) {
    return with("factor", ImageOptions.list(factor));
  }

  /** Sets the parameter of the distributions of weights; by default 1. */
  public AugMix alpha(double alpha) {
    return with("alpha", alpha);
  }

  /** Sets whether all changes are made; by default they are. */
  public AugMix allOps(boolean allOps) {
    return with("allOps", allOps);
  }

  /** Sets the interpolation between pixels; by default {@link Interpolation#BILINEAR}. */
  public AugMix interpolation(Interpolation interpolation) {
    return with("interpolation", interpolation);
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    Tensor alpha = Tensor.full(DType.FLOAT32, args().alpha, args().numChains);
    Tensor weights = Randoms.gamma(key.foldIn(0), alpha);
    Tensor part = Randoms.beta(key.foldIn(1), alpha.get(0), alpha.get(0));
    List<UnaryOperator<Tensor>> chains = new ArrayList<>();
    for (int i = 0; i < args().numChains; i++) {
      chains.add(chain(images, key.foldIn(2 + i)));
    }
    return new Drawn(part, weights.div(weights.sum()), chains);
  }

  private UnaryOperator<Tensor> chain(Tensor images, RandomKey key) {
    Policy policy =
        new Policy(args().factor, args().valueRange, args().interpolation, args().allOps);
    Tensor numbers = Randoms.randint(key.foldIn(0), 0, policy.size() + 1, args().chainDepth);
    List<List<UnaryOperator<Tensor>>> steps = new ArrayList<>();
    for (int i = 0; i < args().chainDepth; i++) {
      steps.add(policy.draw(images, key.foldIn(1 + i)));
    }
    return x -> {
      Tensor changed = x;
      for (int i = 0; i < steps.size(); i++) {
        changed = Policy.changed(changed, numbers.get(i), steps.get(i));
      }
      return changed;
    };
  }

  @Override
  Tensor changed(Tensor images, Drawn drawn) {
    Tensor sum = images.mul(0);
    for (int i = 0; i < drawn.chains.size(); i++) {
      Tensor weight = drawn.weights.get(i).cast(images.dtype());
      sum = sum.add(drawn.chains.get(i).apply(images).mul(weight));
    }
    Tensor part = drawn.part.cast(images.dtype());
    return clipped(images.mul(part).add(sum.mul(part.neg().add(1))));
  }
}
