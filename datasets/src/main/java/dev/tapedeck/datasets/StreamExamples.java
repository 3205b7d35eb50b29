package dev.tapedeck.datasets;

import dev.tapedeck.train.Example;
import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Examples of streams, a new one for each iteration, which is closed when it has ended or its
 * iterator is dropped.
 */
record StreamExamples(Supplier<? extends Stream<? extends Example>> streams)
    implements Iterable<Example> {
  private static final Cleaner CLEANER = Cleaner.create();

  @Override
  public Iterator<Example> iterator() {
    return new Closing(streams.get());
  }

  private static final class Closing implements Iterator<Example> {
    private final Iterator<? extends Example> examples;
    private final Cleaner.Cleanable close;

    Closing(Stream<? extends Example> stream) {
      examples = stream.iterator();
      close = CLEANER.register(this, stream::close);
    }

    @Override
    public boolean hasNext() {
      boolean more = examples.hasNext();
      if (!more) {
        close.clean();
      }
      return more;
    }

    @Override
    public Example next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return examples.next();
    }
  }
}
