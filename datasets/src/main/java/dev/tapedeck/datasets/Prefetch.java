package dev.tapedeck.datasets;

import dev.tapedeck.ops.RandomKey;
import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/**
 * The elements in their order, made up to {@code count} ahead by a thread.
 *
 * <p>The thread starts when the first element is asked for. It ends after the last one, after a
 * failure, and when the iterator is collected.
 */
record Prefetch<E>(Stage<E> upstream, int count) implements Stage<E> {
  @Override
  public long cardinality() {
    return upstream.cardinality();
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    return new Consumer<>(new Producer<>(upstream.iterator(pass), count));
  }

  /** What the thread hands over: an element, or why there are no more. */
  private sealed interface Item<E> {}

  private record Element<E>(E value) implements Item<E> {}

  private record Failure<E>(Throwable cause) implements Item<E> {}

  private record End<E>() implements Item<E> {}

  /**
   * Makes elements while there is room for them. It must not reach the consumer, to be outlived.
   */
  private static final class Producer<E> implements Runnable {
    private final Iterator<E> elements;
    private final Semaphore room;
    private final BlockingQueue<Item<E>> items = new LinkedBlockingQueue<>();
    private volatile boolean stopped;

    Producer(Iterator<E> elements, int count) {
      this.elements = elements;
      this.room = new Semaphore(count);
    }

    @Override
    public void run() {
      Item<E> item;
      do {
        room.acquireUninterruptibly();
        if (stopped) {
          return;
        }
        item = make();
        items.add(item);
      } while (item instanceof Element);
    }

    private Item<E> make() {
      try {
        return elements.hasNext() ? new Element<>(elements.next()) : new End<>();
      } catch (Throwable e) { // The consumer would wait for ever.
        return new Failure<>(e);
      }
    }

    /** Not by an interrupt: it would close the channels that a user's function is reading. */
    void stop() {
      stopped = true;
      room.release();
    }
  }

  private static final class Consumer<E> implements Iterator<E> {
    private static final ThreadFactory THREADS =
        Thread.ofPlatform().daemon().name("tapedeck-prefetch-", 1).factory();
    private static final Cleaner CLEANER =
        Cleaner.create(Thread.ofPlatform().daemon().name("tapedeck-prefetch-cleaner").factory());

    private final Producer<E> producer;
    private boolean started;
    private Item<E> item;

    Consumer(Producer<E> producer) {
      this.producer = producer;
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
          producer.room.release();
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
        THREADS.newThread(producer).start();
        CLEANER.register(this, producer::stop);
        started = true;
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
        throw new IllegalStateException("prefetch: interrupted while waiting for an element", e);
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
