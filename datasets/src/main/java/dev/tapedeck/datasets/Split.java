package dev.tapedeck.datasets;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** A split of one pipeline in two, by {@link Take} and {@link Skip}. */
final class Split {
  private Split() {}

  /** Returns whether two are a split of what is in another order at every iteration. */
  static boolean isReshuffled(Stage<?> one, Stage<?> other) {
    return share(reshuffled(Take.class, one), reshuffled(Skip.class, other))
        || share(reshuffled(Skip.class, one), reshuffled(Take.class, other));
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
      if (chosen && stage instanceof Shuffle<?> shuffle && shuffle.reshuffles()) {
        found.add(shuffle);
      }
    }
    return found;
  }
}
