package dev.tapedeck.summaries;

import dev.tapedeck.ops.Operands;
import java.util.List;
import java.util.Map;

/**
 * Functions that record summaries with the thread's default writer, at that writer's global step.
 *
 * <p>With them model code can record summaries without access to a writer. They do nothing, at
 * almost no cost, when the thread has no {@linkplain SummaryWriter#asDefault default writer} or the
 * step is not to be recorded.
 *
 * <p>Within a {@linkplain dev.tapedeck.function.TracedFunction traced function} they record in each
 * call: with the tensor values, the writer and the step of that call. Java values are those of the
 * trace.
 */
public final class Summaries {
  private Summaries() {}

  /**
   * Records one point of a curve.
   *
   * @param name the curve's name, such as {@code loss}
   * @param value a number, or a tensor or variable of one element; stored as float32
   * @throws IllegalArgumentException if the name is empty or the value is not one number
   * @throws IllegalStateException if the default writer is closed
   */
  public static void scalar(String name, Object value) {
    SummaryOp.record(
        "scalarSummary", (writer, in) -> writer.scalar(name, toDouble(name, in[0])), value);
  }

  /**
   * Records a histogram of values, with 30 buckets.
   *
   * @see SummaryWriter#histogram(String, Object, int, long)
   */
  public static void histogram(String name, Object values) {
    SummaryOp.record(
        "histogramSummary", (writer, in) -> writer.histogram(name, in[0], writer.step()), values);
  }

  /**
   * Records at most three images.
   *
   * @see SummaryWriter#image(String, Object, int, long)
   */
  public static void image(String name, Object images) {
    SummaryOp.record(
        "imageSummary", (writer, in) -> writer.image(name, in[0], writer.step()), images);
  }

  /**
   * Records a text in Markdown.
   *
   * @see SummaryWriter#text(String, String, long)
   */
  public static void text(String name, String markdown) {
    SummaryOp.record("textSummary", (writer, in) -> writer.text(name, markdown, writer.step()));
  }

  /**
   * Records a table of texts in Markdown.
   *
   * @see SummaryWriter#text(String, List, long)
   */
  public static void text(String name, List<?> table) {
    SummaryOp.record("textSummary", (writer, in) -> writer.text(name, table, writer.step()));
  }

  /**
   * Records sounds.
   *
   * @see SummaryWriter#audio(String, Object, int, long)
   */
  public static void audio(String name, Object samples, int sampleRate) {
    SummaryOp.record(
        "audioSummary",
        (writer, in) -> writer.audio(name, in[0], sampleRate, writer.step()),
        samples);
  }

  /**
   * Records precision and recall of a binary classifier at 201 thresholds.
   *
   * @see SummaryWriter#prCurve(String, Object, Object, int, long)
   */
  public static void prCurve(String name, Object labels, Object predictions) {
    SummaryOp.record(
        "prCurveSummary",
        (writer, in) -> writer.prCurve(name, in[0], in[1], writer.step()),
        labels,
        predictions);
  }

  /**
   * Records how often each class was predicted for each label.
   *
   * @see SummaryWriter#confusionMatrix(String, Object, List, long)
   */
  public static void confusionMatrix(String name, Object counts, List<String> classNames) {
    SummaryOp.record(
        "confusionMatrixSummary",
        (writer, in) -> writer.confusionMatrix(name, in[0], classNames, writer.step()),
        counts);
  }

  /**
   * Records a mesh, or without faces a cloud of points.
   *
   * @see SummaryWriter#mesh(String, Object, Object, Object, Map, long)
   */
  public static void mesh(String name, Object vertices, Object faces, Object colors) {
    SummaryOp.record(
        "meshSummary",
        (writer, in) -> writer.mesh(name, in[0], in[1], in[2], writer.step()),
        vertices,
        faces,
        colors);
  }

  /**
   * Records only at the global steps divisible by {@code n}, on this thread, until the scope is
   * closed.
   *
   * <p>Without it, every step is recorded. Only the methods of this class heed it; those of a
   * {@link SummaryWriter} always write.
   *
   * @param n number of steps from one recorded step to the next; 1 records all
   * @return the scope, to be closed on this thread
   * @throws IllegalArgumentException if {@code n} is less than 1
   */
  public static SummaryScope recordEvery(int n) {
    if (n < 1) {
      throw new IllegalArgumentException(
          "Summaries.recordEvery: expected a number of steps of at least 1, received " + n);
    }
    return SummaryScope.withEvery(n);
  }

  private static double toDouble(String name, Object value) {
    try {
      return value instanceof Number number ? number.doubleValue() : Operands.tensor(value).item();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IllegalArgumentException(
          "Summaries.scalar: expected one number for \"" + name + "\": " + e.getMessage(), e);
    }
  }
}
