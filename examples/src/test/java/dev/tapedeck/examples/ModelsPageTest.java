package dev.tapedeck.examples;

import static dev.tapedeck.ops.pointwise.Maths.exp;
import static dev.tapedeck.ops.pointwise.Maths.square;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The programs of {@code docs/models.md}, and the mistakes that they invite. */
class ModelsPageTest {
  private static final FitOptions SILENT = FitOptions.epochs(3).verbosity(Verbosity.SILENT);

  @BeforeEach
  void seed() {
    RandomKey.seed(5);
  }

  private static final class Vae extends Model {
    private final Dense encoder = new Dense(16, Activations::relu);
    private final Dense mean = new Dense(2);
    private final Dense logVariance = new Dense(2);
    private final Dense decoder = new Dense(16, Activations::relu);
    private final Dense pixels = new Dense(20, Activations::sigmoid);

    @Override
    protected Tensor call(Tensor x) {
      Tensor h = encoder.apply(x);
      Tensor m = mean.apply(h);
      Tensor v = logVariance.apply(h);
      Tensor z = m.add(exp(v.mul(0.5)).mul(Randoms.normal(m.shape().toArray())));
      Tensor y = pixels.apply(decoder.apply(z));
      addLoss(Losses.binaryCrossentropy().of(x, y).mul(20));
      addLoss(v.add(1).sub(square(m)).sub(exp(v)).sum(-1).mean().mul(-0.5));
      return y;
    }
  }

  @Test
  void lossesOfLayersTrainWithoutLabels() {
    Vae model = new Vae();
    model.compile(new Adam(0.01));
    Tensor x = Randoms.uniform(64, 20);
    History history = model.fit(x, FitOptions.epochs(8).verbosity(Verbosity.SILENT));
    List<Double> loss = history.get("loss");
    assertTrue(loss.getLast() < loss.getFirst(), loss.toString());
    model.apply(x);
    assertEquals(2, model.losses().size());
    Model empty = new Sequential(new Dense(1));
    empty.compile(new SGD(0.1));
    String message =
        assertThrows(IllegalStateException.class, () -> empty.fit(x, SILENT)).getMessage();
    assertTrue(message.contains("there is no loss"), message);
  }

  private static final class Gan extends Model {
    private final Sequential generator =
        new Sequential(new Dense(8, Activations::relu), new Dense(2));
    private final Sequential discriminator =
        new Sequential(new Dense(8, Activations::relu), new Dense(1));
    private final Optimizer discriminatorOptimizer = new Adam(0.01);
    private final Optimizer generatorOptimizer = new Adam(0.01);

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      int n = (int) batch.x().shape().size(0);
      Tensor ones = Tensor.ones(DType.FLOAT32, n, 1);
      Tensor zeros = Tensor.zeros(DType.FLOAT32, n, 1);
      Loss loss = Losses.binaryCrossentropy().fromLogits();
      Tensor ofDiscriminator;
      try (GradientTape tape = new GradientTape()) {
        Tensor fake = generator.apply(Randoms.normal(n, 4), true);
        ofDiscriminator =
            loss.of(ones, discriminator.apply(batch.x(), true))
                .add(loss.of(zeros, discriminator.apply(fake, true)));
        List<Variable> variables = discriminator.trainableVariables();
        discriminatorOptimizer.applyGradients(tape.gradient(ofDiscriminator, variables), variables);
      }
      generator.apply(Randoms.normal(n, 4), true);
      generatorOptimizer.minimize(
          () ->
              loss.of(ones, discriminator.apply(generator.apply(Randoms.normal(n, 4), true), true)),
          generator.trainableVariables());
      return Map.of("discriminator", ofDiscriminator);
    }
  }

  @Test
  void aModelWithStepsOfItsOwnNeedsNoOptimizer() {
    Gan model = new Gan();
    model.compile();
    History history = model.fit(Randoms.normal(64, 2), SILENT);
    assertEquals(3, history.get("discriminator").size());
  }

  @Test
  void aBaseIsFrozenAndThenTuned() {
    Model base =
        new Sequential(
            Input.of(6, 6, 3), new Conv2D(4, 3).name("features"), new Flatten(), new Dense(10));
    Model features = Model.of(base.input(), (Tensor) base.layer("features").output());
    features.trainable(false);
    Tensor x = Input.of(6, 6, 3);
    Model top = Model.of(x, new Dense(2).apply(new Flatten().apply(features.apply(x, false))));
    Loss loss = Losses.sparseCategoricalCrossentropy().fromLogits();
    Tensor images = Randoms.normal(8, 6, 6, 3);
    int[] labels = {0, 1, 0, 1, 0, 1, 0, 1};
    float[] before = features.getWeights().getFirst().toFloatArray();
    top.compile(new Adam(1e-3), loss);
    top.fit(images, labels, SILENT);
    assertArrayEquals(before, features.getWeights().getFirst().toFloatArray());
    features.trainable(true);
    assertThrows(IllegalStateException.class, () -> top.fit(images, labels, SILENT));
    top.compile(new Adam(1e-3), loss);
    top.fit(images, labels, SILENT);
    assertTrue(before[0] != features.getWeights().getFirst().toFloatArray()[0]);
  }

  private static void refused(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void mistakesAreRefused() {
    Tensor input = Input.of(4);
    refused("within a layer", () -> Randoms.uniformLike(RandomKey.next(), DType.FLOAT32, input));
    Loss broadcasting = (y, p) -> square(p.sub(y));
    refused(
        "stretch",
        () -> broadcasting.of(Tensor.zeros(DType.FLOAT32, 4), Tensor.zeros(DType.FLOAT32, 4, 1)));
    ModelOf<Tensor, List<Tensor>> two =
        Model.of(input, List.of(new Dense(1).apply(input), new Dense(1).apply(input)));
    two.compile(new SGD(0.1), Objective.of("0", Losses.meanSquaredError(), 2));
    refused(
        "have no loss",
        () ->
            two.fit(Randoms.normal(4, 4), Map.of("0", Tensor.zeros(DType.FLOAT32, 4, 1)), SILENT));
  }
}
