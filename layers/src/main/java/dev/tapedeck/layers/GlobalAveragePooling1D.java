package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * Global average pooling of sequences: the mean of each channel.
 *
 * <p>Sequences {@code [n, w, c]} give {@code [n, c]}, or {@code [n, 1, c]} if the axes are kept;
 * with {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both.
 *
 * <p>Steps that a mask {@code [n, w]} excludes are not counted; where it excludes all, the mean is
 * NaN. The output has no mask. A mask where channels are first throws {@link
 * IllegalArgumentException}.
 *
 * <p>An input that is not such a batch of a floating-point type throws {@link
 * IllegalArgumentException}.
 */
public final class GlobalAveragePooling1D
    extends GlobalPooling<GlobalAveragePooling1D.Arguments, GlobalAveragePooling1D> {
  /**
   * The arguments of a {@link GlobalAveragePooling1D}.
   *
   * @param dataFormat position of the channels
   * @param keepdims whether the spatial axes stay, with size 1
   */
  public record Arguments(ImageLayout dataFormat, boolean keepdims)
      implements GlobalPooling.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven(
          "GlobalAveragePooling1D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private GlobalAveragePooling1D(Arguments arguments) {
    super(1, arguments);
  }

  /** Makes a layer. */
  public GlobalAveragePooling1D() {
    this(new Arguments(ImageLayout.CHANNELS_LAST, false));
  }

  @Override
  Tensor pool(Tensor images) {
    Tensor mask = images.mask();
    if (mask == null) {
      return Pooling.globalAvgPool(images, args().keepdims(), args().dataFormat());
    }
    if (args().dataFormat() == ImageLayout.CHANNELS_FIRST) {
      throw Refusal.of(
          "GlobalAveragePooling1D",
          "needs channels last for a mask, which is of the first axes",
          "a mask " + mask.shape() + " of " + images.shape(),
          "transpose(x, 0, 2, 1) first, and set the mask then");
    }
    Tensor valid = MaskShapes.ofElements(images, mask);
    Tensor sum = Reductions.sum(Logic.where(valid, images, 0), args().keepdims(), 1);
    return sum.div(Reductions.sum(valid.cast(images.dtype()), args().keepdims(), 1));
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }

  @Override
  protected Tensor computeMask(Tensor mask) {
    return null;
  }
}
