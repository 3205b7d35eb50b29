package dev.tapedeck.tensor;

import java.nio.ByteBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A value that a traced function will compute: a name, an element type and a shape, no elements.
 *
 * <p>Whole numbers and bools can still be read, so that Java's own {@code if} and {@code while}
 * work on them: the trace is then valid only for the values that were read, and each later call
 * checks them.
 */
public final class SymbolicTensor implements Tensor {
  /** A source of the values of whole numbers and bools in the call that is being traced. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Returns the value.
     *
     * @throws IllegalStateException if it is not known
     */
    EagerTensor read(SymbolicTensor tensor);
  }

  private final String name;
  private final TensorSpec spec;
  private final Reader reader;
  private Tensor mask;

  /** Makes the output {@code name} ({@code Add:0}) of a call in a graph. */
  public SymbolicTensor(String name, TensorSpec spec, Reader reader) {
    this.name = name;
    this.spec = spec;
    this.reader = reader;
  }

  /** Returns the call's name and the output's number, {@code Add:0}. */
  public String name() {
    return name;
  }

  /** Returns what reads its value: the trace or the model that it is part of. */
  public Reader reader() {
    return reader;
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

  private EagerTensor value() {
    if (dtype().isFloating()) {
      throw new IllegalStateException(
          this
              + " has no value while its function is being traced, and a trace cannot hold for one"
              + " "
              + dtype()
              + " number only; compare it with ops and read the bool, as in x.less(1).toBoolean(),"
              + " return it from the function, hand it to javaFunction, or run eagerly");
    }
    return reader.read(this);
  }

  @Override
  public double item() {
    return value().item();
  }

  @Override
  public double[] toDoubleArray() {
    return value().toDoubleArray();
  }

  @Override
  public float[] toFloatArray() {
    return value().toFloatArray();
  }

  @Override
  public long[] toLongArray() {
    return value().toLongArray();
  }

  @Override
  public int[] toIntArray() {
    return value().toIntArray();
  }

  @Override
  public boolean[] toBooleanArray() {
    return value().toBooleanArray();
  }

  @Override
  public Object toArray() {
    return value().toArray();
  }

  @Override
  public INDArray toINDArray() {
    return value().toINDArray();
  }

  @Override
  public INDArray asINDArray() {
    return value().asINDArray();
  }

  @Override
  public ByteBuffer toByteBuffer() {
    return value().toByteBuffer();
  }

  @Override
  public void release() {}

  /** Returns {@code Tensor("Add:0", shape=(3,), dtype=int32)}. */
  @Override
  public String toString() {
    return "Tensor(\"" + name + "\", shape=" + spec.shape() + ", dtype=" + spec.dtype() + ")";
  }
}
