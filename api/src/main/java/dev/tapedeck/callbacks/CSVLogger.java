package dev.tapedeck.callbacks;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A callback that writes the logs of each epoch into a file of comma-separated values: the epoch,
 * from 0, and the entries in the order of their names, {@code NA} for those that an epoch lacks.
 *
 * <p>A training resumed from a checkpoint goes on after the rows of its epochs so far; later rows,
 * of what was trained after the checkpoint, are replaced.
 */
public final class CSVLogger implements Callback, Trackable {
  private static final String EPOCH = "epoch";

  private final Path filename;
  private final Variable length = Variable.untrainable(0L, "length");
  private String separator = ",";
  private boolean append;
  private List<String> columns;

  /** Makes a callback that writes a file, instead of one that is there. */
  public CSVLogger(Path filename) {
    this.filename = Objects.requireNonNull(filename, "CSVLogger: the filename is null");
  }

  /** Sets what separates values; by default a comma. */
  public CSVLogger separator(String text) {
    if (text.isEmpty()) {
      throw Refusal.of("CSVLogger", "needs a separator", "none", "give one, as \";\"");
    }
    separator = text;
    return this;
  }

  /**
   * Sets whether rows are added to a file that is there, with the columns of its first line; by
   * default false.
   */
  public CSVLogger append(boolean appends) {
    append = appends;
    return this;
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    if (model.progress().epoch() == epoch) {
      return; // it was interrupted
    }
    try (RandomAccessFile file = new RandomAccessFile(filename.toFile(), "rw")) {
      file.setLength(kept(file.length()));
      StringBuilder text = new StringBuilder();
      if (columns == null && file.length() > 0) {
        columns = columnsOfFile();
      } else if (columns == null) {
        columns = columns(logs);
        text.append(line(columns.stream()));
      }
      text.append(line(columns.stream().map(column -> value(column, epoch, logs))));
      file.seek(file.length());
      file.write(text.toString().getBytes(StandardCharsets.UTF_8));
      MonitorCallback.set(length, file.length());
    } catch (IOException e) {
      throw new UncheckedIOException("CSVLogger: cannot write " + filename, e);
    }
  }

  /** Returns how much of the file is kept: what this training has written, or all at first. */
  private long kept(long size) {
    long written = (long) length.memory().item();
    if (written > 0) {
      return written <= size ? written : 0;
    }
    return append ? size : 0;
  }

  private List<String> columnsOfFile() throws IOException {
    try (Stream<String> lines = Files.lines(filename)) {
      return Pattern.compile(separator, Pattern.LITERAL)
          .splitAsStream(lines.findFirst().orElseThrow())
          .toList();
    }
  }

  private List<String> columns(Map<String, Double> logs) {
    List<String> names = new ArrayList<>(new TreeSet<>(logs.keySet()));
    if (names.stream().noneMatch(name -> name.startsWith("val_"))) {
      names.addAll(names.stream().map(name -> "val_" + name).toList());
    }
    for (String name : names) {
      if (name.contains(separator)) {
        throw Refusal.of(
            "CSVLogger",
            "names of entries are without the separator \"" + separator + "\"",
            "\"" + name + "\"",
            "rename the metric, or give another separator");
      }
    }
    names.addFirst(EPOCH);
    return names;
  }

  private static String value(String column, int epoch, Map<String, Double> logs) {
    if (column.equals(EPOCH)) {
      return Integer.toString(epoch);
    }
    Double value = logs.get(column);
    return value == null ? "NA" : PythonNumbers.text(value);
  }

  private String line(Stream<String> values) {
    return values.collect(Collectors.joining(separator, "", "\r\n"));
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    MonitorCallback.set(length, 0L);
    columns = null;
  }
}
