package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A tensor with its values in memory: a storage, and the position of each element in it.
 *
 * <p>Element {@code [i, j, ..]} is at index {@code offset + i * strides[0] + j * strides[1] + ..}
 * of the storage. Views share a storage. Methods beyond those of {@link Tensor} are for kernels and
 * for ops that make views.
 */
public sealed class EagerTensor implements Tensor permits StringTensor {
  private final TensorSpec spec;
  private final Storage storage;
  private final int version;
  private final long offset;
  private final long[] strides;
  private final boolean contiguous;
  private Tensor mask;

  EagerTensor(TensorSpec spec, Storage storage, int version, long offset, long[] strides) {
    this.spec = spec;
    this.storage = storage;
    this.version = version;
    this.offset = offset;
    this.strides = strides;
    this.contiguous = Strides.areContiguous(spec.shape(), strides);
  }

  /** Returns a tensor of uninitialised memory, dense and row-major. */
  public static EagerTensor allocate(TensorSpec spec) {
    if (spec.dtype() == DType.STRING) {
      throw Refusal.of(
          "tensor", "has elements of a fixed size", spec, "make text with StringTensor.of(..)");
    }
    if (!spec.shape().isKnown()) {
      throw Refusal.of(
          "tensor",
          "needs known sizes",
          spec,
          "give each axis a size; those that a trace leaves unknown are known when it runs");
    }
    return over(Storage.allocate(spec.bytes()), spec);
  }

  public static EagerTensor over(Storage storage, TensorSpec spec) {
    return within(storage, storage.version(), spec, 0, spec.shape().strides());
  }

  /**
   * Returns a view of the same memory with another shape, strides and offset.
   *
   * @throws IllegalArgumentException if an element would lie outside of it
   */
  public EagerTensor view(Shape shape, long[] strides, long offset) {
    return within(storage, version, new TensorSpec(dtype(), shape), offset, strides);
  }

  /**
   * Returns part of the memory as a dense tensor of a type.
   *
   * @throws IllegalArgumentException if it reaches outside, or does not start at an element
   */
  public EagerTensor reinterpreted(TensorSpec as, long byteOffset) {
    int bytes = as.dtype().bytes();
    if (byteOffset % bytes != 0) {
      throw Refusal.of(
          "tensor",
          "needs a start at a multiple of " + bytes + " bytes for " + as,
          "byte " + byteOffset,
          "move the start to such a multiple");
    }
    return within(storage, version, as, byteOffset / bytes, as.shape().strides());
  }

  /**
   * Returns a view of a range along an axis.
   *
   * @param from the first index, and {@code to} that after the last
   */
  public EagerTensor part(int axis, long from, long to) {
    return view(shape().with(axis, to - from), strides, offset + from * strides[axis]);
  }

  /** Makes a tensor after checking that its elements lie within the storage. */
  private static EagerTensor within(
      Storage storage, int version, TensorSpec spec, long offset, long[] strides) {
    Shape shape = spec.shape();
    if (shape.count() == 0 && strides.length == shape.rank()) {
      // An empty tensor reads nothing, so its offset need not be valid.
      return new EagerTensor(spec, storage, version, 0, strides);
    }
    Strides.requireWithin(storage.bytes(), spec, offset, strides);
    return new EagerTensor(spec, storage, version, offset, strides);
  }

  @Override
  public Tensor mask() {
    return mask;
  }

