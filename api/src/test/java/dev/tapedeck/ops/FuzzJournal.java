package dev.tapedeck.ops;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file with the call that a process makes, which outlives the process, and ends one that hangs.
 */
final class FuzzJournal {
  private static final int BYTES = 1 << 16;
  private static final long PATIENCE = 60_000_000_000L;

  private final MappedByteBuffer file;
  private final Thread worker = Thread.currentThread();
  private volatile long since = System.nanoTime();
  private volatile String current = "";

  FuzzJournal(Path path) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw")) {
      this.file = opened.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
    }
    Thread watchdog = new Thread(this::watch, "watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  /** Returns the call that a process noted last. */
  static String lastCall(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  /** Notes the call that this thread is about to make. */
  void note(String call) {
    current = call;
    byte[] bytes = call.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, BYTES - 1);
    file.put(0, bytes, 0, length);
    file.put(length, (byte) 0);
    since = System.nanoTime();
  }

  String current() {
    return current;
  }

  private void watch() {
    while (true) {
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        return;
      }
      if (System.nanoTime() - since > PATIENCE) {
        System.err.println("\nHANGS: " + current);
        for (StackTraceElement frame : worker.getStackTrace()) {
          System.err.println("\tat " + frame);
        }
        Runtime.getRuntime().halt(3);
      }
    }
  }
}
