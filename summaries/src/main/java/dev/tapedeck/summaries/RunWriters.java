package dev.tapedeck.summaries;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The writers of a training's runs, each opened at its first use. */
final class RunWriters implements AutoCloseable {
  private final Path logdir;
  private final Map<String, SummaryWriter> open = new HashMap<>();
  private Position begin; // null if earlier files are left alone
  private Position saved = Position.START;

  RunWriters(Path logdir) {
    this.logdir = logdir;
  }

  /** Returns whether the run {@code train} has event files already. */
  boolean haveEarlier() {
    try {
      return !EventFiles.list(folder("train")).isEmpty();
    } catch (IOException e) {
      return false; // opening the run says what is wrong
    }
  }

  SummaryWriter train() {
    return run("train");
  }

  SummaryWriter validation() {
    return run("validation");
  }

  SummaryWriter run(String name) {
    return open.computeIfAbsent(name, this::opened);
  }

  private SummaryWriter opened(String name) {
    Path folder = folder(name);
    SummaryWriter run =
        begin == null ? SummaryWriter.open(folder) : SummaryWriter.resume(folder, begin);
    run.mark(saved);
    return run;
  }

  private Path folder(String name) {
    try {
      return logdir.resolve(name);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "TensorBoard.run: expected the name of a folder, received \""
              + name.replaceAll("\\p{Cntrl}", "?")
              + "\": "
              + e.getReason(),
          e);
    }
  }

  /** Begins a resumed training at a position; later events of the runs are removed. */
  void resume(Position position) {
    begin = position;
    saved = position;
  }

  /** Begins a training at a position; earlier events of the runs stay. */
  void begin(Position position) {
    begin = null;
    saved = position;
  }

  /** Flushes and marks all runs before a checkpoint of a position is saved. */
  void save(Position position) {
    saved = position;
    open.values().forEach(run -> run.mark(position));
    open.values().forEach(SummaryWriter::flush);
  }

  /** Closes all open writers; later summaries go to new files. */
  @Override
  public void close() {
    open.values().forEach(SummaryWriter::close);
    open.clear();
  }
}
