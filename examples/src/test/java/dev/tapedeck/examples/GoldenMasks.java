package dev.tapedeck.examples;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.examples.GoldenModels.Case;
import dev.tapedeck.examples.GoldenModels.Scores;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.MeanSquaredError;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Reduction;

/** The models of {@code golden_masks.py}: of sequences, where steps of zeros are padding. */
final class GoldenMasks {
  private GoldenMasks() {}

  static Case of(String name, GoldenData data) {
    return switch (name) {
      case "masked" -> masked(Losses.meanSquaredError(), data, null);
      case "masked_with_weights" -> masked(Losses.meanSquaredError(), data, data.weightsByStep());
      case "masked_sum" ->
          masked(GoldenModels.reduced(Losses.meanAbsoluteError(), Reduction.SUM), data, null);
      case "masked_mean_with_sample_weight" ->
          masked(
              GoldenModels.reduced(Losses.meanSquaredError(), Reduction.MEAN_WITH_SAMPLE_WEIGHT),
              data,
              data.weightsByStep());
      case "masked_classes" -> maskedClasses(data);
      case "masked_functional" -> functional(data);
      case "masked_and_plain_outputs" -> maskedAndPlain(data);
      default -> throw new IllegalArgumentException("no model " + name);
    };
  }

  private static Tensor masked(Tensor sequence) {
    return sequence.withMask(Reductions.any(sequence.notEqual(0), -1));
  }

  private static final class Twice extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return Maths.tanh(x.mul(2).add(1));
    }

    @Override
    protected boolean supportsMasking() {
      return true;
    }
  }

  private static final class Masked extends Model {
    private final Dense hidden = new Dense(3, Activations::tanh);
    private final Twice twice = new Twice();
    private final Dense out;

    Masked(int units) {
      out = new Dense(units);
    }

    @Override
    protected Tensor call(Tensor x) {
      return out.apply(twice.apply(hidden.apply(masked(x))));
    }
  }

  private static Case masked(Loss loss, GoldenData data, Tensor weights) {
    Model model = new Masked(1);
    model.compile(
        new SGD(0.1, 0.5),
        Objective.of(loss).metrics(new MeanSquaredError()).weightedMetrics(new MeanSquaredError()));
    return new Case(model, Pipeline.of(data.sequence(), data.series(), weights));
  }

  private static Case maskedClasses(GoldenData data) {
    Model model = new Masked(3);
    model.compile(
        new Adam(0.01),
        Objective.of(Losses.sparseCategoricalCrossentropy().fromLogits())
            .metrics(new SparseCategoricalAccuracy())
            .weightedMetrics(new SparseCategoricalAccuracy()));
    return new Case(model, Pipeline.of(data.sequence(), data.steps(), data.weightsByStep()));
  }

  private static Case functional(GoldenData data) {
    Tensor sequence = Input.of(5, 2);
    Tensor h = GoldenModels.dense("hidden", 3, Activations::tanh).apply(masked(sequence));
    Dense out = GoldenModels.dense("out", 1, Activations::linear);
    Model model = Model.of(sequence, out.apply(new Twice().apply(h)));
    model.compile(new SGD(0.1), Losses.meanSquaredError(), new MeanSquaredError());
    return new Case(model, Pipeline.of(data.sequence(), data.series()));
  }

  /** A masked output by step, and one of the whole sequence. */
  private static final class MaskedAndPlain extends ModelOf<Tensor, Scores> {
    private final Dense hidden =
        new Dense(3, Activations::tanh).activityRegularizer(Regularizers.l2());
    private final Dense a = new Dense(1);
    private final Dense b = new Dense(1);

    @Override
    protected Scores call(Tensor x) {
      Tensor h = hidden.apply(masked(x));
      return new Scores(a.apply(h), b.apply(h.mean(1)));
    }
  }

  private static Case maskedAndPlain(GoldenData data) {
    MaskedAndPlain model = new MaskedAndPlain();
    model.compile(
        new Adam(0.01),
        Objective.of(Losses.meanSquaredError())
            .weightedMetrics("a", new MeanSquaredError())
            .weightedMetrics("b", new MeanSquaredError()));
    return new Case(
        model,
        Pipeline.of(
            data.sequence(),
            new Scores(data.series(), data.b()),
            new Scores(data.weightsByStep(), data.weights())));
  }
}
