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
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * A watch over a run, which warns of its first loss that is not finite, with the op and layer that
 * it comes from, of inputs that look unscaled, and of layers whose units are dead.
 *
 * <p>A step checks its loss before it changes weights, and copies them only if it is not finite;
 * the search for the op follows the step.
 */
final class LossWatch {
  private static final EagerTensor[] NOTHING = {};
  private static final String UNKNOWN =
      "the model's outputs are finite when the batch is run again, so that the step's own code or a"
          + " random number made it";

  /** Steps after which a unit that is dead stays so. */
  private static final int SETTLED = 100;

  private static final String DEAD =
      ", so that they learn no more; use a smaller learning rate, or leakyRelu";

  private final Variable seen = Variable.untrainable(0L, "losses_not_finite");
  private Logger log;
  private AbstractLayer<?, ?> model;
  private ProgressPrinter printer;
  private String found;
  private String cause;
  private StateSnapshot before;
  private int trained; // steps of the run

  /** Begins a run of a model. */
  void begin(AbstractLayer<?, ?> modelOfRun, ProgressPrinter printerOfRun) {
    log = Loggers.of(Model.class); // a new one, so that each run warns
    model = modelOfRun;
    printer = printerOfRun;
    before = null;
    cause = null;
    trained = 0;
    count(0);
  }

  /** Checks a step's loss, at once or, while a graph is traced, whenever that runs. */
  void check(Tensor lossOfStep) {
    new CheckFinite(seen, loss -> found("the loss", loss)).apply(lossOfStep);
  }

  /** Returns whether a variable is the counter of this watch. */
  boolean isCounter(Variable variable) {
    return variable.equals(seen);
  }

  /** Checks the norm of all gradients of a step, before they are applied. */
  void checkGradients(Tensor norm) {
    new CheckFinite(seen, value -> found("the sum of the gradients' norms", value)).apply(norm);
  }

  private void found(String what, double value) {
    long earlier = (long) seen.reading().item();
    count(earlier + 1);
    if (earlier == 0 && model != null) {
      found = what + " is " + value;
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
   * @param check runs the step again, to find where the loss comes from
   */
  void afterStep(Supplier<String> place, Supplier<NumericsReport> check) {
    cause = null;
    if (before == null) {
      return;
    }
    StateSnapshot after = StateSnapshot.of(model);
    String source;
    try {
      before.restore();
      source = check.get().cause().orElse(UNKNOWN);
    } catch (RuntimeException e) { // of a layer; the training continues
      source = "the op was not found, since running the batch again failed: " + e.getMessage();
    } finally {
      after.restore();
      after.release();
      before.release();
      before = null;
    }
    warn(place.get() + ": " + found + "; " + source);
    cause = source;
  }

  /**
   * Warns after the first training step of a run if the inputs look unscaled, and after the
   * hundredth if half of a layer's units or more are dead.
   *
   * @param check runs the step again
   */
  void afterTraining(Supplier<String> place, Example batch, Supplier<NumericsReport> check) {
    trained++;
    if (trained == 1) {
      UnscaledInputs.of(model, batch).ifPresent(text -> warn(place.get() + ": " + text));
    } else if (trained == SETTLED) {
      deadUnits(check).forEach(units -> warn(place.get() + ": " + units + DEAD));
    }
  }

  private static List<NumericsReport.DeadUnits> deadUnits(Supplier<NumericsReport> check) {
    try {
      return check.get().deadUnits().stream()
          .filter(units -> 2 * units.dead() >= units.units())
          .toList();
    } catch (RuntimeException e) {
      return List.of(); // a model that is not called by its steps
    }
  }

  private void warn(String message) {
    if (printer != null) {
      printer.clearLine();
    }
    log.warn(message);
  }

  /** Returns what was found after the latest step; empty if it was not warned of. */
  Optional<String> cause() {
    return Optional.ofNullable(cause);
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
