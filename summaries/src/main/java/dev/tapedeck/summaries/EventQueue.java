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
 * A queue of events from training threads to one daemon thread, which encodes them and writes them
 * to a file.
 *
 * <p>That thread collects for up to two seconds, then writes and flushes all at once; sooner on
 * flush or close, or when much is waiting.
 *
 * <p>Adding never blocks, and the memory of waiting events has a budget. When half of it is taken,
 * the adding threads encode their events themselves, which makes them small; when all is taken, new
 * events are dropped until half is free again. An event that takes half the budget by itself has a
 * budget of its own, for one at a time, so that it keeps no other from being recorded.
 *
 * <p>No failure here reaches the adding threads: a file that cannot be written, or an error, ends
 * the recording with one warning.
 *
 * <p>Waits are not interruptible: a training thread that is being stopped must still get its last
 * events written.
 */
final class EventQueue {
  /** Budget of the waiting events in bytes; a single event may be larger. */
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
  // The fields below are guarded by the lock.
  private List<PendingEvent> waiting = new ArrayList<>();
  private final QueueBudget budget = new QueueBudget();
  private final QueueBudget largeBudget = new QueueBudget();
  private long accepted; // number of events since the start
  private long done; // number of these that are flushed, or dropped when the file cannot be written
  private long wanted; // number of events that some thread waits for
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

  /** Adds an event, or drops it when the budget is spent; never waits for the file. */
  void add(PendingEvent event) {
    if (settled(event, LIMIT / 2)) {
      return;
    }
    PendingEvent smallest = encoded(event::smallest);
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

  private static boolean isLarge(PendingEvent event) {
    return event.bytes() > LARGE;
  }

  private QueueBudget budgetOf(PendingEvent event) {
    return isLarge(event) ? largeBudget : budget;
  }

  /**
   * Adds an event if the budget up to a limit allows it, or counts it as dropped; returns whether
   * either was done. Dropping starts with the first event that exceeds the whole budget.
   */
  private boolean settled(PendingEvent event, long limit) {
    lock.lock();
    try {
      if (closing) {
        throw new IllegalStateException("SummaryWriter: already closed: " + file);
      }
      if (broken.get() || ended) {
        return true;
      }
      if (budget.dropped > 0) {
        budget.dropped++;
        return true;
      }
      QueueBudget taken = budgetOf(event);
      if (taken.bytes > 0 && taken.bytes + event.bytes() > limit) {
        // Under this lock, since the waiting events decide when dropping ends.
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
    return budget.bytes + largeBudget.bytes >= MUCH;
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
      for (List<PendingEvent> batch = take(); !batch.isEmpty(); batch = take()) {
        write(batch);
        finish(batch);
      }
    } catch (Throwable e) { // including errors: training continues, without events
      giveUp(e);
    } finally {
      end();
    }
  }

  /** Waits for events; returns an empty list only when the queue is closed and empty. */
  private List<PendingEvent> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closing) {
        work.awaitUninterruptibly();
      }
      collect();
      List<PendingEvent> batch = waiting;
      waiting = new ArrayList<>();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for more events, while there are few and no thread waits for a flush. */
  private void collect() {
    try {
      long left = COLLECT_NANOS;
      while (left > 0 && !closing && wanted <= done && !isMuch()) {
        left = work.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // An interrupt only makes this thread write a little sooner.
    }
  }

  private void write(List<PendingEvent> batch) {
    if (broken.get()) {
      return;
    }
    try {
      // On Linux, writing to a removed file succeeds, and all would be lost silently.
      if (Files.notExists(file)) {
        throw new NoSuchFileException(file.toString(), null, "it has been removed");
      }
      for (PendingEvent pending : batch) {
        byte[] event = encoded(() -> pending.event().get().toByteArray());
        if (event != null) {
          out.write(event);
        }
      }
      out.flush();
    } catch (Throwable e) {
      giveUp(e);
    }
  }

  /** Returns an encoded event; null if it cannot be encoded, so that the others are not lost. */
  private <T> T encoded(Supplier<T> making) {
    try {
      return making.get();
    } catch (RuntimeException e) {
      LOG.warn("SummaryWriter: a summary for {} could not be made and is left out.", file, e);
    } catch (Error e) { // such as a lack of memory, which the next event would meet too
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

  private void finish(List<PendingEvent> batch) {
    long recovered;
    long recoveredLarge;
    lock.lock();
    try {
      done += batch.size();
      batch.forEach(event -> budgetOf(event).bytes -= event.bytes());
      recovered = budget.recovered(LIMIT / 2);
      recoveredLarge = largeBudget.recovered(LIMIT / 2);
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
