package dev.tapedeck.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.testing.Linear;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.LearningRateFinder;
import dev.tapedeck.train.LearningRateFinder.Curve;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LearningRateFinderTest {
  private static final float[][] X = new float[50][1];
  private static final float[][] Y = new float[50][1];

  static {
    for (int i = 0; i < X.length; i++) {
      X[i][0] = (i % 7 - 3) / 2f;
      Y[i][0] = 3 * X[i][0] + (i % 3 - 1) / 4f;
    }
  }

  private static Model compiled(Optimizer optimizer) {
    Model model = new Sequential(new Linear(1));
    model.compile(optimizer, Losses.meanSquaredError());
    return model;
  }

  private static void train(Model model) {
    model.fit(X, Y, FitOptions.epochs(2).batchSize(8).verbosity(FitOptions.Verbosity.SILENT));
  }

  private static List<float[]> values(Model model) {
    List<float[]> values = new ArrayList<>();
    model.variables().forEach(v -> values.add(v.value().toFloatArray()));
    Optimizer optimizer = model.optimizer();
    values.add(new float[] {(float) optimizer.iterations().value().item()});
    values.add(optimizer.learningRate().value().toFloatArray());
    for (Map<String, Variable> slots : optimizer.slots().values()) {
      slots.values().forEach(slot -> values.add(slot.value().toFloatArray()));
    }
    return values;
  }

  private static void assertSame(List<float[]> expected, List<float[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i));
    }
  }

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        new SGD(0.05, 0.9).useEma(true),
        new Adam(0.05).gradientAccumulationSteps(2),
        new LossScaleOptimizer(new Adam(0.05).useEma(true), 16, 3),
        new MultiOptimizer(new SGD(0.05), Map.of(".*kernel", new Adam(0.05))),
        new Lamb(0.05),
        new Muon(0.05),
        new Adafactor(0.05));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void trainingGoesOnAsWithoutTheTest(Optimizer optimizer) {
    Model plain = compiled(optimizer.copy());
    Model tested = compiled(optimizer);
    plain.predictOnBatch(X);
    tested.predictOnBatch(X);
    RandomKey.seed(5);
    train(plain);
    train(plain);
    RandomKey.seed(5);
    Curve first = new LearningRateFinder().find(tested, X, Y);
    train(tested);
    List<float[]> before = values(tested);
    Curve second = new LearningRateFinder(1e-4, 1, 20).find(tested, X, Y);
    assertSame(before, values(tested));
    train(tested);
    assertSame(values(plain), values(tested));
    assertEquals(first.rates().size(), first.losses().size());
    assertTrue(second.rates().size() <= 20);
  }

  @Test
  void theLossFallsAndDiverges() {
    Model model = compiled(new SGD(0.01));
    Curve curve = new LearningRateFinder().find(model, X, Y); // before it has variables
    assertEquals(0, model.variables().getFirst().value().item());
    int count = curve.rates().size();
    assertTrue(count > 50 && count < 100, curve::toString);
    assertEquals(1e-7, curve.rates().getFirst());
    assertEquals(Math.pow(1e8, 1 / 99.0), curve.rates().get(1) / curve.rates().get(0), 1e-9);
    double least = curve.losses().stream().mapToDouble(x -> x).min().orElseThrow();
    assertTrue(curve.losses().getLast() > 4 * least, curve::toString);
    double rate = curve.suggestion();
    assertTrue(rate > 1e-3 && rate < 1, curve::toString);
    assertTrue(curve.svg().contains("learning rate"), curve.svg());
    assertEquals(0.01f, model.optimizer().learningRate().value().item());
  }

  @Test
  void lossesThatAreNotFiniteEndIt() {
    Model model = new Sequential(new Linear(1));
    model.compile(
        new SGD(0.1), (labels, predictions) -> predictions.add(1).mul(1e38).mul(1e38).sum());
    Curve curve = new LearningRateFinder().find(model, X, Y);
    assertEquals(0, curve.rates().size());
    assertEquals("", curve.svg());
  }

  @Test
  void theSuggestionIsWhereTheLossFallsMost() {
    List<Double> rates = DoubleStream.of(1e-3, 1e-2, 1e-1, 1, 10).boxed().toList();
    assertEquals(1e-1, new Curve(rates, List.of(5.0, 4.9, 4.0, 1.0, 9.0)).suggestion());
    assertEquals(
        "LearningRateFinder: the loss falls at none of 5 rates; begin with a smaller rate, or take"
            + " more steps",
        assertThrows(
                IllegalStateException.class,
                () -> new Curve(rates, List.of(1.0, 1.0, 2.0, 3.0, 4.0)).suggestion())
            .getMessage());
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void mistakesAreRefused() {
    refused(
        "LearningRateFinder: needs rising rates above 0, and 3 or more steps, received 0.0 to 1.0 in"
            + " 100 steps; leave them out for 1e-7 to 10 in 100 steps",
        () -> new LearningRateFinder(0, 1, 100));
    refused(
        "LearningRateFinder: sets the learning rate of each step, received"
            + " ExponentialDecay[initialLearningRate=1.0, decaySteps=1, decayRate=0.5,"
            + " staircase=false]; compile the model with a number for the test",
        () ->
            new LearningRateFinder()
                .find(compiled(new SGD(new ExponentialDecay(1, 1, 0.5))), X, Y));
    refused(
        "LearningRateFinder: a curve has a loss for each rate, received 1 rates and 0 losses; give"
            + " lists of one length",
        () -> new Curve(List.of(1.0), List.of()));
  }
}
