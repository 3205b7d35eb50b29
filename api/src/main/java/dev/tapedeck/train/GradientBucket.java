package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradients of one element type that are exchanged together.
 *
 * @param variables numbers of their variables
 */
record GradientBucket(DType dtype, List<Integer> variables) {
  /** The size from which on a bucket takes no more. */
  private static final long BYTES = 1 << 20;

  /** Keeps a copy. */
  GradientBucket {
    variables = List.copyOf(variables);
  }

  /** Returns the buckets of all variables, the last ones first, whose gradients are there first. */
  static List<GradientBucket> of(List<Variable> variables) {
    List<GradientBucket> buckets = new ArrayList<>();
    List<Integer> together = new ArrayList<>();
    long bytes = 0;
    for (int i = variables.size() - 1; i >= 0; i--) {
      Variable variable = variables.get(i);
      together.add(i);
      bytes += variable.spec().bytes();
      boolean ends = i == 0 || variables.get(i - 1).dtype() != variable.dtype();
      if (ends || bytes >= BYTES) {
        buckets.add(new GradientBucket(variable.dtype(), together));
        together.clear();
        bytes = 0;
      }
    }
    return buckets;
  }

  /** Returns the number of elements. */
  long size(List<Variable> all) {
    return variables.stream().mapToLong(each -> all.get(each).shape().count()).sum();
  }
}
