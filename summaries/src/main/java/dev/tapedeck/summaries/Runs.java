package dev.tapedeck.summaries;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The runs of a training, each opened when it is first written to. */
final class Runs implements AutoCloseable {
  private final Path logdir;
  private final Map<String, SummaryWriter> open = new HashMap<>();
  private Position begin; // null for a training that leaves alone what there is of another
  private Position saved = Position.START;

  Runs(Path logdir) {
    this.logdir = logdir;
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

  /** Begins a training at a position; what the runs hold of the time after it does not count. */
  void resume(Position position) {
    begin = position;
    saved = position;
  }

  /** Begins a training at a position, beside what the runs hold of others. */
  void begin(Position position) {
    begin = null;
    saved = position;
  }

  /** Puts all that was recorded into the files before a checkpoint of a position is saved. */
  void save(Position position) {
    saved = position;
    open.values().forEach(run -> run.mark(position));
    open.values().forEach(SummaryWriter::flush);
  }

  /** Closes what is open; later summaries go to new files. */
  @Override
  public void close() {
    open.values().forEach(SummaryWriter::close);
    open.clear();
  }
}
