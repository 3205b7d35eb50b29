package dev.tapedeck.summaries;

import dev.tapedeck.tensor.Loggers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Hands events from the threads that train to one daemon thread that makes them and writes them to
 * a file.
 *
 * <p>That thread collects for up to two seconds, then writes and flushes all it has at once; sooner
 * when someone flushes or closes, or when much has gathered.
 *
 * <p>Adding never waits. What waits is bounded: where half the room is taken, the adding threads
 * make their events themselves, which are then small; where all is taken, newer events are dropped
 * until half of it is free again. An event that takes half the room by itself has a room of its
 * own, for one at a time: it keeps no other from being recorded.
 *
 * <p>Nothing that goes wrong here reaches the adding threads: a file that cannot be written, or an
 * error, ends the recording, and is told once.
 *
 * <p>Waits cannot be interrupted: a training thread that is being stopped must still get its last
 * events out.
 */
final class EventQueue {
  /** How many bytes may wait; a single event may be larger. */
  static final long LIMIT = 64 << 20;

  private static final long LARGE = LIMIT / 2;
  private static final long MUCH = LIMIT / 16;
  private static final long COLLECT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final Logger LOG = Loggers.of(SummaryWriter.class);

  private final Path file;
  private final RecordWriter out;
  private final AtomicBoolean broken = new AtomicBoolean();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();
  // All below are guarded by the lock.
  private List<Pending> waiting = new ArrayList<>();
  private final Room room = new Room();
  private final Room largeRoom = new Room();
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
    if (settled(event, LIMIT / 2)) {
      return;
    }
    Pending smallest = made(event::smallest);
    if (smallest == null || settled(smallest, LIMIT)) {
      return;
    }
    if (isLarge(smallest)) {
      LOG.warn(
          "SummaryWriter: a summary of {} MB is dropped, since another of more than {} MB still waits"
              + " for {}; smaller ones are recorded. Record fewer values, or less often.",
          smallest.bytes() >> 20,
          LARGE >> 20,
          file);
    } else {
      LOG.warn(
          "SummaryWriter: {} MB of summaries wait for {}, which is written too slowly. Newer ones"
              + " are dropped until half of that is written; training goes on. Record less often,"
              + " or to a faster disk.",
          LIMIT >> 20,
          file);
    }
  }

  private static boolean isLarge(Pending event) {
    return event.bytes() > LARGE;
  }

  private Room roomOf(Pending event) {
    return isLarge(event) ? largeRoom : room;
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
      if (broken.get() || ended) {
        return true;
      }
      if (room.dropped > 0) {
        room.dropped++;
        return true;
      }
      Room taken = roomOf(event);
      if (taken.bytes > 0 && taken.bytes + event.bytes() > limit) {
        // Under this lock: what is waiting now ends the dropping.
        return limit == LIMIT && taken.dropped++ > 0;
      }
      waiting.add(event);
      taken.bytes += event.bytes();
      accepted++;
      if (waiting.size() == 1 || isMuch()) {
        work.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isMuch() {
    return room.bytes + largeRoom.bytes >= MUCH;
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
    } catch (Throwable e) { // even an error: without the thread, training goes on without events
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
      while (left > 0 && !closing && wanted <= done && !isMuch()) {
        left = work.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Nobody should interrupt this thread; if someone does, it only writes a little sooner.
    }
  }

  private void write(List<Pending> batch) {
    if (broken.get()) {
      return;
    }
    try {
      // On Linux, writing to a file that has been removed succeeds, and all is lost in silence.
      if (Files.notExists(file)) {
        throw new NoSuchFileException(file.toString(), null, "it has been removed");
      }
      for (Pending pending : batch) {
        byte[] event = made(() -> pending.event().get().toByteArray());
        if (event != null) {
          out.write(event);
        }
      }
      out.flush();
    } catch (Throwable e) {
      giveUp(e);
    }
  }

  /** Makes an event; null if it cannot be made, which is no reason to lose the others. */
  private <T> T made(Supplier<T> making) {
    try {
      return making.get();
    } catch (RuntimeException e) {
      LOG.warn("SummaryWriter: a summary for {} could not be made and is left out.", file, e);
    } catch (Error e) { // such as a lack of memory: the next one would meet it, too
      giveUp(e);
    }
    return null;
  }

  private void giveUp(Throwable e) {
    if (broken.compareAndSet(false, true)) {
      LOG.warn(
          "SummaryWriter: cannot write {} ({}). Its summaries end here and later ones are dropped;"
              + " training goes on. To record again, see to the cause and open a new writer.",
          file,
          e.toString());
    }
  }

  private void finish(List<Pending> batch) {
    long recovered;
    long recoveredLarge;
    lock.lock();
    try {
      done += batch.size();
      batch.forEach(event -> roomOf(event).bytes -= event.bytes());
      recovered = room.recovered(LIMIT / 2);
      recoveredLarge = largeRoom.recovered(LIMIT / 2);
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
    if (recoveredLarge > 0) {
      LOG.warn(
          "SummaryWriter: {} summaries of more than {} MB were dropped while another was written to"
              + " {}; there is room again.",
          recoveredLarge,
          LARGE >> 20,
          file);
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      waiting = List.of(); // not empty if an error ended the thread
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    ExitFlush.remove(this);
  }
}
