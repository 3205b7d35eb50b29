package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * First stage of a pipeline of Java objects, whose numbers are the elements: functions make an
 * example of each when it is needed.
 *
 * @param label null for none
 */
record RowsSource<R>(List<R> rows, Function<? super R, ?> features, Function<? super R, ?> label)
    implements Stage<Integer>, Collator<Integer> {
  @Override
  public Stage<?> upstream() {
    return null;
  }

  @Override
  public long cardinality() {
    return rows.size();
  }

  @Override
  public Iterator<Integer> iterator(RandomKey pass) {
    return IntStream.range(0, rows.size()).iterator();
  }

  @Override
  public Example example(Integer number) {
    return ElementErrors.at(
        "Pipeline.of",
        number,
        () -> {
          R row = rows.get(number);
          return new Example(
              Source.tensors(features.apply(row)),
              label == null ? null : Source.tensors(label.apply(row)));
        });
  }

  @Override
  public Example look(Integer number) {
    return example(number);
  }

  @Override
  public Example batch(List<Integer> numbers) {
    List<DetachedExample> examples = new ArrayList<>();
    numbers.forEach(number -> examples.add(DetachedExample.of(() -> example(number))));
    return new StackingCollator().batch(examples);
  }

  @Override
  public Example stack(List<Integer> numbers) {
    return batch(numbers);
  }

  @Override
  public Integer pinned(Integer number) {
    return number;
  }

  @Override
  public void discard(Integer number) {}
}
