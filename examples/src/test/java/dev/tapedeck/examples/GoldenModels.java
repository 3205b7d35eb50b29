package dev.tapedeck.examples;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.BinaryAccuracy;
import dev.tapedeck.metrics.CategoricalAccuracy;
import dev.tapedeck.metrics.MeanSquaredError;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraints;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Reduction;
import dev.tapedeck.train.Trainable;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The models of {@code golden_models.py}, compiled, each with its examples. */
final class GoldenModels {
  record Query(Tensor user, Tensor item) {}

  record Scores(Tensor a, Tensor b) {}

  record Case(Trainable<?, ?> model, Pipeline examples) {}

  private GoldenModels() {}

  static Case of(String name, GoldenData data) {
    return switch (name) {
      case "functional_two_outputs" ->
          twoOutputs(functional(), new SGD(0.1, 0.9), objective(), data, null);
      case "subclassed_two_outputs" ->
          twoOutputs(new GoldenSteps.Subclassed(), new Adam(0.01), objective(), data, null);
      case "one_weight_for_all_outputs" ->
          twoOutputs(functional(), new SGD(0.1), weighted(), data, data.weights());
      case "weights_by_output" ->
          twoOutputs(
              new GoldenSteps.Subclassed(),
              new SGD(0.1),
              weighted(),
              data,
              new Scores(data.weightsA(), data.weightsB()));
      case "one_loss_for_all_outputs" ->
          twoOutputs(
              functional(),
              new SGD(0.1),
              Objective.of(Losses.meanSquaredError()),
              data,
              data.weights());
      case "loss_of_one_output" -> {
        ModelOf<Query, Scores> model = functional();
        ((Dense) model.layer("b")).trainable(false);
        Objective ofA =
            new Objective(Map.of())
                .and("a", Losses.binaryCrossentropy(), 0.5)
                .metrics("b", new MeanSquaredError());
        yield twoOutputs(model, new SGD(0.1), ofA, data, null);
      }
      case "weighted_classes" -> weightedClasses(data);
      case "images" -> images(data);
      case "mean_absolute_error" -> ofLoss(Losses.meanAbsoluteError(), data.user(), data.b(), null);
      case "binary_logits" ->
          ofLoss(Losses.binaryCrossentropy().fromLogits(), data.user(), data.a(), null);
      case "categorical_logits" ->
          ofLoss(Losses.categoricalCrossentropy().fromLogits(), data.user(), data.onehot(), null);
      case "sparse_probabilities" -> sparseProbabilities(data);
      case "reduction_sum" ->
          ofLoss(
              reduced(Losses.meanSquaredError(), Reduction.SUM),
              data.user(),
              data.b(),
              data.weights());
      case "reduction_mean_with_sample_weight" ->
          ofLoss(
              reduced(Losses.meanSquaredError(), Reduction.MEAN_WITH_SAMPLE_WEIGHT),
              data.user(),
              data.b(),
              data.weights());
      case "frozen_layer" -> {
        Dense hidden = hidden();
        hidden.kernelRegularizer(Regularizers.l2(0.1)).activityRegularizer(Regularizers.l1(0.1));
        hidden.trainable(false);
        yield onB(functional(hidden, out(1)), new SGD(0.1, 0.9), data);
      }
      case "frozen_base" -> frozenBase(data);
      case "unfrozen_within_frozen_base" -> unfrozenWithinFrozenBase(data);
      case "penalties" -> {
        Dense hidden =
            hidden()
                .kernelRegularizer(Regularizers.l1l2(0.01, 0.02))
                .biasRegularizer(Regularizers.l2(0.1))
                .activityRegularizer(Regularizers.l1l2(0.01, 0.02));
        yield onB(functional(hidden, out(1)), new SGD(0.1, 0.9), data);
      }
      case "constrained" -> {
        Dense hidden = hidden().kernelConstraint(Constraints.maxNorm(1));
        Dense out =
            out(1).kernelConstraint(Constraints.nonNeg()).biasConstraint(Constraints.nonNeg());
        yield onB(functional(hidden, out), new Adam(0.02), data);
      }
      case "added_loss" -> {
        Tensor user = Input.of(3);
        Tensor h = new GoldenSteps.Added().apply(hidden().apply(user));
        yield onB(Model.of(user, out(1).apply(h)), new SGD(0.1), data);
      }
      case "shared_layer" -> sharedLayer(data);
      case "reports_of_steps" ->
          twoOutputs(new GoldenSteps.Reporting(), new SGD(0.1), objective(), data, null);
      case "accumulated_gradients" -> onB(new GoldenSteps.Accumulating(), new Adam(0.01), data);
      case "gradient_penalty" -> onB(new GoldenSteps.Smooth(), new SGD(0.1, 0.9), data);
      case "two_optimizers" -> {
        Model model = new GoldenSteps.Gan();
        model.compile(new SGD(), Losses.meanSquaredError());
        yield new Case(model, Pipeline.of(data.item(), data.user()));
      }
      default -> GoldenMasks.of(name, data);
    };
  }

  static Dense dense(String name, int units, UnaryOperator<Tensor> activation) {
    Dense dense = new Dense(units, activation);
    dense.name(name);
    return dense;
  }

  private static Dense hidden() {
    return dense("hidden", 4, Activations::tanh);
  }

