package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.SessionLog;
import dev.tapedeck.summaries.proto.SessionLog.SessionStatus;
import dev.tapedeck.summaries.proto.SourceMetadata;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names, creation and replacement of event files. */
final class EventFiles {
  private static final int BUFFER = 1 << 16;
  private static final String UNFINISHED = ".resumed.tmp"; // no name that TensorBoard reads
  private static final Pattern NAME =
      Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\..*", Pattern.DOTALL);
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final String HOST = hostName();
  private static final long PID = ProcessHandle.current().pid();

  private EventFiles() {}

  /** Creates an empty event file of a new name, and its folder if it is missing. */
  static Path create(Path logdir) throws IOException {
    Files.createDirectories(logdir);
    while (true) {
      try {
        return Files.createFile(logdir.resolve(newName(list(logdir))));
      } catch (FileAlreadyExistsException e) {
        // Containers on one volume can share host name and process id: take the next number.
      }
    }
  }

  /**
   * Opens a file made by {@link #create}, and writes its first record at once, so that TensorBoard
   * knows the run before its first summary.
   */
  static RecordWriter open(Path file) throws IOException {
    var out = Files.newOutputStream(file, StandardOpenOption.WRITE);
    var records = new RecordWriter(new BufferedOutputStream(out, BUFFER));
    try {
      writeVersion(records);
      records.flush();
      return records;
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }

  private static void writeVersion(RecordWriter records) throws IOException {
    records.write(
        Event.newBuilder()
            .setWallTime(PendingEvent.now())
            .setFileVersion("brain.Event:2")
            .setSourceMetadata(SourceMetadata.newBuilder().setWriter("dev.tapedeck.summaries"))
            .build()
            .toByteArray());
  }

  /**
   * Replaces files by one that begins with the events that stay; it is complete before the others
   * are removed.
   */
  static Path replace(List<Path> replaced, Path logdir, EarlierEvents staying) throws IOException {
    Path unfinished = logdir.resolve(UNFINISHED);
    try (var out = new FileOutputStream(unfinished.toFile());
        var records = new RecordWriter(new BufferedOutputStream(out, BUFFER))) {
      writeVersion(records);
      writeRestart(records);
      staying.copyTo(records);
      records.flush();
      out.getFD().sync();
    }
    Path file = logdir.resolve(newName(list(logdir)));
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    for (Path old : replaced) {
      Files.deleteIfExists(old);
    }
    return file;
  }

  /** Opens an existing file to append to it. */
  static RecordWriter append(Path file) throws IOException {
    var out = Files.newOutputStream(file, StandardOpenOption.APPEND);
    return new RecordWriter(new BufferedOutputStream(out, BUFFER));
  }

  /** Returns the event files of a run in the order in which TensorBoard reads them. */
  static List<Path> list(Path logdir) throws IOException {
    try (Stream<Path> files = Files.list(logdir)) {
      return files
          .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .toList();
    }
  }

  /** Writes an event that makes a running TensorBoard drop all that it has read of a run. */
  private static void writeRestart(RecordWriter records) throws IOException {
    SessionLog start = SessionLog.newBuilder().setStatus(SessionStatus.START).build();
    Event event = Event.newBuilder().setWallTime(PendingEvent.now()).setSessionLog(start).build();
    records.write(
        event.toByteArray()); // possibly the first event of the run, which TensorBoard ignores
    records.write(event.toByteArray());
  }

  /**
   * Returns a name that sorts after all others: TensorBoard reads files in the order of their
   * names, hence of their times, and the clock may have been set back.
   */
  private static String newName(List<Path> present) {
    long newest =
        present.stream()
            .map(file -> NAME.matcher(file.getFileName().toString()))
            .filter(Matcher::matches)
            .mapToLong(name -> Long.parseLong(name.group(1)))
            .max()
            .orElse(0);
    return String.format(
        Locale.ROOT,
        "events.out.tfevents.%010d.%s.%d.%d.v2",
        Math.max(Instant.now().getEpochSecond(), newest + 1),
        HOST,
        PID,
        COUNTER.getAndIncrement());
  }

  private static String hostName() {
    String name = System.getenv("HOSTNAME"); // without asking a name server, which can take seconds
    if (name == null || name.isBlank()) {
      try {
        name = InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        name = "localhost";
      }
    }
    return name.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
