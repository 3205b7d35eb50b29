package dev.tapedeck.tensor;

import java.nio.ByteBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A value that a traced function will compute: a name, an element type and a shape, no elements.
 */
public final class SymbolicTensor implements Tensor {
  private final String name;
  private final TensorSpec spec;

  /** Makes the output {@code name} ({@code Add:0}) of a call in a graph. */
  public SymbolicTensor(String name, TensorSpec spec) {
    this.name = name;
    this.spec = spec;
  }

  /** Returns the call's name and the output's number, {@code Add:0}. */
  public String name() {
    return name;
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public double item() {
    throw noValue();
  }

  @Override
  public double[] toDoubleArray() {
    throw noValue();
  }

  @Override
  public float[] toFloatArray() {
    throw noValue();
  }

  @Override
  public long[] toLongArray() {
    throw noValue();
  }

  @Override
  public int[] toIntArray() {
    throw noValue();
  }

  @Override
  public boolean[] toBooleanArray() {
    throw noValue();
  }

  @Override
  public Object toArray() {
    throw noValue();
  }

  @Override
  public INDArray toINDArray() {
    throw noValue();
  }

  @Override
  public INDArray asINDArray() {
    throw noValue();
  }

  @Override
  public ByteBuffer toByteBuffer() {
    throw noValue();
  }

  @Override
  public void release() {}

  private IllegalStateException noValue() {
    return new IllegalStateException(
        this
            + " has no value while its function is being traced; return it from the function, or call"
            + " the function's Java method without tracing it");
  }

  /** Returns {@code Tensor("Add:0", shape=(3,), dtype=int32)}. */
  @Override
  public String toString() {
    return "Tensor(\"" + name + "\", shape=" + spec.shape() + ", dtype=" + spec.dtype() + ")";
  }
}
