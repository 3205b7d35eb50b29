package dev.tapedeck.datasets;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A batch of examples whose tensors are padded to one shape.
 *
 * @param step name of the step, for errors
 * @param bucket the largest length of the bucket; null where there is none
 */
record PaddedBatch(String step, Padding padding, Long bucket) {
  Example of(List<Example> examples) {
    List<List<Tensor>> tensors = new ArrayList<>();
    List<ExampleTree> trees = new ArrayList<>();
    for (Example example : examples) {
      List<Tensor> own = new ArrayList<>();
      trees.add(ExampleTree.of(example, own));
      tensors.add(own);
    }
    List<String> names = leaves(trees.getFirst());
    requireKnown(names);
    for (int i = 1; i < trees.size(); i++) {
      requireAlike(trees.getFirst(), i, trees.get(i));
    }
    return trees
        .getFirst()
        .build(
            IntStream.range(0, names.size())
                .mapToObj(
                    leaf ->
                        stack(names.get(leaf), tensors.stream().map(own -> own.get(leaf)).toList()))
                .iterator());
  }

  private static List<String> leaves(ExampleTree tree) {
    return tree.parts().entrySet().stream()
        .filter(part -> part.getValue() instanceof TensorTree.Leaf)
        .map(part -> part.getKey())
        .toList();
  }

  private void requireKnown(List<String> names) {
    Set<String> unknown =
        IntStream.range(0, 2)
            .mapToObj(i -> i == 0 ? padding.shapes().keySet() : padding.values().keySet())
            .flatMap(Set::stream)
            .filter(name -> !names.contains(name))
            .collect(Collectors.toSet());
    if (!unknown.isEmpty()) {
      throw Refusal.of(
          step, "needs padding of parts among " + names, unknown, "name the tensors as there");
    }
  }

  /** Checks that two examples differ in the sizes of axes alone. */
  private void requireAlike(ExampleTree first, int number, ExampleTree other) {
    if (!ranks(first).equals(ranks(other))) {
      throw Refusal.of(
          step,
          "needs examples of one structure, with one type and number of axes in each place",
          String.format(Locale.ROOT, "%s in example 0 and %s in example %d", first, other, number),
          "give all the same with map first");
    }
  }

  /** Returns the structure without the sizes of axes. */
  private static ExampleTree ranks(ExampleTree tree) {
    return tree.with(spec -> new TensorSpec(spec.dtype(), Shape.of(new long[spec.shape().rank()])));
  }

  private Tensor stack(String name, List<Tensor> rows) {
    long[] sizes = sizes(name, rows);
    Object value = padding.values().get(name);
    List<Tensor> padded = rows.stream().map(row -> pad(name, row, sizes, value)).toList();
    return padded.getFirst() instanceof StringTensor
        ? StringTensor.stack(padded.stream().map(StringTensor.class::cast).toList())
        : Joining.stack(0, padded.toArray());
  }

  /** Returns the sizes that rows are padded to. */
  private long[] sizes(String name, List<Tensor> rows) {
    int rank = rows.getFirst().shape().rank();
    long[] sizes = new long[rank];
    Arrays.fill(sizes, Padding.LONGEST);
    if (padding.shapes().containsKey(name)) {
      sizes = padding.shapes().get(name).stream().mapToLong(size -> size).toArray();
      if (sizes.length != rank) {
        throw refusal(name, "a size for each of " + rank + " axes", Arrays.toString(sizes));
      }
    }
    for (int axis = 0; axis < rank; axis++) {
      int each = axis;
      long longest = rows.stream().mapToLong(row -> row.shape().size(each)).max().orElseThrow();
      if (sizes[axis] == Padding.BUCKET) {
        sizes[axis] = bucket(name);
      } else if (sizes[axis] == Padding.LONGEST) {
        sizes[axis] = longest;
      }
      if (sizes[axis] < longest) {
        throw refusal(name, "at most " + sizes[axis] + " along axis " + axis, longest);
      }
    }
    return sizes;
  }

  private long bucket(String name) {
    if (bucket == null) {
      throw refusal(name, "a bucket with an upper boundary for Padding.BUCKET", "one without");
    }
    return bucket;
  }

  private IllegalArgumentException refusal(String name, String needed, Object received) {
    return Refusal.of(
        step,
        "of " + name + " needs " + needed,
        received,
        "give other sizes, or cut what is longer with map first");
  }

  private Tensor pad(String name, Tensor row, long[] sizes, Object value) {
    if (row instanceof StringTensor text) {
      return pad(text, sizes, value == null ? "" : value.toString());
    }
    if (value != null && !(value instanceof Number)) {
      throw refusal(name, "padding that is a number", value);
    }
    int[][] paddings = new int[sizes.length][2];
    for (int axis = 0; axis < sizes.length; axis++) {
      paddings[axis][1] = Math.toIntExact(sizes[axis] - row.shape().size(axis));
    }
    return sizes.length == 0
        ? row
        : Rearranging.pad(row, paddings, value == null ? 0 : (Number) value);
  }

  private static StringTensor pad(StringTensor text, long[] sizes, String value) {
    Shape padded = Shape.of(sizes);
    String[] all = new String[Math.toIntExact(padded.count())];
    Arrays.fill(all, value);
    long[] strides = padded.strides();
    List<String> strings = text.toList();
    for (int i = 0; i < strings.size(); i++) {
      long rest = i;
      long at = 0;
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        at += rest % text.shape().size(axis) * strides[axis];
        rest /= text.shape().size(axis);
      }
      all[(int) at] = strings.get(i);
    }
    return StringTensor.of(all, padded);
  }
}
