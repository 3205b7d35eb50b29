package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.SourceMetadata;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Names and creates event files. */
final class EventFiles {
  private static final int BUFFER = 1 << 16;
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final String HOST = hostName();
  private static final long PID = ProcessHandle.current().pid();

  private EventFiles() {}

  /** Creates the folder where it is missing, and in it an empty event file of a new name. */
  static Path create(Path logdir) throws IOException {
    Files.createDirectories(logdir);
    while (true) {
      try {
        return Files.createFile(logdir.resolve(newName()));
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
      records.write(
          Event.newBuilder()
              .setWallTime(Pending.now())
              .setFileVersion("brain.Event:2")
              .setSourceMetadata(SourceMetadata.newBuilder().setWriter("dev.tapedeck.summaries"))
              .build()
              .toByteArray());
      records.flush();
      return records;
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }

  /** TensorBoard reads the files of a folder in the order of their names, hence of their times. */
  private static String newName() {
    return String.format(
        Locale.ROOT,
        "events.out.tfevents.%010d.%s.%d.%d.v2",
        Instant.now().getEpochSecond(),
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
