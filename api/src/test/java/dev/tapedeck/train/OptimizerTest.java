package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {
  private final Variable scalar = Variable.of(5f, "scalar");
  private final Variable pair = Variable.of(new double[] {1, 2}, "pair");
  private final List<Variable> both = List.of(scalar, pair);
  private final Descent optimizer = new Descent(0.5);

  static Stream<Arguments.ArgumentSet> mistakes() {
    Tensor one = Tensor.of(1f);
    Tensor two = Tensor.of(new double[] {1, 1});
    String pair = "variable \"pair\" ";
    return Stream.of(
        argumentSet(
            "null",
            Arrays.asList(one, null),
            pair
                + "has no gradient: the loss does not depend on it through differentiable ops; use"
                + " it in the model, or leave it out of the list"),
        argumentSet(
            "another shape",
            List.of(one, two.reshape(1, 2)),
            pair + "is float64 (2,), its gradient float64 (1, 2)"),
        argumentSet(
            "another type",
            List.of(one, Tensor.of(new float[] {1, 1})),
            pair + "is float64 (2,), its gradient float32 (2,)"),
        argumentSet("too few", List.of(one), "received 1 gradients for 2 variables"),
        argumentSet("too many", List.of(one, two, two), "received 3 gradients for 2 variables"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeChangesNothing(List<Tensor> gradients, String message) {
    Exception refused =
        assertThrows(
            IllegalArgumentException.class, () -> optimizer.applyGradients(gradients, both));
    assertEquals("applyGradients: " + message, refused.getMessage());
    assertEquals(5, scalar.value().item());
    assertEquals(3, pair.sum().item());
    assertEquals(0, optimizer.iterations().value().item());
  }

  @Test
  void changesEachVariableByItsGradient() {
    optimizer.applyGradients(List.of(Tensor.of(2f), Tensor.of(new double[] {0, 4})), both);
    assertEquals(4, scalar.value().item());
    assertEquals("Variable(pair, [1. 0.], shape=(2,), dtype=float64)", pair.toString());
    assertEquals("int64 ()", optimizer.iterations().spec().toString());
    assertEquals(1, optimizer.iterations().value().item());
  }

  @Test
  void minimizeTakesAStepDownTheLoss() {
    optimizer.minimize(() -> Maths.square(scalar), List.of(scalar));
    assertEquals(0, scalar.value().item(), "5 - 0.5 * 10");
    assertEquals(1, optimizer.iterations().value().item());
    Exception unused =
        assertThrows(
            IllegalArgumentException.class,
            () -> optimizer.minimize(() -> Maths.square(scalar), both));
    assertEquals(
        "applyGradients: variable \"pair\" has no gradient: it was not used while the tape was"
            + " recording; what was read from it before is a constant; use it in the model, or leave it out of the list",
        unused.getMessage());
  }

  /**
   * What a variable held before it was assigned to is found before the first change, not amid it.
   */
  @Test
  void aStaleGradientChangesNothing() {
    Tensor former = pair.reading();
    pair.assign(new double[] {1, 2});
    Exception refused =
        assertThrows(
            IllegalStateException.class,
            () -> optimizer.applyGradients(List.of(Tensor.of(1f), former), both));
    assertEquals(
        "applyGradients: the gradient of variable \"pair\" cannot be used: variable \"pair\" was"
            + " assigned to after this tensor was read from it; compute the gradient before the"
            + " assignment, or keep variable.value()",
        refused.getMessage());
    assertEquals(5, scalar.value().item());
    assertEquals(0, optimizer.iterations().value().item());
  }

  @Test
  void aReleasedGradientChangesNothing() {
    Tensor released = Tensor.of(new double[] {1, 2});
    released.release();
    assertThrows(
        IllegalStateException.class,
        () -> optimizer.applyGradients(List.of(Tensor.of(1f), released), both));
    assertEquals(5, scalar.value().item());
  }

  @Test
  void aTracedGradientOutsideItsTraceChangesNothing() {
    Tensor[] symbol = new Tensor[1];
    TracedFunction.of("leak", (Tensor x) -> symbol[0] = x.mul(2)).call(new double[] {1, 2});
    assertThrows(
        IllegalStateException.class,
        () -> optimizer.applyGradients(List.of(Tensor.of(1f), symbol[0]), both));
    assertEquals(5, scalar.value().item());
  }

  /** Each gradient of the product is the other variable, which the step changes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsThatAreVariablesKeepTheirValues(boolean traced) {
    Variable a = Variable.of(new float[] {1, 2}, "a");
    Variable b = Variable.of(new float[] {3, 5}, "b");
    List<Variable> factors = List.of(a, b);
    TracedFunction<Tensor> step =
        TracedFunction.of(
            "step",
            () -> {
              optimizer.applyGradients(List.of(Operands.tensor(b), Operands.tensor(a)), factors);
              optimizer.minimize(() -> a.mul(b).sum(), factors);
              return Tensor.of(0f);
            });
    if (traced) {
      step.call();
    } else {
      optimizer.applyGradients(List.of(b.reading(), a.reading()), factors);
      optimizer.minimize(() -> a.mul(b).sum(), factors);
    }
    // (1, 2) - (3, 5) / 2 and (3, 5) - (1, 2) / 2, and once more
    assertEquals("[-1.75 -2.5]", text(a));
    assertEquals("[2.75 4.25]", text(b));
  }

  private static String text(Variable variable) {
    return Arrays.toString(variable.value().toFloatArray()).replace(",", "");
  }

  @Test
  void theLearningRateCanBeAssigned() {
    assertEquals(0.5, optimizer.learningRate().value().item());
    optimizer.learningRate().assign(0.25);
    optimizer.applyGradients(List.of(Tensor.of(4f)), List.of(scalar));
    assertEquals(4, scalar.value().item());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void theLearningRateIsFiniteAndNotNegative(double rate) {
    Exception refused = assertThrows(IllegalArgumentException.class, () -> new Descent(rate));
    assertEquals(
        "optimizer: the learning rate must be 0 or more, received "
            + rate
            + "; choose a small one, as 0.001",
        refused.getMessage());
  }

  /** Adds gradients up in a slot, and writes down the steps that began. */
  private static final class Summing extends Optimizer {
    final List<Long> begun = new ArrayList<>();

    Summing() {
      super(1);
    }

    @Override
    protected void build(Variable variable) {
      slot(variable, "sum");
    }

    @Override
    protected void beginStep(Tensor step) {
      begun.add(step.toLongArray()[0]);
    }

    @Override
    protected void update(Variable variable, Tensor gradient) {
      variable.assignSub(slot(variable, "sum").assignAdd(gradient));
    }
  }

  @Test
  void everyVariableHasSlotsOfItsOwn() {
    Summing summing = new Summing();
    Variable twin = Variable.of(5f, "scalar");
    for (int step = 0; step < 3; step++) {
      summing.applyGradients(List.of(Tensor.of(1f), Tensor.of(10f)), List.of(scalar, twin));
    }
    assertEquals(List.of(1L, 2L, 3L), summing.begun);
    assertEquals(5 - 1 - 2 - 3, scalar.value().item());
    assertEquals(5 - 10 - 20 - 30, twin.value().item());
    Variable slot = summing.slot(scalar, "sum");
    assertEquals(3, slot.value().item());
    assertSame(slot, summing.slot(scalar, "sum"));
    assertNotSame(slot, summing.slot(twin, "sum"));

    Variable other = summing.slot(pair, "other");
    assertEquals(pair.spec(), other.spec());
    assertEquals(Tensor.zeros(DType.FLOAT64, 2).toString(), other.value().toString());
    assertEquals("other", other.name());
    assertEquals(false, other.trainable());
  }

  /** As when a checkpoint that waits for the slots does not fit the second variable. */
  @Test
  void aSlotThatCannotBeMadeChangesNothing() {
    Summing summing = new Summing();
    Variable twin = Variable.of(5f, "twin");
    List<Variable> variables = List.of(scalar, twin);
    RuntimeException refused = new IllegalArgumentException("does not fit");
    summing.onStateCreated(
        () -> {
          if (summing.slots().containsKey(twin)) {
            throw refused;
          }
        });
    List<Tensor> gradients = List.of(Tensor.of(1f), Tensor.of(1f));
    assertSame(
        refused,
        assertThrows(
            IllegalArgumentException.class, () -> summing.applyGradients(gradients, variables)));
    assertEquals(5, scalar.value().item());
    assertEquals(0, summing.iterations().value().item());
    summing.onStateCreated(null);
    summing.applyGradients(gradients, variables);
    assertEquals(4, scalar.value().item());
    assertEquals(4, twin.value().item());
  }
}
