package dev.tapedeck.summaries;

import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A writer of a training run's summaries to a file that TensorBoard reads.
 *
 * <p>A run is a folder, and each writer makes a new file in it. Writers that are open at the same
 * time need folders of their own, such as {@code runs/1/train} and {@code runs/1/validation}, which
 * TensorBoard draws as separate curves.
 *
 * <p>Recording is cheap: values are copied at the call and may be released or overwritten after it.
 * A daemon thread encodes and writes them within two seconds, when the writer is flushed or closed,
 * and when the JVM exits, even if the writer is still open. A writer that is never closed keeps its
 * thread and its file until the JVM ends.
 *
 * <p>Training never waits for a log, nor fails because of one. Up to 64 MB of summaries wait to be
 * written, and beside them one of more than 32 MB. If the disk is too slow, newer ones are dropped,
 * with a warning and later their number. When the file can no longer be written (the disk is full,
 * the folder was removed), or encoding fails with an error, one warning is logged and later
 * summaries are dropped.
 *
 * <p>Writers may be used by several threads at once. Once closed, they refuse further summaries
 * with an {@link IllegalStateException}.
 */
public final class SummaryWriter implements AutoCloseable {
  private final Path file;
  private final EventQueue queue;
  private final boolean resumed;
  private volatile long step;
  private volatile boolean running; // whether hyperparameters were recorded and not yet ended

  private SummaryWriter(Path file, EventQueue queue, boolean resumed) {
    this.file = file;
    this.queue = queue;
    this.resumed = resumed;
  }

  /**
   * Opens a writer with a new file in a folder, which is created if missing.
   *
   * @param logdir the run's folder; files that are already in it are left alone
   * @return the writer, to be closed by the caller
   * @throws UncheckedIOException if the folder or the file cannot be made
   */
  public static SummaryWriter open(Path logdir) {
    Objects.requireNonNull(logdir, "SummaryWriter: the logdir is null");
    try {
      Path file = EventFiles.create(logdir);
      return new SummaryWriter(file, EventQueue.start(file, EventFiles.open(file)), false);
    } catch (IOException e) {
      throw cannotOpen(logdir, e);
    }
  }

  /**
   * Opens a writer for a training that resumes from a checkpoint: the run keeps what was recorded
   * before the {@link #mark} of that step, and later events are removed.
   *
   * @param logdir the run's folder; its file is appended to, or all its files are replaced by one
   *     if events are removed; without a mark of this or a later step, this is {@link #open}
   * @throws UncheckedIOException if files cannot be read or made
   */
  public static SummaryWriter resume(Path logdir, long step) {
    Position position = new Position(0, step);
    SummaryWriter writer = resume(logdir, position);
    writer.mark(position);
    return writer;
  }

  static SummaryWriter resume(Path logdir, Position position) {
    try {
      Files.createDirectories(logdir);
      EarlierEvents earlier = EarlierEvents.at(EventFiles.list(logdir), position);
      if (earlier.endThere() && earlier.areWhole()) {
        Path file = earlier.files().getLast();
        return new SummaryWriter(file, EventQueue.start(file, EventFiles.append(file)), true);
      }
      if (!earlier.haveLater() && !earlier.endThere()) {
        Path file = EventFiles.create(logdir);
        return new SummaryWriter(
            file, EventQueue.start(file, EventFiles.open(file)), earlier.haveSome());
      }
      // At step 0 the files may be those of another training: TensorBoard drops them, but they
      // stay.
      boolean another = position.equals(Position.START);
      List<Path> replaced = another ? List.of() : earlier.files();
      Path file = EventFiles.replace(replaced, logdir, earlier);
      return new SummaryWriter(
          file, EventQueue.start(file, EventFiles.append(file)), earlier.haveSome());
    } catch (IOException e) {
      throw cannotOpen(logdir, e);
    }
  }

  private static UncheckedIOException cannotOpen(Path logdir, IOException e) {
    return new UncheckedIOException(
        "SummaryWriter.open: cannot make an event file in "
            + logdir.toAbsolutePath()
            + "; choose a folder that can be written",
        e);
  }

  /** Returns whether this continues earlier files of the same training. */
  public boolean isResumed() {
    return resumed;
  }

  /**
   * Waits until everything recorded is in the file, and marks it as before the checkpoint of a
   * step, which is saved next, for {@link #resume(Path, long)}.
   */
  public void mark(long step) {
    mark(new Position(0, step));
    flush();
  }

  void mark(Position position) {
    write(position.mark(), position.step());
  }

  /** {@return the global step, 0 at first: the step of summaries that are recorded without one} */
  public long step() {
    return step;
  }

