package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that rescales numbers: {@code y = x * scale + offset}, in training and inference.
 *
 * <p>Inputs of any shape give the same one; whole numbers become float32, or what the policy
 * computes with.
 */
public final class Rescaling extends BuiltIn<Rescaling.Arguments, Rescaling> {
  /**
   * The arguments of a {@link Rescaling}.
   *
   * @param scale factor, or one for each place of the last axis
   * @param offset number that is added, or one for each place of the last axis
   */
  public record Arguments(List<Double> scale, List<Double> offset) {
    /** Checks and copies the arguments. */
    public Arguments {
      scale = checked("scale", scale);
      offset = checked("offset", offset);
    }

    private static List<Double> checked(String name, List<Double> numbers) {
      if (numbers == null || numbers.isEmpty()) {
        throw Refusal.of(
            "Rescaling", name + " needs a number or more", numbers, "give one, or one per channel");
      }
      return List.copyOf(numbers);
    }
  }

  private Rescaling(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that multiplies by a factor: {@code 1 / 255.0} of bytes. */
  public Rescaling(double scale) {
    this(scale, 0);
  }

  /** Makes a layer that multiplies by a factor, and adds a number. */
  public Rescaling(double scale, double offset) {
    this(List.of(scale), List.of(offset));
  }

  /** Makes a layer with a factor and a number to add for each place of the last axis. */
  public Rescaling(List<Double> scale, List<Double> offset) {
    this(new Arguments(scale, offset));
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor numbers = x.cast(Floats.of(x, dtypePolicy()));
    DType dtype = numbers.dtype();
    return numbers.mul(operand(args().scale(), dtype)).add(operand(args().offset(), dtype));
  }

  /** Returns a number, or the numbers of the last axis. */
  private static Object operand(List<Double> numbers, DType dtype) {
    return numbers.size() == 1
        ? numbers.getFirst()
        : Tensor.of(numbers.stream().mapToDouble(number -> number).toArray()).cast(dtype);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
