package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.io.Serial;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The elements in their order, of which another thread makes up to {@code count} ahead.
 *
 * <p>The thread ends soon after the buffer is full, so that none waits for an abandoned iterator.
 * It starts when the first element is requested.
 */
record PrefetchStage<E>(Stage<E> upstream, int count) implements Stage<E> {
  @Override
  public long cardinality() {
    return upstream.cardinality();
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    return new Consumer<>(new Producer<>(upstream.iterator(pass)), count);
  }

  /** Message from the producer: an element, a failure, or the end. */
  private sealed interface Item<E> {}

  private record Element<E>(E value) implements Item<E> {}

  private record Failure<E>(Throwable cause) implements Item<E> {}

  private record End<E>() implements Item<E> {}

  /** Thrown when a wait was interrupted; the iterator is unchanged. */
  static final class InterruptedWaitException extends IllegalStateException {
    @Serial private static final long serialVersionUID = 1;

    InterruptedWaitException(InterruptedException cause) {
      super("prefetch: interrupted while waiting for an element", cause);
    }
  }

  /** Producer of elements, which runs while the buffer has room. */
  private static final class Producer<E> implements Runnable {
    private static final int PATIENCE_MILLIS = 10;

    private static final Executor THREADS = DataThreads.named("tapedeck-prefetch-");

    private final Iterator<E> elements;
    private final BlockingQueue<Item<E>> items = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(0);
    private final AtomicBoolean working =
        new AtomicBoolean(); // true while a thread runs, and for ever after the end

    Producer(Iterator<E> elements) {
      this.elements = elements;
    }

    void makeRoom(int count) {
      room.release(count);
      if (working.compareAndSet(false, true)) {
        try {
          THREADS.execute(this);
        } catch (Throwable e) { // No thread can be started: nobody would make an element.
          items.add(new Failure<>(e));
        }
      }
    }

    @Override
    public void run() {
      do {
        while (isRoom()) {
          Item<E> item = make();
          items.add(item);
          if (!(item instanceof Element)) {
            return;
          }
        }
        working.set(false);
      } while (room.availablePermits() > 0 && working.compareAndSet(false, true));
    }

    /**
     * Returns whether there is room for an element; waits a little, which is cheaper than a
     * restart.
     */
    private boolean isRoom() {
      try {
        return room.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return false; // a user's function has interrupted the thread
      }
    }

    private Item<E> make() {
      try {
        return elements.hasNext() ? new Element<>(elements.next()) : new End<>();
      } catch (Throwable e) { // Otherwise the consumer would wait for ever.
        return new Failure<>(e);
      }
    }
  }

  private static final class Consumer<E> implements Iterator<E> {
    private final Producer<E> producer;
    private final int count;
    private boolean started;
    private Item<E> item;

    Consumer(Producer<E> producer, int count) {
      this.producer = producer;
      this.count = count;
    }

    @Override
    public boolean hasNext() {
      return !(peek() instanceof End);
    }

    @Override
    public E next() {
      switch (peek()) {
        case Element<E>(E value) -> {
          item = null;
          producer.makeRoom(1);
          return value;
        }
        case Failure<E>(Throwable cause) -> {
          item = new End<>();
          throw ElementErrors.rethrown("prefetch", cause);
        }
        case End<E> _ -> throw new NoSuchElementException();
      }
    }

    private Item<E> peek() {
      if (!started) {
        started = true;
        producer.makeRoom(count);
      }
      if (item == null) {
        item = await();
      }
      return item;
    }

    private Item<E> await() {
      try {
        return producer.items.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedWaitException(e);
      }
    }
  }
}