  private static Dense out(int units) {
    return dense("out", units, Activations::linear);
  }

  private static Model functional(Dense hidden, Dense out) {
    Tensor user = Input.of(3);
    return Model.of(user, out.apply(hidden.apply(user)));
  }

  private static ModelOf<Query, Scores> functional() {
    Query query = new Query(Input.of("user", DType.FLOAT32, 3), Input.of("item", DType.FLOAT32, 2));
    Tensor h = hidden().apply(Joining.concat(-1, query.user(), query.item()));
    Tensor a = dense("a", 1, Activations::sigmoid).apply(h);
    return Model.of(query, new Scores(a, dense("b", 1, Activations::linear).apply(h)));
  }

  private static Objective objective() {
    return Objective.of("a", Losses.binaryCrossentropy())
        .and("b", Losses.meanSquaredError(), 0.3)
        .metrics("a", new BinaryAccuracy())
        .metrics("b", new MeanSquaredError());
  }

  private static Objective weighted() {
    return objective()
        .weightedMetrics("a", new BinaryAccuracy())
        .weightedMetrics("b", new MeanSquaredError("weighted"));
  }

  private static Case twoOutputs(
      ModelOf<Query, Scores> model,
      Optimizer optimizer,
      Objective objective,
      GoldenData data,
      Object weights) {
    model.compile(optimizer, objective);
    Query inputs = new Query(data.user(), data.item());
    return new Case(model, Pipeline.of(inputs, new Scores(data.a(), data.b()), weights));
  }

  private static Case weightedClasses(GoldenData data) {
    Model model = functional(hidden(), dense("out", 3, Activations::softmax));
    model.compile(
        new SGD(0.2, 0.5, true),
        Objective.of(Losses.categoricalCrossentropy())
            .metrics(new CategoricalAccuracy())
            .weightedMetrics(new CategoricalAccuracy(), new CategoricalAccuracy()));
    return new Case(model, Pipeline.of(data.user(), data.onehot(), data.weights()));
  }

  private static Case images(GoldenData data) {
    Tensor image = Input.of(4, 4, 1);
    Conv2D conv = new Conv2D(2, 3, Activations::relu).padding(Padding.SAME);
    conv.name("conv");
    Tensor h = new Dropout(0).apply(new Flatten().apply(conv.apply(image)));
    Model model = Model.of(image, dense("logits", 3, Activations::linear).apply(h));
    model.compile(
        new Adam(0.01),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy());
    return new Case(model, Pipeline.of(data.images(), data.classes()));
  }

  private static Case ofLoss(Loss loss, Tensor x, Tensor y, Tensor weights) {
    Model model = functional(hidden(), out((int) y.shape().size(1)));
    model.compile(new SGD(0.1), loss);
    return new Case(model, Pipeline.of(x, y, weights));
  }

  private static Case sparseProbabilities(GoldenData data) {
    Model model = functional(hidden(), dense("out", 3, Activations::softmax));
    model.compile(new SGD(0.1), Losses.sparseCategoricalCrossentropy());
    return new Case(model, Pipeline.of(data.user(), data.classes()));
  }

  /** Returns a loss with another reduction. */
  static Loss reduced(Loss loss, Reduction reduction) {
    return new Loss() {
      @Override
      public Tensor perExample(Tensor labels, Tensor predictions) {
        return loss.perExample(labels, predictions);
      }

      @Override
      public Reduction reduction() {
        return reduction;
      }
    };
  }

  private static Case frozenBase(GoldenData data) {
    Tensor features = Input.of(3);
    Model base = Model.of(features, hidden().apply(features));
    base.name("base");
    base.trainable(false);
    Tensor user = Input.of(3);
    return onB(Model.of(user, out(1).apply(base.apply(user))), new Adam(0.01), data);
  }

  private static Case unfrozenWithinFrozenBase(GoldenData data) {
    Tensor features = Input.of(3);
    Dense top = dense("top", 4, Activations::tanh).kernelRegularizer(Regularizers.l1());
    Tensor h = hidden().kernelRegularizer(Regularizers.l2()).apply(features);
    Model base = Model.of(features, top.apply(h));
    base.name("base");
    base.trainable(false);
    top.trainable(true);
    Tensor user = Input.of(3);
    return onB(Model.of(user, out(1).apply(base.apply(user))), new SGD(0.1), data);
  }

  private static Case sharedLayer(GoldenData data) {
    Dense tower =
        dense("tower", 4, Activations::tanh)
            .activityRegularizer(Regularizers.l2())
            .kernelRegularizer(Regularizers.l1());
    Tensor left = Input.of("left", DType.FLOAT32, 3);
    Tensor right = Input.of("right", DType.FLOAT32, 3);
    Tensor out = out(1).apply(tower.apply(left).sub(tower.apply(right)).abs());
    ModelOf<List<Tensor>, Tensor> model = Model.of(List.of(left, right), out);
    model.compile(new SGD(0.1), Losses.meanSquaredError());
    return new Case(model, Pipeline.of(List.of(data.user(), data.onehot()), data.b()));
  }

  private static Case onB(Model model, Optimizer optimizer, GoldenData data) {
    model.compile(optimizer, Losses.meanSquaredError(), new MeanSquaredError());
    return new Case(model, Pipeline.of(data.user(), data.b()));
  }
}
