package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/** Distinct elements and counts. */
public final class Counting {
  private Counting() {}

  /**
   * The distinct elements of a vector, in the order in which they first appear.
   *
   * @param values the distinct elements
   * @param indices for each element of the vector, the index of its value, int32
   * @param counts how often each value appears, int32
   */
  public record Unique(Tensor values, Tensor indices, Tensor counts) {}

  /**
   * Returns the distinct elements of a vector; NaN equals no other NaN. The gradient of a value
   * goes to its first appearance.
   *
   * @throws IllegalArgumentException if {@code x} is not a vector
   */
  public static Unique unique(Object x) {
    Tensor tensor = Operands.tensor(x);
    Tensor[] found = new FindUnique().apply(tensor);
    return new Unique(Indexing.gather(tensor, found[0], 0), found[1], found[2]);
  }

  /**
   * Returns how often each number from 0 to the largest, or to {@code minLength - 1} if that is
   * more, appears in a tensor of whole numbers, int32.
   *
   * @throws IllegalArgumentException if a number, or {@code minLength}, is negative
   */
  public static Tensor bincount(Object x, int minLength) {
    return new Bincount(minLength).apply(Operands.tensor(x))[0];
  }

  /**
   * Returns, for each number from 0 to the largest, or to {@code minLength - 1} if that is more,
   * the sum of the weights at its positions in a tensor of whole numbers.
   *
   * @throws IllegalArgumentException if a number is negative, or the shapes differ
   */
  public static Tensor bincount(Object x, int minLength, Object weights) {
    return new Bincount(minLength).apply(Operands.tensor(x), Operands.tensor(weights))[0];
  }

  /** The positions where values first appear, the value index of each element, and the counts. */
  private record FindUnique() implements Op {
    @Override
    public String name() {
      return "unique";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.rank(name(), "the tensor", 1, inputs[0]);
      AxisLines.checkInt32(name(), inputs[0].shape(), 0);
      TensorSpec some = new TensorSpec(DType.INT32, Shape.of(Shape.UNKNOWN));
      return new TensorSpec[] {some, new TensorSpec(DType.INT32, inputs[0].shape()), some};
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor x = inputs[0].dense();
      int size = (int) x.shape().count();
      long[] keys = Ordering.keys(x, 0, 1, size);
      int[] order = Ordering.sorted(keys);
      int[] leader = new int[size]; // the position where the value of an element first appears
      for (int i = 0; i < size; i++) {
        long key = keys[order[i]];
        boolean same = i > 0 && key == keys[order[i - 1]] && Ordering.isNumber(x.dtype(), key);
        leader[order[i]] = same ? leader[order[i - 1]] : order[i];
      }
      int[] first = new int[size];
      int[] number = new int[size];
      int[] counts = new int[size];
      int found = 0;
      for (int i = 0; i < size; i++) {
        if (leader[i] == i) {
          first[found] = i;
          number[i] = found++;
        } else {
          number[i] = number[leader[i]];
        }
        counts[number[i]]++;
      }
      return new EagerTensor[] {ints(first, found), ints(number, size), ints(counts, found)};
    }

    private static EagerTensor ints(int[] values, int count) {
      EagerTensor tensor = EagerTensor.allocate(new TensorSpec(DType.INT32, Shape.of(count)));
      MemorySegment.copy(values, 0, tensor.elements(), Elements.INT, 0, count);
      return tensor;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      return new Tensor[1];
    }
  }

  private record Bincount(int minLength) implements Op {
    @Override
    public String name() {
      return "bincount";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Checks.inputs(this, inputs.length == 2 ? 2 : 1, inputs);
      Checks.atLeast("bincount", "minLength", 0, minLength, "use 0 for as few as the numbers need");
      if (!inputs[0].dtype().isInteger()) {
        throw Refusal.of(
            "bincount", "needs whole numbers", inputs[0].dtype(), "cast them to int32");
      }
      if (inputs.length > 1) {
        Checks.numeric("bincount", inputs[1].dtype());
      }
      if (inputs.length > 1 && !inputs[1].shape().fits(inputs[0].shape())) {
        throw Refusal.of(
            "bincount",
            "needs a weight for each number",
            "weights " + inputs[1].shape() + " for numbers " + inputs[0].shape(),
            "broadcast or reshape the weights");
      }
      DType dtype = inputs.length > 1 ? inputs[1].dtype() : DType.INT32;
      return new TensorSpec[] {new TensorSpec(dtype, Shape.of(Shape.UNKNOWN))};
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor x = inputs[0].dense();
      MemorySegment numbers = x.elements();
      long count = x.shape().count();
      long length = minLength;
      for (long i = 0; i < count; i++) {
        long number = Elements.getLong(x.dtype(), numbers, i);
        if (number < 0 || number == Long.MAX_VALUE) {
          throw Refusal.of(
              "bincount",
              "numbers must be 0 or more, and below 2^63 - 1",
              number + " at position " + i,
              "leave others out first, as with booleanMask");
        }
        length = Math.max(length, number + 1);
      }
      DType dtype = outputs[0].dtype();
      EagerTensor output = EagerTensor.allocate(new TensorSpec(dtype, Shape.of(length)));
      MemorySegment sums = output.elements().fill((byte) 0);
      MemorySegment weights = inputs.length > 1 ? inputs[1].dense().elements() : null;
      for (long i = 0; i < count; i++) {
        long bin = Elements.getLong(x.dtype(), numbers, i);
        if (dtype.isFloating()) {
          double weight = Elements.getDouble(dtype, weights, i);
          Elements.setDouble(dtype, sums, bin, Elements.getDouble(dtype, sums, bin) + weight);
        } else {
          long weight = weights == null ? 1 : Elements.getLong(dtype, weights, i);
          Elements.setLong(dtype, sums, bin, Elements.getLong(dtype, sums, bin) + weight);
        }
      }
      return new EagerTensor[] {output};
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      return new Tensor[] {
        null, call.needs(1) ? Indexing.gather(upstream[0], call.input(0), 0) : null
      };
    }
  }
}
