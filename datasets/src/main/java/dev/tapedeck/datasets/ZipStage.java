package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** Examples that a function makes of one element of each stage, as long as all have one. */
record ZipStage(List<Stage<DetachedExample>> stages, Function<List<Example>, Example> function)
    implements Stage<DetachedExample> {
  @Override
  public Stage<?> upstream() {
    return null;
  }

  @Override
  public List<Stage<?>> upstreams() {
    return List.copyOf(stages);
  }

  @Override
  public long cardinality() {
    List<Long> counts =
        stages.stream().map(Stage::cardinality).filter(n -> n != Dataset.INFINITE).toList();
    return counts.stream().mapToLong(n -> n).min().orElse(Dataset.INFINITE);
  }

  @Override
  public String whyEmpty() {
    return "zip ends with the first of its pipelines, and one is empty";
  }

  @Override
  public Iterator<DetachedExample> iterator(RandomKey pass) {
    List<Iterator<DetachedExample>> all =
        stages.stream().map(stage -> stage.iterator(pass)).toList();
    List<DetachedExample> taken = new ArrayList<>();
    long[] number = {0};
    return new FoundIterator<>(
        () -> {
          while (taken.size() < all.size() && all.get(taken.size()).hasNext()) {
            taken.add(all.get(taken.size()).next());
          }
          List<DetachedExample> parts = List.copyOf(taken);
          taken.clear();
          if (parts.size() < all.size()) {
            parts.forEach(DetachedExample::discard);
            return null;
          }
          return ElementErrors.at("zip", number[0]++, () -> zip(parts));
        });
  }

  private DetachedExample zip(List<DetachedExample> parts) {
    return DetachedExample.of(
        () ->
            TypedPipeline.apply(
                "zip", function, parts.stream().map(DetachedExample::handOut).toList()));
  }
}
