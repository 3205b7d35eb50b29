package dev.tapedeck.datasets;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;

/** Storage of one tensor of a source's examples. */
sealed interface RowStore {
  /** Returns the type and shape of one row. */
  TensorSpec row();

  /** Returns one row. */
  Tensor get(int row);

  /** Returns rows along a new first axis. */
  Tensor gather(List<Integer> rows);

  /** Storage of numbers, whose rows are copied straight into a batch. */
  sealed interface Numbers extends RowStore {
    /**
     * Least number of bytes a thread copies; small, since rows in random order are slow to read.
     */
    int PART = 1 << 15;

    /** Writes a row at a byte offset. */
    void copy(int row, MemorySegment to, long at);

    @Override
    default Tensor get(int row) {
      EagerTensor tensor = EagerTensor.allocate(row());
      copy(row, tensor.elements(), 0);
      return tensor;
    }

    @Override
    default Tensor gather(List<Integer> rows) {
      TensorSpec row = row();
      Shape shape = Shape.of(rows.size()).concat(row.shape().toArray());
      EagerTensor batch = EagerTensor.allocate(new TensorSpec(row.dtype(), shape));
      MemorySegment to = batch.elements();
      long bytes = row.bytes();
      Kernels.forOperands()
          .parallelFor(
              rows.size(),
              Math.ceilDiv(PART, Math.max(bytes, 1)),
              (first, end) -> {
                for (int i = (int) first; i < end; i++) {
                  copy(rows.get(i), to, i * bytes);
                }
              });
      return batch;
    }
  }

  /** The slices of text along its first axis. */
  record Text(StringTensor text) implements RowStore {
    @Override
    public TensorSpec row() {
      return new TensorSpec(DType.STRING, text.shape().slice(1, text.shape().rank()));
    }

    @Override
    public Tensor get(int row) {
      return text.rows(row, row + 1).withShape(row().shape());
    }

    @Override
    public Tensor gather(List<Integer> rows) {
      return text.gather(rows.stream().mapToLong(Integer::longValue).toArray());
    }
  }

  /** The slices of a tensor along its first axis. */
  record Rows(EagerTensor tensor, TensorSpec row) implements Numbers {
    Rows(EagerTensor tensor) {
      Shape shape = tensor.shape();
      this(tensor, new TensorSpec(tensor.dtype(), shape.slice(1, shape.rank())));
    }

    @Override
    public void copy(int row, MemorySegment to, long at) {
      long bytes = this.row.bytes();
      long start = tensor.offset() * tensor.dtype().bytes() + row * bytes;
      try {
        MemorySegment.copy(tensor.memory(), start, to, at, bytes);
      } finally {
        Reference.reachabilityFence(tensor); // Once it is collected, its memory is reused.
      }
    }
  }

  /** Images of grey levels 0 to 255, handed out as float32 from 0 to 1 with one channel. */
  @SuppressWarnings("ArrayRecordComponent") // Shared, never compared.
  record Images(byte[] pixels, int height, int width) implements Numbers {
    // Divided, not multiplied by 1/255, to get the same values as NumPy and Keras.
    private static final float[] LEVELS = new float[256];

    static {
      for (int i = 0; i < LEVELS.length; i++) {
        LEVELS[i] = i / 255f;
      }
    }

    @Override
    public TensorSpec row() {
      return new TensorSpec(DType.FLOAT32, Shape.of(height, width, 1));
    }

    @Override
    public void copy(int row, MemorySegment to, long at) {
      int size = height * width;
      // The bytes are first copied as a block to the last quarter of the row's floats, which then
      // overwrite them from the start, none too early. For shuffled batches this takes two thirds
      // of the time of reading pixel by pixel.
      long pixel = at + (long) (Float.BYTES - 1) * size;
      MemorySegment.copy(pixels, row * size, to, Elements.BYTE, pixel, size);
      for (int i = 0; i < size; i++) {
        float level = LEVELS[to.get(Elements.BYTE, pixel + i) & 0xff];
        to.set(Elements.FLOAT, at + (long) i * Float.BYTES, level);
      }
    }
  }

  /** Classes 0 to 255, handed out as int32 scalars. */
  @SuppressWarnings("ArrayRecordComponent") // Shared, never compared.
  record Classes(byte[] labels) implements Numbers {
    @Override
    public TensorSpec row() {
      return new TensorSpec(DType.INT32, Shape.of());
    }

    @Override
    public void copy(int row, MemorySegment to, long at) {
      to.set(Elements.INT, at, labels[row] & 0xff);
    }
  }
}