  @Override
  public void attachMask(Tensor ofPlaces) {
    mask = ofPlaces;
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  /** Returns the index in the storage of the first element. */
  public long offset() {
    return offset;
  }

  /** Returns how far apart, in elements, neighbours along each axis are; a shared array. */
  public long[] strides() {
    return strides;
  }

  /**
   * Returns this tensor broadcast, without copying, to a shape.
   *
   * @throws IllegalArgumentException if it does not broadcast to that shape
   */
  public EagerTensor broadcastTo(Shape to) {
    if (!shape().broadcastsTo(to)) {
      throw Refusal.of(
          "broadcastTo",
          "needs a shape that broadcasts to " + to,
          shape(),
          "only axes of size 1 can be repeated; reshape it first");
    }
    return view(to, Strides.stretched(shape(), strides, to), offset);
  }

  /** Returns whether the elements lie densely in row-major order. */
  public boolean isContiguous() {
    return contiguous;
  }

  /** Returns this tensor if it is contiguous, else a copy that is. */
  public EagerTensor dense() {
    if (contiguous) {
      return this;
    }
    EagerTensor copy = allocate(spec);
    Elements.copy(this, copy);
    return current(copy);
  }

  /** Returns the storage, which is the same one for all views of it. */
  public Storage storage() {
    if (isStale()) {
      throw storage.stale();
    }
    return storage;
  }

  /** Returns whether the memory was released, or overwritten, since this tensor was made. */
  public boolean isStale() {
    return storage.version() != version;
  }

  /** Returns a value that was read from the memory; throws if the tensor has become stale since. */
  private <T> T current(T value) {
    requireCurrent();
    return value;
  }

  private void requireCurrent() {
    VarHandle.loadLoadFence(); // the elements were read before the version is
    if (isStale()) {
      throw storage.stale();
    }
  }

  /** Returns another tensor over the same memory, for callers that compare tensors by identity. */
  public EagerTensor alias() {
    return new EagerTensor(spec, storage, version, offset, strides);
  }

  /** Returns whether both lie in one storage, so that releasing one releases the other. */
  public boolean sharesMemoryWith(EagerTensor other) {
    return storage == other.storage;
  }

  /** Returns the storage, stale or not. */
  public Storage sharedStorage() {
    return storage;
  }

  /** Pins the memory because others see it: no scope and no gradient releases or overwrites it. */
  public void share() {
    storage().pin();
  }

  /** Returns whether the memory is pinned, as a variable's is; others may write into it. */
  public boolean isShared() {
    return storage().isLasting();
  }

  /**
   * Returns a tensor over the same memory that may be overwritten; this one, and all others that
   * share the memory, become stale.
   */
  public EagerTensor donate() {
    storage().overwritten("tensor: used after it was summed up in place, inside a gradient");
    return over(storage, spec).view(spec.shape(), strides, offset);
  }

  /**
   * Returns the memory of the storage. Keep the tensor reachable while using it.
   *
   * @throws IllegalStateException if it has been released, or overwritten by a variable's
   *     assignment
   */
  public MemorySegment memory() {
    return storage().segment();
  }

  /**
   * Returns the address of the first element. Keep the tensor reachable while using it.
   *
   * @throws IllegalStateException as {@link #memory}
   */
  public long address() {
    return storage().address() + offset * dtype().bytes();
  }

  /**
   * Returns the memory of the elements of a contiguous tensor.
   *
   * @throws IllegalStateException as {@link #memory}
   */
  public MemorySegment elements() {
    if (!contiguous) {
      throw new IllegalStateException("elements: the tensor is a strided view, copy it first");
    }
    return memory().asSlice(offset * dtype().bytes(), spec.bytes());
  }

  @Override
  public double item() {
    if (shape().count() != 1) {
      throw new IllegalStateException(
          "item: needs exactly one element, the tensor is " + spec + "; reduce or slice it first");
    }
    double value = Elements.getDouble(dtype(), memory(), offset);
    requireCurrent();
    return value;
  }

  @Override
  public double[] toDoubleArray() {
    return current(JavaArrays.doubles(this));
  }

  @Override
  public float[] toFloatArray() {
    return current(JavaArrays.floats(this));
  }

  @Override
  public long[] toLongArray() {
    if (dtype().isFloating()) {
      throw new IllegalStateException(
          "toLongArray: the tensor is "
              + dtype()
              + "; cast it to int64 first, or use toDoubleArray");
    }
    return current(JavaArrays.longs(this));
  }

  @Override
  public int[] toIntArray() {
    return Arrays.stream(toLongArray()).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public boolean[] toBooleanArray() {
    if (dtype() != DType.BOOL) {
      throw new IllegalStateException(
          "toBooleanArray: the tensor is " + dtype() + "; compare it first, as x.notEqual(0)");
    }
    return current(JavaArrays.booleans(this));
  }

  @Override
  public Object toArray() {
    return current(JavaArrays.nested(this));
  }

  @Override
  public INDArray toINDArray() {
    return current(Nd4jArrays.copyOf(this));
  }

  @Override
  public INDArray asINDArray() {
    return Nd4jArrays.sharing(this);
  }

  @Override
  public ByteBuffer toByteBuffer() {
    MemorySegment elements = dense().elements();
    ByteBuffer copy =
        ByteBuffer.allocateDirect(Math.toIntExact(elements.byteSize()))
            .order(ByteOrder.nativeOrder());
    MemorySegment.ofBuffer(copy).copyFrom(elements);
    return current(copy);
  }

  @Override
  public void release() {
    if (storage.version() == version && !storage.isLasting()) {
      storage.release("tensor: used after release()");
    }
  }

  /** Returns {@code Tensor([1 2 4], shape=(3,), dtype=int32)}, the value as NumPy prints it. */
  @Override
  public String toString() {
    return current(TensorPrinter.print(this));
  }
}
