package dev.tapedeck.datasets;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Detector of pipelines that split one and the same pipeline by take and skip. */
final class SharedSourceSplit {
  private SharedSourceSplit() {}

  /** Checks that two pipelines do not split one that is in another order at every iteration. */
  static void requireApart(Stage<?> training, Stage<?> validation) {
    if (isReshuffled(training, validation)) {
      throw new IllegalArgumentException(
          "fit: training and validation take and skip examples of one pipeline that is shuffled"
              + " anew at every iteration, so that each epoch would train on what others validate;"
              + " keep the order with shuffle(buffer, false), and shuffle the training part again"
              + " after take or skip");
    }
  }

  /** Returns whether a pipeline has another order at every iteration. */
  static boolean isReshuffled(Stage<?> stage) {
    return reshuffles(stage) || ordering(stage).stream().anyMatch(SharedSourceSplit::isReshuffled);
  }

  /** Returns the stages that a stage's order depends on; a cache keeps the first. */
  private static List<Stage<?>> ordering(Stage<?> stage) {
    return stage instanceof CacheStage<?> ? List.of() : stage.upstreams();
  }

  private static boolean reshuffles(Stage<?> stage) {
    return stage instanceof ShuffleStage<?> shuffle && shuffle.reshuffles();
  }

  private static boolean isReshuffled(Stage<?> one, Stage<?> other) {
    return share(reshuffled(TakeStage.class, one), reshuffled(SkipStage.class, other))
        || share(reshuffled(SkipStage.class, one), reshuffled(TakeStage.class, other));
  }

  private static boolean share(Set<Stage<?>> one, Set<Stage<?>> other) {
    return !Collections.disjoint(one, other);
  }

  /** Returns the reshuffling stages upstream of the stages of a class. */
  private static Set<Stage<?>> reshuffled(Class<?> step, Stage<?> last) {
    Set<Stage<?>> found = new HashSet<>();
    collect(step, last, false, found);
    return found;
  }

  private static void collect(Class<?> step, Stage<?> stage, boolean passed, Set<Stage<?>> found) {
    boolean chosen = passed || step.isInstance(stage);
    if (chosen && reshuffles(stage)) {
      found.add(stage);
    }
    ordering(stage).forEach(before -> collect(step, before, chosen, found));
  }
}
