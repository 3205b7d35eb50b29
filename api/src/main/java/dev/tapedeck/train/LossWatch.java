package dev.tapedeck.train;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * A warning of the first loss of a run that is not finite, with the layer that it comes from.
 *
 * <p>A step checks its loss before it changes weights, and copies them only if it is not finite;
 * the search for the layer follows the step.
 */
final class LossWatch {
  private static final EagerTensor[] NOTHING = {};

  private final Variable seen = Variable.untrainable(0L, "losses_not_finite");
  private Logger log;
  private AbstractLayer<?, ?> model;
  private ProgressPrinter printer;
  private double loss;
  private StateSnapshot before;

  /** Begins a run of a model. */
  void begin(AbstractLayer<?, ?> modelOfRun, ProgressPrinter printerOfRun) {
    log = Loggers.of(Model.class); // a new one, so that each run warns
    model = modelOfRun;
    printer = printerOfRun;
    before = null;
    count(0);
  }

  /** Checks a step's loss, at once or, while a graph is traced, whenever that runs. */
  void check(Tensor lossOfStep) {
    new CheckFinite(seen, this::found).apply(lossOfStep);
  }

  private void found(double value) {
    long earlier = (long) seen.reading().item();
    count(earlier + 1);
    if (earlier == 0 && model != null) {
      loss = value;
      before = StateSnapshot.of(model);
    }
  }

  private void count(long losses) {
    seen.writing().elements().setAtIndex(Elements.LONG, 0, losses);
  }

  /**
   * Warns if the step that has ended had the run's first non-finite loss.
   *
   * @param place the step, {@code fit: epoch 1, batch 3}
   */
  void afterStep(Supplier<String> place, Example batch, boolean training) {
    if (before == null) {
      return;
    }
    StateSnapshot after = StateSnapshot.of(model);
    String source;
    try {
      before.restore();
      source = FiniteOutputs.firstOf(model, batch, training);
    } catch (RuntimeException e) { // of a layer; the training continues
      source = "the layer was not found, since calling the model again failed: " + e.getMessage();
    } finally {
      after.restore();
      after.release();
      before.release();
      before = null;
    }
    if (printer != null) {
      printer.clearLine();
    }
    log.warn("{}: the loss is {}; {}", place.get(), loss, source);
  }

  private record CheckFinite(Variable seen, DoubleConsumer found) implements Op {
    @Override
    public String name() {
      return "lookAtLoss";
    }

    @Override
    public Effect effect() {
      return Effect.WRITE;
    }

    @Override
    public List<Variable> written() {
      return List.of(seen);
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      return new TensorSpec[0];
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      double loss = inputs[0].item();
      if (!Double.isFinite(loss)) {
        found.accept(loss);
      }
      return NOTHING;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      return new Tensor[1];
    }
  }
}
