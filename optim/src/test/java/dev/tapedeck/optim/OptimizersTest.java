package dev.tapedeck.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizersTest {
  static Stream<Optimizer> optimizers() {
    return Stream.of(
        new SGD(0.1),
        new SGD(0.1, 0.5),
        new SGD(0.1, 0.5, true),
        new Adam(0.3),
        new Adam(0.3).amsgrad(true),
        new Nadam(0.1),
        new Adamax(0.2),
        new RMSprop(0.02),
        new Adagrad(1),
        new Adadelta(30),
        new Ftrl(3),
        new Lion(new PolynomialDecay(0.1, 140)),
        new Lamb(new PolynomialDecay(0.1, 140)),
        new Adafactor(new PolynomialDecay(0.3, 140)),
        new Muon(new PolynomialDecay(0.3, 140)),
        new ScheduleFreeAdamW(0.5),
        new LossScaleOptimizer(new Adam(0.3)),
        new MultiOptimizer(new Adam(0.3), Map.of()));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void findsTheMinimum(Optimizer optimizer) {
    Variable x = Variable.of(5f);
    Variable y = Variable.of(new float[] {-1, 2});
    for (int step = 0; step < 150; step++) {
      optimizer.minimize(() -> x.sub(3).pow(2).add(y.pow(2).sum()), List.of(x, y));
    }
    assertEquals(150, optimizer.iterations().value().item());
    assertEquals(3, x.value().item(), 0.02);
    assertEquals(0, y.abs().max().item(), 0.02);
  }

  @Test
  void aNewLearningRateHoldsFromTheNextStep() {
    for (Optimizer optimizer : List.of(new SGD(1), new Adam(1))) {
      Variable x = Variable.of(5f);
      optimizer.learningRate().assign(0.25f);
      optimizer.applyGradients(List.of(Tensor.of(1f)), List.of(x));
      assertEquals(4.75, x.value().item(), 1e-6);
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(
            (Executable) () -> new SGD(-1),
            "optimizer: the learning rate must be 0 or more, received -1.0; choose a small one, as"
                + " 0.001"),
        refused(() -> new SGD(0.1, 1.5), "SGD: momentum must be in [0, 1], received 1.5"),
        refused(() -> new Adam(0.1, 1, 0.999, 1e-7), "Adam: beta1 must be in [0, 1), received 1.0"),
        refused(() -> new Adam().beta2(Double.NaN), "Adam: beta2 must be in [0, 1), received NaN"),
        refused(() -> new Adam().epsilon(-1), "Adam: epsilon must be 0 or more, received -1.0"),
        refused(
            () -> new Adam().clipnorm(0), "optimizer: clipnorm must be more than 0, received 0.0"),
        refused(
            () -> new Adam().gradientAccumulationSteps(1),
            "optimizer: gradientAccumulationSteps must be 2 or more, received 1"),
        arguments(
            (Executable) () -> new Adam().clipnorm(1).clipvalue(2),
            "optimizer: gradients are clipped in one way, received clipnorm 1.0, clipvalue 2.0,"
                + " globalClipnorm null; set one of them"),
        arguments(
            (Executable) () -> new LossScaleOptimizer(new Adam()).clipnorm(1),
            "LossScaleOptimizer: takes no clipnorm, received 1.0; set it on the optimizers that"
                + " take the steps"),
        arguments(
            (Executable) () -> new MultiOptimizer(new SGD(1), Map.of("(", new SGD(1))),
            "MultiOptimizer: takes optimizers by regular expressions, received \"(\": Unclosed"
                + " group; write a backslash before a character that is meant itself"),
        arguments(
            (Executable) () -> new MultiOptimizer(new LossScaleOptimizer(new SGD(1)), Map.of()),
            "MultiOptimizer: takes optimizers that take steps themselves and do not scale the"
                + " loss, received "
                + new LossScaleOptimizer(new SGD(1))
                + "; put the scale around the MultiOptimizer, and name all others in its map"),
        refused(
            () -> new CosineDecay(0.1, 0),
            "CosineDecay: decaySteps must be more than 0, received 0"),
        arguments(
            (Executable) () -> new PiecewiseConstantDecay(List.of(5L, 3L), List.of(1.0, 0.5, 0.1)),
            "PiecewiseConstantDecay: needs ascending boundaries and one value more, received"
                + " [5, 3] and [1.0, 0.5, 0.1]; give a value before each boundary, and one after"
                + " the last"));
  }

  private static Arguments refused(Executable mistake, String message) {
    return arguments(mistake, message + "; leave it out for Keras's default");
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreExplained(Executable mistake, String message) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake).getMessage());
  }

  @Test
  void argumentsAreSetBeforeTheFirstStep() {
    Adam adam = new Adam();
    adam.applyGradients(List.of(Tensor.of(1f)), List.of(Variable.of(5f)));
    for (Executable late : List.<Executable>of(() -> adam.amsgrad(true), () -> adam.clipnorm(1))) {
      String message = assertThrows(IllegalStateException.class, late).getMessage();
      assertTrue(message.endsWith("is set after the first step; set it before"), message);
    }
  }

  /** The root of the variance is not that of a number that rounding has made negative. */
  @Test
  void equalGradientsHaveNoVariance() {
    RMSprop optimizer = new RMSprop(0.01).centered(true).rho(0.5);
    Variable x = Variable.of(new float[] {1, 1, 1});
    for (int step = 0; step < 100; step++) {
      optimizer.applyGradients(List.of(Tensor.of(new float[] {1e3f, 333.3f, -7e4f})), List.of(x));
    }
    assertTrue(Double.isFinite(x.sum().item()), x.toString());
  }

  @Test
  void averagesAreSwappedByWhatTakesTheSteps() {
    Variable x = Variable.of(8f, "x");
    Variable y = Variable.of(8f, "y");
    Optimizer averaging = new SGD(1).useEma(true).emaMomentum(0.5);
    Optimizer all =
        new LossScaleOptimizer(new MultiOptimizer(new SGD(1), Map.of("x", averaging)), 4, 10);
    List<Tensor> gradients = List.of(Tensor.of(16f), Tensor.of(16f));
    all.swapAverages(List.of(x, y), true);
    assertEquals(8, x.value().item()); // its own, before the first step
    all.swapAverages(List.of(x, y), false);
    all.applyGradients(gradients, List.of(x, y));
    all.applyGradients(gradients, List.of(x, y));
    for (int i = 0; i < 2; i++) { // again: nothing to do
      all.swapAverages(List.of(x, y), true);
      assertEquals(2, x.value().item()); // the mean of 4 and 0
      assertEquals(0, y.value().item());
    }
    all.swapAverages(List.of(x, y), false);
    assertEquals(0, x.value().item());
    all.swapAverages(List.of(x, y), true);
    all.finalizeVariableValues(List.of(x, y));
    all.swapAverages(List.of(x, y), false);
    assertEquals(2, x.value().item());
    Optimizer without = new LossScaleOptimizer(new MultiOptimizer(new SGD(1), Map.of()));
    assertEquals(
        "MultiOptimizer: has averages to swap if it keeps them, received useEma(false); set"
            + " useEma(true) before the first step",
        assertThrows(
                IllegalArgumentException.class, () -> without.swapAverages(List.of(x, y), true))
            .getMessage());
  }

  /** As when the scale of the loss was too large for every step. */
  @Test
  void variablesThatTookNoStepAreTheirOwnAverages() {
    Variable x = Variable.of(8f, "x");
    Optimizer optimizer = new LossScaleOptimizer(new SGD(1).useEma(true));
    optimizer.applyGradients(List.of(Tensor.of(Float.NaN)), List.of(x));
    optimizer.finalizeVariableValues(List.of(x));
    assertEquals(8, x.value().item());
  }

  @Test
  void aScheduleIsReadByLearningRate() {
    SGD optimizer = new SGD(new ExponentialDecay(1, 1, 0.5));
    Variable x = Variable.of(0f);
    assertEquals(1, optimizer.learningRate().value().item());
    for (double rate : new double[] {1, 0.5, 0.25}) {
      double before = x.value().item();
      optimizer.applyGradients(List.of(Tensor.of(1f)), List.of(x));
      assertEquals(rate, before - x.value().item(), 1e-6);
      assertEquals(rate, optimizer.learningRate().value().item());
    }
    assertEquals(
        "SGD(learningRate=ExponentialDecay(initialLearningRate=1.0, decaySteps=1, decayRate=0.5,"
            + " staircase=false), momentum=0.0, nesterov=false; learning_rate: 0.25, iterations:"
            + " 3)",
        optimizer.toString());
  }
}
