package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.LayerOf;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Base of recurrent cells: one step of a recurrent layer, a function of an input and of the states
 * that the step before left.
 *
 * <pre>{@code
 * final class Decay extends RecurrentCell {                       // new RNN(new Decay())
 *   @Override public List<Integer> stateSizes() { return List.of(4); }
 *
 *   @Override protected RecurrentOutput call(RecurrentInput in) {
 *     Tensor y = in.states().getFirst().mul(0.9).add(in.input());
 *     return new RecurrentOutput(y, List.of(y));
 *   }
 * }
 * }</pre>
 *
 * <p>Override {@code build(RecurrentInput)} where variables depend on the input's shape; there are
 * no states yet.
 */
public abstract class RecurrentCell extends LayerOf<RecurrentInput, RecurrentOutput> {
  /** For subclasses. */
  protected RecurrentCell() {}

  /**
   * For subclasses that keep their arguments.
   *
   * @param arguments a record whose components are the arguments by name
   */
  protected RecurrentCell(Record arguments) {
    super(arguments);
  }

  /** Returns the sizes of the states, which are {@code [n, size]}. */
  public abstract List<Integer> stateSizes();

  /** Returns the size of the output {@code [n, size]}; by default that of the first state. */
  public int outputSize() {
    return stateSizes().getFirst();
  }

  /**
   * Returns the states before the first step; zeros by default.
   *
   * @param input the first step; its batch size may be unknown
   */
  protected List<Tensor> initialStates(Tensor input) {
    return stateSizes().stream().map(size -> zeros(input, size)).toList();
  }

  /** Returns what stands for the output before the first step, where that is masked. */
  Tensor noOutput(Tensor input) {
    return zeros(input, outputSize());
  }

  /**
   * Returns the function of the steps of one sequence; by default {@code apply}. What is drawn here
   * at random is the same in all steps, as the masks of dropout are; in {@code call}, each draws
   * anew.
   *
   * @param input the first step; the values do not count
   */
  protected Function<RecurrentInput, RecurrentOutput> sequence(Tensor input, boolean training) {
    return this::apply;
  }

  /**
   * Returns the outputs of all steps, and the last states, where one op computes them; null where
   * none does. Where the mask is false, the output is the state, not that of the step before.
   *
   * @param sequence all steps {@code [time, n, features]}
   * @param mask bools {@code [time, n]}; null for none
   */
  RecurrentOutput atOnce(Tensor sequence, List<Tensor> states, Tensor mask, boolean training) {
    return null;
  }

  /** Returns zeros of the type in which this cell computes, for each example of an input. */
  final Tensor zeros(Tensor input, long... sizes) {
    DType floating = input.dtype().isFloating() ? input.dtype() : DType.FLOAT32;
    DType dtype = dtypePolicy() == null ? floating : dtypePolicy().compute();
    long n = input.shape().size(0);
    if (n != Shape.UNKNOWN) {
      return Tensor.zeros(dtype, Shape.of(n).concat(sizes).toArray());
    }
    Object[] one = new Object[input.shape().rank()];
    Arrays.fill(one, 0);
    one[0] = Index.ALL;
    long[] shape = new long[sizes.length + 1];
    Arrays.fill(shape, 1);
    shape[0] = Shape.UNKNOWN;
    Tensor zero = Creation.zerosLike(Indexing.get(input, one).cast(dtype)).reshape(shape);
    return Shaping.broadcastTo(zero, Shape.of(Shape.UNKNOWN).concat(sizes).toArray());
  }

  /** Creates the variables for a first step, if they are still to be made. */
  final void ready(Tensor input) {
    requireBuilt(new RecurrentInput(input, List.of()));
  }

  @Override
  public RecurrentCell name(String given) {
    super.name(given);
    return this;
  }

  @Override
  public RecurrentCell dtype(DTypePolicy policy) {
    super.dtype(policy);
    return this;
  }

  @Override
  public RecurrentCell trainable(boolean mayTrain) {
    super.trainable(mayTrain);
    return this;
  }

  @Override
  public RecurrentCell copy() {
    return (RecurrentCell) super.copy();
  }
}
