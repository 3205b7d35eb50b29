package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events from the threads that train to one daemon thread that writes them to a file.
 *
 * <p>That thread collects for up to two seconds, then writes and flushes all it has at once; sooner
 * when someone flushes or closes, or when the queue is half full.
 *
 * <p>Waits cannot be interrupted: a training thread that is being stopped must still get its last
 * events out.
 */
final class EventQueue {
  static final int CAPACITY = 10_000;
  private static final long COLLECT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final Logger LOG = LoggerFactory.getLogger(SummaryWriter.class);

  private final Path file;
  private final RecordWriter out;
  private boolean broken; // only used by the queue's thread

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();
  // All below are guarded by the lock.
  private List<Event> waiting = new ArrayList<>();
  private long accepted; // events since the start
  private long done; // of these, flushed, or dropped when the file cannot be written
  private long wanted; // someone waits for the first so many to be done
  private boolean closing;
  private boolean ended;

  private EventQueue(Path file, RecordWriter out) {
    this.file = file;
    this.out = out;
  }

  /** Starts the thread, which writes to {@code out} and closes it in the end. */
  static EventQueue start(Path file, RecordWriter out) {
    var queue = new EventQueue(file, out);
    Thread.ofPlatform().daemon().name("tapedeck-summaries").start(queue::run);
    ExitFlush.add(queue);
    return queue;
  }

  /** Adds an event; waits while the queue is full, because losing data is worse. */
  void add(Event event) {
    lock.lock();
    try {
      while (waiting.size() >= CAPACITY && !closing) {
        progress.awaitUninterruptibly();
      }
      if (closing) {
        throw new IllegalStateException("SummaryWriter: already closed: " + file);
      }
      waiting.add(event);
      accepted++;
      if (waiting.size() == 1 || waiting.size() == CAPACITY / 2) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns when every event added before the call has been written or dropped. */
  void flush() {
    lock.lock();
    try {
      long target = accepted;
      wanted = target;
      work.signal();
      while (done < target && !ended) {
        progress.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Flushes, closes the file and ends the thread; further calls do nothing. */
  void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
      progress.signalAll(); // those who wait for room
      while (!ended) {
        progress.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try (out) {
      for (List<Event> batch = take(); !batch.isEmpty(); batch = take()) {
        write(batch);
        finish(batch.size());
      }
    } catch (IOException e) {
      giveUp(e);
    } finally {
      end();
    }
  }

  /** Waits for events; returns none only when the queue has been closed and is empty. */
  private List<Event> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closing) {
        work.awaitUninterruptibly();
      }
      collect();
      List<Event> batch = waiting;
      waiting = new ArrayList<>();
      progress.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Lets events gather, while there is room and nobody waits for them. */
  private void collect() {
    try {
      long left = COLLECT_NANOS;
      while (left > 0 && !closing && wanted <= done && waiting.size() < CAPACITY / 2) {
        left = work.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Nobody should interrupt this thread; if someone does, it only writes a little sooner.
    }
  }

  private void write(List<Event> batch) {
    if (broken) {
      return;
    }
    try {
      // On Linux, writing to a file that has been removed succeeds, and all is lost in silence.
      if (Files.notExists(file)) {
        throw new NoSuchFileException(file.toString(), null, "it has been removed");
      }
      for (Event event : batch) {
        out.write(event.toByteArray());
      }
      out.flush();
    } catch (Throwable e) { // even an error: if this thread died, others would wait for it forever
      giveUp(e);
    }
  }

  private void giveUp(Throwable e) {
    if (!broken) {
      broken = true;
      LOG.warn(
          "SummaryWriter: cannot write {} ({}). Its summaries end here and later ones are dropped;"
              + " training goes on. To record again, see to the cause and open a new writer.",
          file,
          e.toString());
    }
  }

  private void finish(int count) {
    lock.lock();
    try {
      done += count;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    ExitFlush.remove(this);
    lock.lock();
    try {
      closing = true; // already so, unless an error ended the thread
      ended = true;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
