package dev.tapedeck.train;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Symbolic inputs of functional models.
 *
 * <pre>{@code
 * Tensor image = Input.of(28, 28, 1);
 * Tensor hidden = new Dense(64, Activations::relu).apply(new Flatten().apply(image));
 * Model model = Model.of(image, new Dense(10).apply(hidden));
 * }</pre>
 *
 * <p>Layers, ops and operators take them as they take tensors, and give symbols: what is computed
 * is recorded, and runs with values when the model does.
 */
public final class Input {
  private static final AtomicInteger UNNAMED = new AtomicInteger();

  private Input() {}

  /** Returns an input of float32 examples of a shape, in a batch of any size. */
  public static Tensor of(long... shape) {
    return of(DType.FLOAT32, shape);
  }

  /** Returns an input of examples of a type and shape, in a batch of any size. */
  public static Tensor of(DType dtype, long... shape) {
    int number = UNNAMED.getAndIncrement();
    return of(number == 0 ? "input_layer" : "input_layer_" + number, dtype, shape);
  }

  /** Returns an input with a name. */
  public static Tensor of(String name, DType dtype, long... shape) {
    return of(name, new TensorSpec(dtype, Shape.of(Shape.UNKNOWN).concat(shape)));
  }

  /** Returns an input of a type and shape with its batch axis, of which sizes may be unknown. */
  public static Tensor of(String name, TensorSpec batch) {
    return new SymbolicCall.OfInput(name, batch).outputs().getFirst();
  }
}
