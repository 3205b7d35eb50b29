package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The checks of a layer.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> scale() {
 *   return LayerCheck.tests(Scale::new, Operand.real(2, 3));
 * }
 * }</pre>
 *
 * <p>{@link LayerGolden} compares one with Keras's.
 */
public final class LayerCheck {
  /** A call of a layer with the inputs that it is checked with. */
  @FunctionalInterface
  public interface Call {
    /** Returns the output to check. */
    Tensor of(AbstractLayer<?, ?> layer, List<Tensor> inputs, boolean training);
  }

  private final Call call;

  private LayerCheck(Call call) {
    this.call = call;
  }

  /**
   * Returns tests of a layer: its gradients, for each floating-point input and trainable variable,
   * against differences in float64, and the traced layer against the eager one.
   *
   * @param layer maker of a layer of a tensor, or of a list of tensors
   * @param inputs kind, range and shape of each input; float64, where it is real
   */
  public static Stream<DynamicTest> tests(
      Supplier<? extends AbstractLayer<?, ?>> layer, Operand... inputs) {
    return tests(layer, LayerCheck::apply, inputs);
  }

  /**
   * Returns tests of a layer whose input is not a tensor or a list of tensors, or whose output is
   * not a tensor.
   *
   * @param call calls the layer with the inputs
   */
  public static Stream<DynamicTest> tests(
      Supplier<? extends AbstractLayer<?, ?>> layer, Call call, Operand... inputs) {
    LayerCheck check = new LayerCheck(call);
    return Stream.of(
        dynamicTest("gradients", () -> check.gradients(layer.get(), drawn(0, inputs))),
        dynamicTest("traced equals eager", () -> check.tracedEqualsEager(layer.get(), inputs)));
  }

  /** Calls a layer of a tensor, or of a list of tensors. */
  @SuppressWarnings("unchecked") // all lists that layers take are of tensors
  public static Tensor apply(AbstractLayer<?, ?> layer, List<Tensor> inputs, boolean training) {
    return layer instanceof Layer one
        ? one.apply(inputs.getFirst(), training)
        : ((LayerOf<List<Tensor>, Tensor>) layer).apply(inputs, training);
  }

  /** Draws inputs; those of another number differ. */
  private static List<Tensor> drawn(int number, Operand... operands) {
    List<Tensor> drawn = new ArrayList<>();
    for (Operand operand : operands) {
      DType dtype = operand.dtype(DType.FLOAT64);
      drawn.add(operand.draw(DType.FLOAT64, number + drawn.size()).tensor(dtype));
    }
    return drawn;
  }

  private void gradients(AbstractLayer<?, ?> layer, List<Tensor> inputs) {
    call.of(layer, inputs, false);
    List<Variable> variables = layer.trainableVariables();
    List<Tensor> at = new ArrayList<>(inputs);
    for (Variable variable : variables) { // many begin as zeros
      int[] shape = new int[variable.shape().rank()];
      for (int axis = 0; axis < shape.length; axis++) {
        shape[axis] = Math.toIntExact(variable.shape().size(axis));
      }
      at.addAll(drawn(at.size(), Operand.real(shape)));
    }
    TensorFunction loss =
        GradientChecker.weighted(
            x -> {
              for (int i = 0; i < variables.size(); i++) {
                variables.get(i).assign(x[inputs.size() + i]);
              }
              return call.of(layer, List.of(x).subList(0, inputs.size()), false);
            });
    Tensor[] points = at.toArray(Tensor[]::new);
    GradientChecker.check(loss, gradients(loss, variables, points), points);
  }

  private static double[][] gradients(TensorFunction loss, List<Variable> variables, Tensor... at) {
    int inputs = at.length - variables.size();
    try (GradientTape tape = new GradientTape()) {
      List<Object> sources = new ArrayList<>(List.of(at).subList(0, inputs));
      sources.stream().map(Tensor.class::cast).filter(LayerCheck::isFloating).forEach(tape::watch);
      sources.addAll(variables);
      List<Tensor> gradients = tape.gradient(loss.of(at), sources);
      double[][] values = new double[at.length][];
      for (int i = 0; i < at.length; i++) {
        values[i] =
            gradients.get(i) == null
                ? new double[Math.toIntExact(at[i].shape().count())]
                : gradients.get(i).toDoubleArray();
      }
      return values;
    }
  }

  static boolean isFloating(Tensor tensor) {
    return tensor.dtype().isFloating();
  }

  private void tracedEqualsEager(AbstractLayer<?, ?> layer, Operand... inputs) {
    call.of(layer, drawn(0, inputs), false);
    TracedFunction<Tensor> traced =
        TracedFunction.of("layer", (List<Tensor> x) -> call.of(layer, x, false));
    for (int number = 0; number < 2; number++) {
      List<Tensor> x = drawn(number, inputs);
      Tensor expected = call.of(layer, x, false);
      Tensor actual = traced.call(x);
      assertEquals(expected.spec(), actual.spec());
      assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray());
    }
  }
}