  /**
   * Sets the global step, for all threads.
   *
   * @return this writer
   */
  public SummaryWriter step(long step) {
    this.step = step;
    return this;
  }

  /**
   * Records one point of a curve at the global step.
   *
   * @see #scalar(String, double, long)
   */
  public void scalar(String tag, double value) {
    scalar(tag, value, step);
  }

  /**
   * Records one point of a curve.
   *
   * @param tag the curve's name, such as {@code loss}; TensorBoard groups by what precedes a slash
   * @param value stored as float32; NaN and infinities are kept
   * @param step the point's place on the horizontal axis
   * @throws IllegalArgumentException if the tag is empty
   */
  public void scalar(String tag, double value, long step) {
    write(PendingEvent.summary(tag, "scalars", 0, () -> TensorProtos.scalar((float) value)), step);
  }

  /**
   * Records a histogram of values, with 30 buckets.
   *
   * @see #histogram(String, Object, int, long)
   */
  public void histogram(String tag, Object values, long step) {
    histogram(tag, values, Histograms.BUCKETS, step);
  }

  /**
   * Records a histogram of values: their counts in buckets of equal width from the least value to
   * the greatest.
   *
   * <p>If all values are equal they are in the last bucket; if one is NaN, all edges are NaN.
   *
   * @param values a tensor, variable or array of any shape and element type
   * @throws IllegalArgumentException if the tag is empty, or the buckets are not 1 to 100,000
   */
  public void histogram(String tag, Object values, int buckets, long step) {
    write(Histograms.of(tag, values, buckets), step);
  }

  /**
   * Records at most three images.
   *
   * @see #image(String, Object, int, long)
   */
  public void image(String tag, Object images, long step) {
    image(tag, images, PngImages.MAX_OUTPUTS, step);
  }

  /**
   * Records images, stored as PNG files.
   *
   * @param images {@code [height, width, channels]} or {@code [n, height, width, channels]} with 1
   *     channel (grey), 2 (grey and alpha), 3 (red, green, blue) or 4 (and alpha); uint8, or
   *     floating numbers in {@code [0, 1]}, which are clipped, NaN to 0
   * @param maxOutputs number of images recorded, from the first on
   * @throws IllegalArgumentException if the tag is empty, or the images are of another shape or
   *     element type
   */
  public void image(String tag, Object images, int maxOutputs, long step) {
    write(PngImages.of(tag, images, maxOutputs), step);
  }

  /**
   * Records a text.
   *
   * @param markdown shown as Markdown
   * @throws IllegalArgumentException if the tag is empty
   */
  public void text(String tag, String markdown, long step) {
    write(Texts.of(tag, markdown), step);
  }

  /**
   * Records a table of texts.
   *
   * @param table strings, or rows of one length, which are lists of strings; each is shown as
   *     Markdown
   * @throws IllegalArgumentException if the tag is empty or the table is something else
   */
  public void text(String tag, List<?> table, long step) {
    write(Texts.of(tag, table), step);
  }

  /**
   * Records sounds, stored as WAV files of 16 bits a sample.
   *
   * @param samples {@code [frames, channels]} or {@code [n, frames, channels]}, floating numbers in
   *     {@code [-1, 1]}, which are clipped
   * @param sampleRate in Hz
   * @throws IllegalArgumentException if the tag is empty, the samples are of another shape or
   *     element type, or the rate is not positive
   */
  public void audio(String tag, Object samples, int sampleRate, long step) {
    write(Audio.of(tag, samples, sampleRate), step);
  }

  /**
   * Records precision and recall of a binary classifier at 201 thresholds.
   *
   * @see #prCurve(String, Object, Object, int, long)
   */
  public void prCurve(String tag, Object labels, Object predictions, long step) {
    prCurve(tag, labels, predictions, PrCurves.THRESHOLDS, step);
  }

  /**
   * Records precision and recall of a binary classifier at evenly spaced thresholds from 0 to 1.
   *
   * @param labels bool, or numbers 0 and 1
   * @param predictions floating numbers in {@code [0, 1]} in the shape of the labels; NaN is left
   *     out
   * @param thresholds number of thresholds, at least 2
   * @throws IllegalArgumentException if the tag is empty, or labels or predictions are something
   *     else
   */
  public void prCurve(String tag, Object labels, Object predictions, int thresholds, long step) {
    write(PrCurves.of(tag, labels, predictions, thresholds), step);
  }

