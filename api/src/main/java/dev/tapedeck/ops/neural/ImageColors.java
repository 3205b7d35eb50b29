package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/** Conversions of colours {@code [.., 3]}, as of images {@code [n, h, w, 3]}. */
public final class ImageColors {
  /** The brightness of red, green and blue. */
  private static final double[] BRIGHTNESS = {0.2989, 0.587, 0.114};

  private ImageColors() {}

  /**
   * Returns grey levels {@code [.., 1]} of colours {@code [.., 3]}: {@code 0.2989 r + 0.587 g +
   * 0.114 b}. What has one channel stays as it is.
   *
   * @throws IllegalArgumentException if there are other channels than 1 or 3, or the type is not a
   *     floating-point one
   */
  public static Tensor rgbToGrayscale(Object images) {
    Tensor x = Operands.tensor(images);
    if (!x.shape().isScalar() && x.shape().size(-1) == 1) {
      return x;
    }
    requireColours("rgbToGrayscale", x);
    Tensor weighted = x.mul(Casting.cast(BRIGHTNESS, x.dtype()));
    return Shaping.expandDims(weighted.sum(-1), -1);
  }

  /**
   * Returns hue, saturation and value of red, green and blue: the value is the largest of them, and
   * of their type; the hue, in [0, 1], is 0 of what has no colour.
   *
   * @throws IllegalArgumentException if there are other channels than 3, or the type is not a
   *     floating-point one
   */
  public static Tensor rgbToHsv(Object images) {
    Tensor x = Operands.tensor(images);
    requireColours("rgbToHsv", x);
    List<Tensor> rgb = Joining.unstack(x, -1);
    Tensor red = rgb.get(0);
    Tensor green = rgb.get(1);
    Tensor blue = rgb.get(2);
    Tensor value = x.max(-1);
    Tensor range = value.sub(x.min(-1));
    Tensor coloured = range.greater(0);
    Tensor saturation = Logic.where(value.greater(0), Maths.divNoNan(range, value), 0);
    Tensor sixth = Maths.reciprocal(Logic.where(coloured, range, 1).mul(6));
    Tensor ofGreen = blue.sub(red).mul(sixth).add(2 / 6.0);
    Tensor ofBlue = red.sub(green).mul(sixth).add(4 / 6.0);
    Tensor hue =
        Logic.where(
            red.equal(value),
            green.sub(blue).mul(sixth),
            Logic.where(green.equal(value), ofGreen, ofBlue));
    Tensor positive = Logic.where(hue.less(0), hue.add(1), hue);
    return Joining.stack(-1, Logic.where(coloured, positive, 0), saturation, value);
  }

  /**
   * Returns red, green and blue of hue, saturation and value.
   *
   * @throws IllegalArgumentException if there are other channels than 3, or the type is not a
   *     floating-point one
   */
  public static Tensor hsvToRgb(Object images) {
    Tensor x = Operands.tensor(images);
    requireColours("hsvToRgb", x);
    List<Tensor> hsv = Joining.unstack(x, -1);
    Tensor angle = hsv.get(0).mul(6);
    Tensor saturation = hsv.get(1);
    Tensor value = hsv.get(2);
    Tensor red = Maths.clip(angle.sub(3).abs().sub(1), 0, 1);
    Tensor green = Maths.clip(angle.sub(2).abs().neg().add(2), 0, 1);
    Tensor blue = Maths.clip(angle.sub(4).abs().neg().add(2), 0, 1);
    Tensor pale = saturation.neg().add(1);
    return Joining.stack(
        -1,
        red.mul(saturation).add(pale).mul(value),
        green.mul(saturation).add(pale).mul(value),
        blue.mul(saturation).add(pale).mul(value));
  }

  private static void requireColours(String who, Tensor x) {
    Checks.sameFloating(who, x.spec());
    if (x.shape().isScalar() || x.shape().size(-1) != 3) {
      throw Refusal.of(
          who,
          "needs 3 channels, in the last axis",
          x.shape(),
          "transpose images that have them elsewhere");
    }
  }
}
