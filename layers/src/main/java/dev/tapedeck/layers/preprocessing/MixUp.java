package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that mixes images and labels with others of their batch in training: {@code y = m x + (1
 * - m) x'}, where {@code m} is drawn for each image from the beta distribution of {@code alpha} and
 * {@code alpha}, and {@code x'} are the images in random order.
 *
 * <p>Whole numbers become floating-point ones. Images or labels of another rank throw {@link
 * IllegalArgumentException}.
 *
 * <p>H. Zhang, M. Cisse, Y. Dauphin, D. Lopez-Paz, "mixup: Beyond Empirical Risk Minimization",
 * ICLR 2018.
 */
public final class MixUp extends BatchMixing<MixUp.Arguments, MixUp.Drawn, MixUp> {
  /**
   * The arguments of a {@link MixUp}.
   *
   * @param alpha parameter of the beta distribution, above 0; the larger, the more is mixed
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(double alpha, Long seed) implements BatchMixing.Arguments {
    /** Checks the arguments. */
    public Arguments {
      if (!(alpha > 0) || Double.isInfinite(alpha)) {
        throw Refusal.of("MixUp", "alpha is above 0", alpha, "give a number as 0.2");
      }
    }
  }

  /** The part of each image that stays, float32 {@code [n, 1, 1, 1]}, and the others' numbers. */
  record Drawn(Tensor weight, Tensor order) {}

  private MixUp(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer whose parameter is 0.2. */
  public MixUp() {
    this(0.2);
  }

  /** Makes a layer of a parameter of the beta distribution. */
  public MixUp(double alpha) {
    this(new Arguments(alpha, null));
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    Tensor alpha = ImageAugmentation.forEach(images).add(args().alpha);
    return new Drawn(Randoms.beta(key.foldIn(0), alpha, alpha), order(key.foldIn(1), images));
  }

  @Override
  Tensor mixedImages(Tensor images, Drawn drawn) {
    Tensor others = Indexing.gather(images, drawn.order, 0);
    return others.add(images.sub(others).mul(drawn.weight.cast(images.dtype())));
  }

  @Override
  Tensor mixedLabels(Tensor labels, Tensor images, Drawn drawn) {
    return sharedLabels(labels, drawn.order, drawn.weight);
  }
}