  /**
   * Records how often each class was predicted for each label: a picture, and under {@code
   * tag/counts} a table with the share of each label that was predicted right.
   *
   * <p>Rows are labels, columns predictions; a cell is the darker the larger its share of the row,
   * green where prediction and label are the same. Counts are in the cells, and names beside and
   * above them, if there is room for all; of a name the first 12 characters, or the class's number
   * if it has others than letters and digits.
   *
   * @param counts {@code [n, n]}, numbers of 0 or more, as {@code Metrics.confusionMatrix} returns
   * @param classNames names of the n classes, shown as Markdown; none for their numbers
   * @throws IllegalArgumentException if the tag is empty, or counts or names are something else
   */
  public void confusionMatrix(String tag, Object counts, List<String> classNames, long step) {
    ConfusionMatrices.of(tag, counts, classNames).forEach(part -> write(part, step));
  }

  /**
   * Records a mesh, or without faces a cloud of points.
   *
   * @see #mesh(String, Object, Object, Object, Map, long)
   */
  public void mesh(String tag, Object vertices, Object faces, Object colors, long step) {
    mesh(tag, vertices, faces, colors, Map.of(), step);
  }

  /**
   * Records a mesh, or without faces a cloud of points.
   *
   * @param vertices coordinates, floating {@code [n, 3]} or {@code [batch, n, 3]}
   * @param faces three indices of vertices for each triangle, or null
   * @param colors red, green and blue of each vertex from 0 to 255, or null
   * @param config configuration of the scene, for three.js: numbers, booleans, strings, lists and
   *     maps, such as {@code Map.of("material", Map.of("cls", "PointsMaterial", "size", 0.1))}
   * @throws IllegalArgumentException if the tag is empty, or an argument is of another shape or
   *     element type
   */
  public void mesh(
      String tag, Object vertices, Object faces, Object colors, Map<String, ?> config, long step) {
    String json = new PythonJson(", ", ": ").write(config);
    Meshes.of(tag, vertices, faces, colors, json).forEach(part -> write(part, step));
  }

  /** Records the layout of TensorBoard's custom scalars dashboard. */
  public void customScalars(CustomScalarsLayout layout) {
    write(layout.pending(), 0);
  }

  /** Records the hyperparameters and metrics of the runs below this writer's folder. */
  public void hparams(HParams experiment) {
    write(experiment.config(), 0);
  }

  /**
   * Records the hyperparameters of this writer's run, which starts now. It ends successfully when
   * the writer is closed, unless {@link #hparamsEnd} was called before.
   *
   * @param values numbers, booleans and strings by their names; runs with equal values are one
   *     trial
   * @throws IllegalArgumentException if a value is of another type
   */
  public void hparams(Map<String, ?> values) {
    write(HParams.start(values, PendingEvent.now()), 0);
    running = true;
  }

  /** Records how the run ended; its hyperparameters were recorded before. */
  public void hparamsEnd(HParams.Status status) {
    running = false;
    write(HParams.end(status, PendingEvent.now()), 0);
  }

  /**
   * Records the graph of a traced function, or one for each path through its Java code, in scopes
   * {@code path_0}, {@code path_1}. TensorBoard shows the latest graph of a run.
   *
   * @throws IllegalArgumentException if it has not been traced
   */
  public void graph(ConcreteFunction function) {
    graph(GraphNodes.graphDef(function));
  }

  /** Records a traced graph: its calls, inputs, outputs, constants and variables. */
  public void graph(Graph graph) {
    graph(GraphNodes.graphDef(List.of(graph)));
  }

  /** Records a graph of ops: a serialized {@code GraphDef}. */
  public void graph(byte[] graphDef) {
    write(Graphs.ops(graphDef), 0);
  }

  /** Records a graph of layers: the JSON of a Keras model. */
  public void kerasGraph(String json, long step) {
    write(Graphs.keras(json), step);
  }

  /** Waits until everything recorded before is in the file, or dropped if it cannot be written. */
  public void flush() {
    queue.flush();
  }

  /** Flushes and closes the file; closing again does nothing. */
  @Override
  public void close() {
    if (running) {
      hparamsEnd(HParams.Status.SUCCESS);
    }
    queue.close();
  }

  /**
   * Makes this the default writer of {@link Summaries} on the current thread until the scope is
   * closed.
   *
   * <p>Closing the scope does not close the writer.
   *
   * @return the scope, to be closed on this thread
   */
  public SummaryScope asDefault() {
    return SummaryScope.withWriter(this);
  }

  /** Returns a text that names the file. */
  @Override
  public String toString() {
    return "SummaryWriter(" + file + ")";
  }

  private void write(PendingEvent event, long step) {
    queue.add(event.at(PendingEvent.now(), step));
  }
}
