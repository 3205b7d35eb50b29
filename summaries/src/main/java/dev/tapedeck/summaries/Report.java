package dev.tapedeck.summaries;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A callback that writes one self-contained HTML page of a training: its curves, the results of
 * each epoch, the model, and, of examples it is given, the confusion matrix and those with the
 * largest losses.
 *
 * <pre>{@code
 * model.fit(train, FitOptions.epochs(5).validation(test)
 *     .callback(new Report(Path.of("run.html")).title("Digits").examples(test)));
 * }</pre>
 *
 * <p>The page is written anew after each epoch, so that it can be watched; what comes from the
 * examples is added at the end, if they have labels and the model one output. It needs no network
 * and no other file. A training that is resumed from a checkpoint goes on with the curves before
 * it.
 */
public final class Report implements Callback, Trackable {
  private final Path file;
  private final Curves curves = new Curves();
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private String title = "Training";
  private Dataset examples;

  /**
   * Makes a report.
   *
   * @throws IllegalArgumentException if the file is a folder, or its folder does not exist
   */
  public Report(Path file) {
    this.file = file.toAbsolutePath();
    if (Files.isDirectory(file) || !Files.isDirectory(this.file.getParent())) {
      throw Refusal.of(
          "Report", "needs a file in a folder that exists", file, "create the folder first");
    }
  }

  /** Sets the title of the page; by default Training. */
  public Report title(String text) {
    title = Objects.requireNonNull(text, "Report: the title is null");
    return this;
  }

  /** Adds settings to the page, such as the options of a command. */
  public Report settings(Map<String, Object> values) {
    settings.putAll(values);
    return this;
  }

  /** Sets examples, whose predictions are shown at the end; by default none. */
  public Report examples(Dataset dataset) {
    examples = dataset;
    return this;
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    write(model, null);
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    if (model.progress().epoch() == epoch) {
      return; // it was interrupted
    }
    curves.add(epoch + 1, logs);
    write(model, null);
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    if (examples != null && model instanceof Model single) {
      write(model, PredictedExamples.of(single, examples));
    } else {
      write(model, null);
    }
    curves.clear();
  }

  @Override
  public Map<String, Object> parts() {
    return Map.of("curves", curves);
  }

  private void write(Trainable<?, ?> model, PredictedExamples predicted) {
    String page = new ReportPage(title, settings, curves.byName()).html(model, predicted);
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.writeString(unfinished, page);
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Report: cannot write " + file, e);
    }
  }
}
