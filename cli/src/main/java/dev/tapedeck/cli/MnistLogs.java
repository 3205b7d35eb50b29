package dev.tapedeck.cli;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.summaries.HParams;
import dev.tapedeck.summaries.SummaryWriter;
import dev.tapedeck.summaries.TensorBoard;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Trainable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Callback that records more for TensorBoard: the settings, as text and as hyperparameters, and
 * after each epoch a precision-recall curve for every digit.
 */
final class MnistLogs implements Callback {
  private static final int BATCH_SCALARS_EVERY = 50;

  private final TensorBoard board;
  private final Map<String, Object> settings;
  private final Dataset test;
  private boolean begun;

  private MnistLogs(TensorBoard board, Map<String, Object> settings, Dataset test) {
    this.board = board;
    this.settings = settings;
    this.test = test;
  }

  /** Returns options with the callbacks that write logs. */
  static FitOptions addTo(
      FitOptions options, Path logdir, Map<String, Object> settings, Dataset test) {
    TensorBoard board =
        new TensorBoard(logdir)
            .batchScalarsEvery(BATCH_SCALARS_EVERY)
            .histogramsEvery(1)
            .stepsPerSecond()
            .samples(test);
    return options.callback(new MnistLogs(board, settings, test)).callback(board);
  }

  /** Records the settings, unless a resumed run has them already. */
  private void begin() {
    SummaryWriter run = board.run("");
    if (!begun && !run.isResumed()) {
      record(run);
    }
    begun = true;
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    begin();
  }

  private void record(SummaryWriter run) {
    List<List<String>> table = new ArrayList<>();
    settings.forEach((name, value) -> table.add(List.of(name, value.toString())));
    run.text("settings", table, 0);
    run.hparams(
        new HParams()
            .discrete("model", (Object[]) names(Architecture.values()))
            .discrete("optimizer", (Object[]) names(Algorithm.values()))
            .interval("learning-rate", 0, 1)
            .interval("batch-size", 1, 60_000)
            .metric("epoch_accuracy", "validation")
            .metric("epoch_loss", "validation"));
    run.hparams(settings);
  }

  private static String[] names(Enum<?>[] values) {
    return Arrays.stream(values).map(Object::toString).toArray(String[]::new);
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    begin();
    if (model.progress().epoch() == epoch) {
      return; // interrupted: it may be resumed
    }
    try (Scope scope = new Scope()) {
      Tensor probabilities = Activations.softmax(model.predict(test));
      Tensor labels = labels();
      for (int digit = 0; digit < probabilities.shape().size(1); digit++) {
        board
            .run("validation")
            .prCurve(
                "digit_" + digit,
                labels.equal(digit),
                probabilities.get(Index.ELLIPSIS, digit),
                epoch);
      }
    }
  }

  private Tensor labels() {
    List<Tensor> labels = new ArrayList<>();
    for (Example batch : test) {
      labels.add(batch.y());
    }
    return Joining.concat(0, labels.toArray());
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    if (begun) {
      boolean complete = model.progress().isComplete();
      board.run("").hparamsEnd(complete ? HParams.Status.SUCCESS : HParams.Status.FAILURE);
    }
  }
}
