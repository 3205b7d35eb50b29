package dev.tapedeck.examples;

import static dev.tapedeck.ops.pointwise.Maths.square;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.examples.GoldenModels.Query;
import dev.tapedeck.examples.GoldenModels.Scores;
import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.GradientsAndVariables;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import dev.tapedeck.train.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The subclassed models of {@code golden_models.py}, most with steps of their own. */
final class GoldenSteps {
  private GoldenSteps() {}

  static class Subclassed extends ModelOf<Query, Scores> {
    private final Dense hidden = new Dense(4, Activations::tanh);
    private final Dense a = new Dense(1, Activations::sigmoid);
    private final Dense b = new Dense(1);

    @Override
    protected Scores call(Query query) {
      Tensor h = hidden.apply(Joining.concat(-1, query.user(), query.item()));
      return new Scores(a.apply(h), b.apply(h));
    }
  }

  /** A model whose steps return a number. */
  static final class Reporting extends Subclassed {
    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      super.trainStep(batch);
      return report(batch);
    }

    @Override
    protected Map<String, Tensor> testStep(Example batch) {
      super.testStep(batch);
      return report(batch);
    }

    private static Map<String, Tensor> report(Example batch) {
      return Map.of("largest", batch.inputs(Query.class).user().max());
    }
  }

  /** A layer that adds a loss. */
  static final class Added extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      addLoss(square(x).mean().mul(0.1));
      return x;
    }
  }

  /** A model that takes a step with the mean gradients of every two batches. */
  static final class Accumulating extends Model {
    private final Dense hidden = new Dense(4, Activations::tanh);
    private final Dense out = new Dense(1);
    private final transient List<Variable> sums = new ArrayList<>();
    private final transient Variable batches = Variable.untrainable(0L, "batches");

    @Override
    protected Tensor call(Tensor x) {
      return out.apply(hidden.apply(x));
    }

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      GradientsAndVariables given = computeGradients(batch);
      if (sums.isEmpty()) {
        given.variables().forEach(v -> sums.add(zeros(v)));
      }
      for (int i = 0; i < sums.size(); i++) {
        sums.get(i).assignAdd(given.gradients().get(i).div(2));
      }
      batches.assignAdd(1L);
      ControlFlow.cond(
          batches.mod(2L).equal(0L), () -> step(given.variables()), () -> Tensor.of(0));
      return Map.of();
    }

    private Tensor step(List<Variable> variables) {
      applyGradients(
          new GradientsAndVariables(sums.stream().map(Variable::value).toList(), variables));
      sums.forEach(sum -> sum.assign(Creation.zerosLike(sum)));
      return Tensor.of(1);
    }

    private static Variable zeros(Variable like) {
      return Variable.untrainable(Tensor.zeros(like.dtype(), like.shape().toArray()), "sum");
    }
  }

  /** A model that adds the mean squared gradient of its output for the input to the loss. */
  static final class Smooth extends Model {
    private final Dense hidden = new Dense(4, Activations::tanh);
    private final Dense out = new Dense(1);

    @Override
    protected Tensor call(Tensor x) {
      return out.apply(hidden.apply(x));
    }

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      try (GradientTape tape = new GradientTape()) {
        Tensor predictions;
        Tensor slope;
        try (GradientTape inner = new GradientTape()) {
          inner.watch(batch.x());
          predictions = apply(batch.x(), true);
          slope = inner.gradient(predictions, batch.x());
        }
        Tensor loss = computeLoss(batch, predictions).add(square(slope).mean().mul(0.5));
        List<Variable> variables = trainableVariables();
        List<Tensor> gradients = tape.gradient(loss, variables);
        updateMetrics(batch, predictions, loss);
        optimizer().applyGradients(gradients, variables);
      }
      return Map.of();
    }
  }

  /** A generator of examples and their critic, each with its optimizer. */
  static final class Gan extends Model {
    private final Dense generator = new Dense(3, Activations::tanh);
    private final Dense hidden = new Dense(4, Activations::tanh);
    private final Dense out = new Dense(1);
    private final Optimizer criticOptimizer = new Adam(0.01);
    private final Optimizer forgerOptimizer = new SGD(0.1, 0.9);
    private final Loss entropy = Losses.binaryCrossentropy().fromLogits();

    private Tensor criticize(Tensor x) {
      return out.apply(hidden.apply(x));
    }

    @Override
    protected Tensor call(Tensor noise) {
      return criticize(generator.apply(noise));
    }

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      Tensor ones = Tensor.ones(batch.x().dtype(), batch.x().shape().size(0), 1);
      List<Variable> critic = new ArrayList<>(hidden.variables());
      critic.addAll(out.variables());
      Map<String, Tensor> losses = new LinkedHashMap<>();
      losses.put(
          "critic",
          minimized(
              criticOptimizer,
              () ->
                  entropy
                      .of(ones, criticize(batch.y()))
                      .add(entropy.of(Creation.zerosLike(ones), apply(batch.x(), true))),
              critic));
      losses.put(
          "forger",
          minimized(
              forgerOptimizer,
              () -> entropy.of(ones, apply(batch.x(), true)),
              generator.variables()));
      return losses;
    }

    private static Tensor minimized(
        Optimizer optimizer, Supplier<Tensor> loss, List<Variable> variables) {
      try (GradientTape tape = new GradientTape()) {
        Tensor value = loss.get();
        optimizer.applyGradients(tape.gradient(value, variables), variables);
        return value;
      }
    }
  }
}
