package dev.tapedeck.train;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import java.util.Objects;

/**
 * What a layer's variable is made of; see {@code Layer.addVariable}.
 *
 * @param name name within the layer
 * @param shape shape, all sizes known
 * @param initializer maker of the initial value
 * @param regularizer penalty on the value that is added to the loss; null for none
 * @param constraint projection of the value after each step of an optimizer; null for none
 * @param trainable whether training changes it
 * @param autocast whether mixed precision reads it in the type of the computation
 */
public record WeightSpec(
    String name,
    Shape shape,
    Initializer initializer,
    Regularizer regularizer,
    Constraint constraint,
    boolean trainable,
    boolean autocast) {
  /** Checks name, initializer and shape. */
  public WeightSpec {
    Objects.requireNonNull(name, "layer: the variable's name is null");
    Objects.requireNonNull(
        initializer, () -> "layer: variable \"" + name + "\" has no initializer; give one");
    if (!shape.isKnown()) {
      throw Refusal.of(
          "layer",
          "needs a known shape for variable \"" + name + "\"",
          shape,
          "give the input's sizes that it depends on");
    }
  }

  /** Makes the spec of a trainable variable. */
  public WeightSpec(String name, Initializer initializer, long... shape) {
    this(name, Shape.of(shape), initializer, null, null, true, true);
  }

  /** Returns a spec with a penalty. */
  public WeightSpec regularizer(Regularizer penalty) {
    return new WeightSpec(name, shape, initializer, penalty, constraint, trainable, autocast);
  }

  /** Returns a spec with a projection. */
  public WeightSpec constraint(Constraint projection) {
    return new WeightSpec(name, shape, initializer, regularizer, projection, trainable, autocast);
  }

  /** Returns the spec of a variable that training does not change. */
  public WeightSpec untrainable() {
    return new WeightSpec(name, shape, initializer, regularizer, constraint, false, autocast);
  }

  /** Returns the spec of a variable that mixed precision reads in its own type, as statistics. */
  public WeightSpec withoutAutocast() {
    return new WeightSpec(name, shape, initializer, regularizer, constraint, trainable, false);
  }
}
