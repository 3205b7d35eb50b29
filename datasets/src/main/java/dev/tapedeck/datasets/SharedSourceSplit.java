package dev.tapedeck.datasets;

import java.util.Collections;
import java.util.HashSet;
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
  static boolean isReshuffled(Stage<?> last) {
    for (Stage<?> stage = last; stage != null; stage = stage.upstream()) {
      if (stage instanceof ShuffleStage<?> shuffle && shuffle.reshuffles()) {
        return true;
      }
    }
    return false;
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
