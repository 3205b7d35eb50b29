package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes summaries of a training run to a file that TensorBoard reads.
 *
 * <p>A run is a folder, and each writer makes a new file in it; give writers that are open at the
 * same time folders of their own, such as {@code runs/1/train} and {@code runs/1/validation}, for
 * TensorBoard to draw them as separate curves.
 *
 * <p>Writing is cheap: a daemon thread takes the events from a queue of 10,000 and puts them into
 * the file, at the latest two seconds later, when the writer is flushed or closed, and when the JVM
 * exits, even if nobody closed the writer. A caller waits only while the queue is full. A writer
 * that is never closed keeps its thread and its file until the JVM ends.
 *
 * <p>Training never fails for want of a log: when the file can no longer be written (the disk is
 * full, the folder was removed), one warning is logged and later events are dropped.
 *
 * <p>Writers may be used by several threads at once.
 */
public final class SummaryWriter implements AutoCloseable {
  private final Path file;
  private final EventQueue queue;
  private volatile long step;

  private SummaryWriter(Path file, EventQueue queue) {
    this.file = file;
    this.queue = queue;
  }

  /**
   * Opens a writer with a new file in a folder, which is made if it does not exist.
   *
   * @param logdir the run's folder; files that are already in it are left alone
   * @return the writer, to be closed by the caller
   * @throws UncheckedIOException if the folder or the file cannot be made
   */
  public static SummaryWriter open(Path logdir) {
    try {
      Path file = EventFiles.create(logdir);
      RecordWriter out = EventFiles.open(file);
      try {
        // At once, so that TensorBoard knows the run before its first summary.
        out.write(Events.fileVersion().toByteArray());
        out.flush();
      } catch (IOException e) {
        out.close();
        throw e;
      }
      return new SummaryWriter(file, EventQueue.start(file, out));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "SummaryWriter.open: cannot make an event file in "
              + logdir.toAbsolutePath()
              + "; choose a folder that can be written",
          e);
    }
  }

  /** {@return the global step, 0 at first: where summaries go that name no step of their own} */
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
   * @throws IllegalStateException if this writer is closed
   */
  public void scalar(String tag, double value, long step) {
    write(Events.scalar(checkTag("scalar", tag), (float) value, step));
  }

  /** Waits until everything recorded before is in the file, or dropped if it cannot be written. */
  public void flush() {
    queue.flush();
  }

  /** Flushes and closes the file; closing again does nothing. */
  @Override
  public void close() {
    queue.close();
  }

  /**
   * Makes this the writer of {@link Summaries} on the current thread until the scope is closed.
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

  private void write(Event event) {
    queue.add(event);
  }

  private static String checkTag(String method, String tag) {
    Objects.requireNonNull(tag, "tag");
    if (tag.isEmpty()) {
      throw new IllegalArgumentException(
          "SummaryWriter." + method + ": the tag is empty; name the curve, such as \"loss\"");
    }
    return tag;
  }
}
