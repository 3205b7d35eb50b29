package dev.tapedeck.function;

import dev.tapedeck.function.Loop.Layout;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rules that a loop's graphs, inputs and outputs keep.
 *
 * @param condition null if there are slices
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
      throw new IllegalArgumentException(
          layout.name()
              + ": a body of "
              + inputs.size()
              + " inputs and "
              + outputs.size()
              + " outputs cannot carry "
              + layout.carried()
              + " and slice "
              + layout.sliced()
              + (condition == null ? "" : " while a condition holds")
              + ", of "
              + kept.length
              + " outputs that are kept or not");
    }
    if (condition != null) {
      List<TensorSpec> taken = new ArrayList<>();
      inputs.forEach(input -> taken.add(input.spec()));
      condition.requireTaking(layout.name() + ", its condition", taken);
      List<TensorSpec> test = condition.outputs().stream().map(Tensor::spec).toList();
      if (!test.equals(List.of(new TensorSpec(DType.BOOL, Shape.of())))) {
        throw new IllegalArgumentException(
            layout.name() + ": the condition must give one bool, received " + test);
      }
    }
  }

  /** Checks that the body gives what it takes. */
  void requireSteady() {
    List<TensorSpec> taken = carried(body.inputs());
    List<TensorSpec> given = carried(body.outputs());
    for (int i = 0; i < layout.carried(); i++) {
      if (!given.get(i).fits(taken.get(i))) {
        throw unsteady(layout.name(), taken, given);
      }
    }
  }

  /** Checks that inputs are what the body takes: whole tensors, and slices of others. */
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
      throw new IllegalArgumentException(
          layout.name()
              + ": the body takes "
              + taken
              + (layout.sliced() == 0
                  ? ""
                  : ", of which "
                      + layout.sliced()
                      + " after the first "
                      + layout.carried()
                      + " are slices along the first axis")
              + "; received "
              + Arrays.toString(inputs));
    }
  }

  private boolean isSliced(int input) {
    return input >= layout.carried() && input < layout.carried() + layout.sliced();
  }

  /** Returns the spec of a slice along the first axis. */
  static TensorSpec sliceOf(TensorSpec spec) {
    return new TensorSpec(spec.dtype(), spec.shape().slice(1, spec.shape().rank()));
  }

  /** Returns how many slices there are, as far as that is known. */
  long slices(TensorSpec... inputs) {
    return slices(
        layout.name(),
        Arrays.asList(inputs).subList(layout.carried(), layout.carried() + layout.sliced()));
  }

  /**
   * Returns how many slices tensors have along their first axis, as far as that is known.
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
      throw new IllegalArgumentException(
          who + ": needs tensors with the same first size, received " + wholes);
    }
    return count;
  }

  /** Returns the error for a body that gives other types or shapes than it takes. */
  static IllegalArgumentException unsteady(
      String who, List<TensorSpec> taken, List<TensorSpec> given) {
    return new IllegalArgumentException(
        who
            + ": the body must return what it takes, "
            + taken
            + ", received "
            + given
            + "; cast or reshape it, or start with what it returns");
  }

  private List<TensorSpec> carried(List<? extends Tensor> tensors) {
    return tensors.stream().limit(layout.carried()).map(Tensor::spec).toList();
  }
}
