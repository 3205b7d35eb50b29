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
 * Warns of the first loss of a run that is not finite, and of the layer that it comes from.
 *
 * <p>A step looks at its loss before it changes weights, and copies them only when that is not
 * finite; the layer is looked for when the step is over.
 */
final class LossWatch {
  private static final EagerTensor[] NOTHING = {};

  private final Variable seen = Variable.untrainable(0L, "losses_not_finite");
  private Logger log;
  private Model model;
  private ProgressPrinter printer;
  private double loss;
  private StateSnapshot before;

  /** Begins a run of a model. */
  void begin(Model modelOfRun, ProgressPrinter printerOfRun) {
    log = Loggers.of(Model.class); // of its own, since each run is to be warned of
    model = modelOfRun;
    printer = printerOfRun;
    before = null;
    count(0);
  }

  /** Looks at a step's loss, at once or whenever the graph that is being traced runs. */
  void look(Tensor lossOfStep) {
    new Look(seen, this::found).apply(lossOfStep);
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
   * Warns if the step that has ended had the first loss of the run that is not finite.
   *
   * @param place gives {@code fit: epoch 1, batch 3}
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
    } catch (RuntimeException e) { // of a layer; the training may go on all the same
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

  private record Look(Variable seen, DoubleConsumer found) implements Op {
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
