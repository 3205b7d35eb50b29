package dev.tapedeck.function;

import dev.tapedeck.function.Loop.Layout;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The checks of a loop's graphs, inputs and outputs.
 *
 * @param condition graph of the condition; null if tensors are sliced
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LoopRules(Layout layout, Graph condition, Graph body, boolean[] kept) {
  /** Checks that the layout fits the graphs. */
  void requireParts() {
    List<SymbolicTensor> inputs = body.inputs();
    List<Tensor> outputs = body.outputs();
    boolean counted = condition == null == layout.sliced() > 0;
    if (!counted
        || (long) layout.carried() + layout.sliced() > inputs.size()
        || layout.carried() > outputs.size()
        || kept.length != outputs.size()
        || IntStream.range(0, layout.carried()).anyMatch(i -> !kept[i])) {
      throw Refusal.of(
          layout.name(),
          "needs a body for "
              + layout.carried()
              + " carried tensors and "
              + (condition == null ? "" : "a condition and ")
              + layout.sliced()
              + " sliced tensors",
          inputs.size()
              + " inputs, "
              + outputs.size()
              + " outputs and "
              + kept.length
              + " flags that keep outputs",
          "save the function again, the file is damaged");
    }
    if (condition != null) {
      List<TensorSpec> taken = new ArrayList<>();
      inputs.forEach(input -> taken.add(input.spec()));
      condition.requireTaking(layout.name() + ", its condition", taken);
      List<TensorSpec> test = condition.outputs().stream().map(Tensor::spec).toList();
      if (!test.equals(List.of(new TensorSpec(DType.BOOL, Shape.of())))) {
        throw Refusal.of(
            layout.name(), "needs a condition that returns one bool", test, "compare numbers");
      }
    }
  }

  /** Checks that the body returns tensors of the types and shapes that it takes. */
  void requireSteady() {
    List<TensorSpec> taken = carried(body.inputs());
    List<TensorSpec> given = carried(body.outputs());
    for (int i = 0; i < layout.carried(); i++) {
      if (!given.get(i).fits(taken.get(i))) {
        throw unsteady(layout.name(), taken, given);
      }
    }
  }

  /** Checks that inputs fit the body, which takes slices of some of them. */
  void requireFitting(TensorSpec... inputs) {
    List<TensorSpec> taken = body.inputs().stream().map(Tensor::spec).toList();
    boolean fit = inputs.length == taken.size();
    for (int i = 0; fit && i < inputs.length; i++) {
      fit =
          isSliced(i)
              ? !inputs[i].shape().isScalar() && sliceOf(inputs[i]).fits(taken.get(i))
              : inputs[i].fits(taken.get(i));
    }
    if (!fit) {
      throw Refusal.of(
          layout.name(),
          "needs inputs for a body of "
              + taken
              + (layout.sliced() == 0
                  ? ""
                  : ", where the "
                      + layout.sliced()
                      + " after the first "
                      + layout.carried()
                      + " are slices along the first axis"),
          Arrays.toString(inputs),
          "cast or reshape them");
    }
  }

  private boolean isSliced(int input) {
    return input >= layout.carried() && input < layout.carried() + layout.sliced();
  }

  /** Returns the spec of a slice along the first axis. */
  static TensorSpec sliceOf(TensorSpec spec) {
    return new TensorSpec(spec.dtype(), spec.shape().slice(1, spec.shape().rank()));
  }

  /** Returns the number of slices, which may be unknown. */
  long slices(TensorSpec... inputs) {
    return slices(
        layout.name(),
        Arrays.asList(inputs).subList(layout.carried(), layout.carried() + layout.sliced()));
  }

  /**
   * Returns the number of slices of tensors along their first axis, which may be unknown.
   *
   * @throws IllegalArgumentException if there is no tensor, one is a scalar, or they differ
   */
  static long slices(String who, List<TensorSpec> wholes) {
    long count = Shape.UNKNOWN;
    boolean fit = !wholes.isEmpty();
    for (TensorSpec whole : wholes) {
      long size = whole.shape().isScalar() ? 0 : whole.shape().size(0);
      fit &=
          !whole.shape().isScalar()
              && (size == count || size == Shape.UNKNOWN || count == Shape.UNKNOWN);
      count = count == Shape.UNKNOWN ? size : count;
    }
    if (!fit) {
      throw Refusal.of(who, "needs tensors with the same first size", wholes, "slice or pad them");
    }
    return count;
  }

  /** Returns the error for a body that returns other types or shapes than it takes. */
  static IllegalArgumentException unsteady(
      String who, List<TensorSpec> taken, List<TensorSpec> given) {
    return Refusal.of(
        who,
        "needs a body that returns the types and shapes it takes, " + taken,
        given,
        "cast or reshape its results, or start with tensors like them");
  }

  private List<TensorSpec> carried(List<? extends Tensor> tensors) {
    return tensors.stream().limit(layout.carried()).map(Tensor::spec).toList();
  }
}
