package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.io.Serial;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The elements in their order, made up to {@code count} ahead by another thread.
 *
 * <p>A thread works while there is room for elements, and not much longer: none waits for a
 * consumer that may have been forgotten. The first element that is asked for makes the first room.
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

  /** What the thread hands over: an element, or why there are no more. */
  private sealed interface Item<E> {}

  private record Element<E>(E value) implements Item<E> {}

  private record Failure<E>(Throwable cause) implements Item<E> {}

  private record End<E>() implements Item<E> {}

  /** Says that a wait was interrupted; the iterator is as it was before. */
  static final class InterruptedWaitException extends IllegalStateException {
    @Serial private static final long serialVersionUID = 1;

    InterruptedWaitException(InterruptedException cause) {
      super("prefetch: interrupted while waiting for an element", cause);
    }
  }

  /** Makes elements while there is room for them. */
  private static final class Producer<E> implements Runnable {
    private static final int PATIENCE_MILLIS = 10;

    /**
     * As many threads as there are producers at work, since one may wait for another's elements.
     */
    private static final Executor THREADS =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            1,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("tapedeck-prefetch-", 1).factory());

    private final Iterator<E> elements;
    private final BlockingQueue<Item<E>> items = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(0);
    private final AtomicBoolean working = new AtomicBoolean(); // a thread is, or never again

    Producer(Iterator<E> elements) {
      this.elements = elements;
    }

    void makeRoom(int count) {
      room.release(count);
      if (working.compareAndSet(false, true)) {
        try {
          THREADS.execute(this);
        } catch (Throwable e) { // There is no thread to be had, and nobody would make an element.
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

    /** Takes room for an element, or none: it waits a little, since to start again takes longer. */
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
      } catch (Throwable e) { // The consumer would wait for ever.
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
          throw rethrown(cause);
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

    /**
     * The exception itself, as if it were thrown here, with a trace that says where it surfaced.
     */
    private static RuntimeException rethrown(Throwable cause) {
      cause.addSuppressed(new IllegalStateException("prefetch: asked for here"));
      switch (cause) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException("prefetch: " + cause.getMessage(), cause);
      }
    }
  }
}
