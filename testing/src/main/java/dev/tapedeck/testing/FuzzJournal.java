package dev.tapedeck.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * A file with the call that a process makes, which outlives the process; its watchdog ends a
 * process that hangs.
 *
 * @hidden for Tapedeck's own tests
 */
public final class FuzzJournal {
  /** The exit status of a process that was in a loop which may be endless. */
  public static final int ENDLESS = 4;

  private static final int HANGS = 3;
  private static final int BYTES = 1 << 16;
  private static final long PATIENCE = 60_000_000_000L;
  private static final long PATIENCE_WITH_LOOPS = 10_000_000_000L;

  private final MappedByteBuffer file;
  private final Thread worker = Thread.currentThread();
  private final Predicate<StackTraceElement> loop;
  private final Runnable atTheEnd;
  private volatile long since = System.nanoTime();
  private volatile String current = "";

  /** Opens a journal of the calls that this thread makes. */
  public FuzzJournal(Path path) throws IOException {
    this(path, frame -> false, () -> {});
  }

  /**
   * Opens a journal of the calls that this thread makes, some of which may never end.
   *
   * @param loop the frames in which a call is in a loop that may be endless
   * @param atTheEnd called before the watchdog ends the process
   */
  public FuzzJournal(Path path, Predicate<StackTraceElement> loop, Runnable atTheEnd)
      throws IOException {
    this.loop = loop;
    this.atTheEnd = atTheEnd;
    try (RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw")) {
      this.file = opened.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
    }
    Thread watchdog = new Thread(this::watch, "watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  /** Returns the call that a process noted last. */
  public static String lastCall(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  /** Notes the call that this thread is about to make. */
  public void note(String call) {
    current = call;
    byte[] bytes = call.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, BYTES - 1);
    file.put(0, bytes, 0, length);
    file.put(length, (byte) 0);
    since = System.nanoTime();
  }

  /** Returns the call noted last. */
  public String current() {
    return current;
  }

  private void watch() {
    while (true) {
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        return;
      }
      StackTraceElement[] stack = worker.getStackTrace();
      boolean loops = Arrays.stream(stack).anyMatch(loop);
      if (System.nanoTime() - since > (loops ? PATIENCE_WITH_LOOPS : PATIENCE)) {
        if (!loops) {
          System.err.println("\nHANGS: " + current);
          Arrays.stream(stack).forEach(frame -> System.err.println("\tat " + frame));
        }
        atTheEnd.run();
        System.out.flush();
        Runtime.getRuntime().halt(loops ? ENDLESS : HANGS);
      }
    }
  }
}
