package dev.tapedeck.summaries;

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
 * Hands events from the threads that train to one daemon thread that makes them and writes them to
 * a file.
 *
 * <p>That thread collects for up to two seconds, then writes and flushes all it has at once; sooner
 * when someone flushes or closes, or when much has gathered.
 *
 * <p>Adding never waits. What waits is bounded: where half the room is taken, the adding threads
 * make their events themselves, which are then small; where all is taken, newer events are dropped
 * until half of it is free again.
 *
 * <p>Waits cannot be interrupted: a training thread that is being stopped must still get its last
 * events out.
 */
final class EventQueue {
  /** How many bytes may wait; a single event may be larger. */
  static final long LIMIT = 64 << 20;

  private static final long MUCH = LIMIT / 16;
  private static final long COLLECT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final Logger LOG = LoggerFactory.getLogger(SummaryWriter.class);

  private final Path file;
  private final RecordWriter out;
  private boolean broken; // only used by the queue's thread

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();
  // All below are guarded by the lock.
  private List<Pending> waiting = new ArrayList<>();
  private long bytes; // of the events that are neither written nor dropped
  private long dropped; // events for want of room, since there last was enough
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

  /** Adds an event, or drops it where there is no room; never waits for the file. */
  void add(Pending event) {
    if (!settled(event, LIMIT / 2) && !settled(event.made(), LIMIT)) {
      LOG.warn(
          "SummaryWriter: {} MB of summaries wait for {}, which is written too slowly. Newer ones"
              + " are dropped until half of that is written; training goes on. Record less often,"
              + " or to a faster disk.",
          LIMIT >> 20,
          file);
    }
  }

  /**
   * Adds an event if there is room up to a limit, or counts it while events are dropped, which they
   * are from the first on that has no room at all.
   */
  private boolean settled(Pending event, long limit) {
    lock.lock();
    try {
      if (closing) {
        throw new IllegalStateException("SummaryWriter: already closed: " + file);
      }
      if (dropped > 0) {
        dropped++;
        return true;
      }
      if (bytes > 0 && bytes + event.bytes() > limit) {
        dropped = limit < LIMIT ? 0 : 1; // under this lock: what is waiting now ends the dropping
        return false;
      }
      waiting.add(event);
      bytes += event.bytes();
      accepted++;
      if (waiting.size() == 1 || bytes >= MUCH) {
        work.signal();
      }
      return true;
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
      while (!ended) {
        progress.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try (out) {
      for (List<Pending> batch = take(); !batch.isEmpty(); batch = take()) {
        write(batch);
        finish(batch);
      }
    } catch (IOException e) {
      giveUp(e);
    } finally {
      end();
    }
  }

  /** Waits for events; returns none only when the queue has been closed and is empty. */
  private List<Pending> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closing) {
        work.awaitUninterruptibly();
      }
      collect();
      List<Pending> batch = waiting;
      waiting = new ArrayList<>();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Lets events gather, while there are few and nobody waits for them. */
  private void collect() {
    try {
      long left = COLLECT_NANOS;
      while (left > 0 && !closing && wanted <= done && bytes < MUCH) {
        left = work.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Nobody should interrupt this thread; if someone does, it only writes a little sooner.
    }
  }

  private void write(List<Pending> batch) {
    if (broken) {
      return;
    }
    try {
      // On Linux, writing to a file that has been removed succeeds, and all is lost in silence.
      if (Files.notExists(file)) {
        throw new NoSuchFileException(file.toString(), null, "it has been removed");
      }
      for (Pending pending : batch) {
        byte[] event = made(pending);
        if (event != null) {
          out.write(event);
        }
      }
      out.flush();
    } catch (Throwable e) { // even an error: if this thread died, others would wait for it forever
      giveUp(e);
    }
  }

  /** Makes an event; null if it cannot be made, which is no reason to lose the others. */
  private byte[] made(Pending pending) {
    try {
      return pending.event().get().toByteArray();
    } catch (RuntimeException e) {
      LOG.warn("SummaryWriter: a summary for {} could not be made and is left out.", file, e);
      return null;
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

  private void finish(List<Pending> batch) {
    long recovered = 0;
    lock.lock();
    try {
      done += batch.size();
      bytes -= batch.stream().mapToLong(Pending::bytes).sum();
      if (bytes <= LIMIT / 2) {
        recovered = dropped;
        dropped = 0;
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    if (recovered > 0) {
      LOG.warn(
          "SummaryWriter: {} summaries were dropped while {} was written too slowly; there is room"
              + " again.",
          recovered,
          file);
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
