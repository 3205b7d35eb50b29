package dev.tapedeck.datasets;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** A split of one pipeline in two, by {@link TakeStage} and {@link SkipStage}. */
final class SharedSourceSplit {
  private SharedSourceSplit() {}

  /** Returns whether two are a split of what is in another order at every iteration. */
  static boolean isReshuffled(Stage<?> one, Stage<?> other) {
    return share(reshuffled(TakeStage.class, one), reshuffled(SkipStage.class, other))
        || share(reshuffled(SkipStage.class, one), reshuffled(TakeStage.class, other));
  }

  private static boolean share(Set<Stage<?>> one, Set<Stage<?>> other) {
    return !Collections.disjoint(one, other);
  }

  /** Returns the shuffles, new at every iteration, that a step of a class chooses from. */
  private static Set<Stage<?>> reshuffled(Class<?> step, Stage<?> last) {
    Set<Stage<?>> found = new HashSet<>();
    boolean chosen = false;
    for (Stage<?> stage = last; stage != null; stage = stage.upstream()) {
      chosen |= step.isInstance(stage);
      if (chosen && stage instanceof ShuffleStage<?> shuffle && shuffle.reshuffles()) {
        found.add(shuffle);
      }
    }
    return found;
  }
}
