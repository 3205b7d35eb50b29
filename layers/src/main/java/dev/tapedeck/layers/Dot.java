package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Einsum;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that multiplies two tensors and sums along an axis of each: the dot products of their
 * vectors, example by example.
 *
 * <p>With {@code axes = (1, 2)}, {@code [n, a, b]} and {@code [n, c, a]} give {@code [n, b, c]}:
 * the other axes of the first tensor, then those of the second. Two tensors {@code [n, a]} give
 * {@code [n, 1]}. Masks are dropped.
 *
 * <p>Another number of tensors than two, tensors of rank 1, of other element types or batch sizes,
 * and axes that are the batch's or of other sizes throw {@link IllegalArgumentException}.
 */
public final class Dot extends BuiltInOf<List<Tensor>, Tensor, Dot.Arguments, Dot> {
  private static final String WHO = "Dot";

  /** Lower bound of the lengths of vectors, squared. */
  private static final double SHORTEST = 1e-14;

  /**
   * The arguments of a {@link Dot}.
   *
   * @param axes axis of each tensor; negative ones count from the end
   * @param normalize whether the vectors are divided by their lengths, which gives cosines
   */
  public record Arguments(List<Integer> axes, boolean normalize) {
    /** Checks the arguments; one axis is that of both tensors. */
    public Arguments {
      axes = LayerOptions.forAxes(WHO, "axes", 2, axes);
      if (axes.contains(0)) {
        throw Refusal.of(
            WHO, "needs axes behind that of the batch", axes, "expandDims what has no batch");
      }
    }
  }

  private Dot(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that sums along the same axis of both tensors. */
  public Dot(int axes) {
    this(List.of(axes));
  }

  /** Makes a layer that sums along an axis of the first tensor and one of the second. */
  public Dot(List<Integer> axes) {
    this(new Arguments(axes, false));
  }

  /** Sets whether vectors are divided by their lengths; by default they are not. */
  public Dot normalize(boolean normalize) {
    return with("normalize", normalize);
  }

  @Override
  protected Tensor call(List<Tensor> inputs) {
    if (inputs.size() != 2) {
      throw Refusal.of(WHO, "needs two tensors", inputs.size(), "give a list of two");
    }
    Tensor x = inputs.getFirst();
    Tensor y = inputs.getLast();
    int ofX = x.shape().axis(args().axes.getFirst(), WHO);
    int ofY = y.shape().axis(args().axes.getLast(), WHO);
    check(x.shape(), ofX, y.shape(), ofY);
    if (args().normalize) {
      x = Normalization.l2Normalize(x, ofX, SHORTEST);
      y = Normalization.l2Normalize(y, ofY, SHORTEST);
    }
    Tensor products = Einsum.einsum(equation(x.shape().rank(), ofX, y.shape().rank(), ofY), x, y);
    return products.shape().rank() == 1 ? Shaping.expandDims(products, -1) : products;
  }

  private static void check(Shape x, int ofX, Shape y, int ofY) {
    boolean fits =
        ofX > 0
            && ofY > 0
            && x.slice(0, 1).fits(y.slice(0, 1))
            && x.slice(ofX, ofX + 1).fits(y.slice(ofY, ofY + 1));
    if (!fits) {
      throw Refusal.of(
          WHO,
          "needs tensors of one batch size, and axes of one size",
          x + " along axis " + ofX + " and " + y + " along axis " + ofY,
          "choose other axes, or permute the tensors");
    }
  }

  /** Returns {@code "abc,adb->acd"} for axes 1 and 2. */
  private static String equation(int rankOfX, int ofX, int rankOfY, int ofY) {
    StringBuilder x = new StringBuilder();
    for (int i = 0; i < rankOfX; i++) {
      x.append((char) ('a' + i));
    }
    StringBuilder y = new StringBuilder("a");
    for (int i = 1; i < rankOfY; i++) {
      y.append(i == ofY ? x.charAt(ofX) : (char) ('a' + rankOfX + i));
    }
    String left = new StringBuilder(x).deleteCharAt(ofX).toString();
    String right = new StringBuilder(y).deleteCharAt(ofY).substring(1);
    return x + "," + y + "->" + left + right;
  }
}
