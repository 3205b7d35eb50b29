package dev.tapedeck.keras;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OpaqueDataType;
import io.jhdf.object.datatype.OrderedDataType;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** An HDF5 file that is read; what is in it is not trusted. */
final class Hdf5File implements AutoCloseable {
  private static final int DEEPEST = 64;

  /** How often the bytes of packed values may be in them. */
  static final long RATIO = 100;

  /** The bytes of one read. */
  private static final int CHUNK = 1 << 20;

  private final String name;
  private final HdfFile file;
  private final RandomAccessFile values; // null in memory
  private final long length;
  private final Path temporary;

  private Hdf5File(
      String name, Supplier<HdfFile> opened, RandomAccessFile values, long length, Path temporary) {
    this.name = name;
    this.length = length;
    this.values = values;
    this.temporary = temporary;
    this.file = guarded("cannot be read", opened);
  }

  /** Opens a file. */
  static Hdf5File open(Path path) {
    return open(path.toString(), path, null);
  }

  /** Opens a file that is removed when it is closed. */
  static Hdf5File openTemporary(String name, Path path) {
    return open(name, path, path);
  }

  private static Hdf5File open(String name, Path path, Path temporary) {
    try {
      RandomAccessFile values = new RandomAccessFile(path.toFile(), "r");
      try {
        return new Hdf5File(name, () -> new HdfFile(path), values, values.length(), temporary);
      } catch (KerasFileException e) {
        values.close();
        throw e;
      }
    } catch (FileNotFoundException e) { // or it is a folder, or not to be read
      throw new UncheckedIOException(
          Files.exists(path)
              ? "KerasFiles: cannot read " + path + ": " + e.getMessage()
              : "KerasFiles: no such file, " + path,
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("KerasFiles: cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Opens the bytes of a file.
   *
   * @param name what messages call it
   */
  static Hdf5File open(String name, ByteBuffer bytes) {
    return new Hdf5File(name, () -> HdfFile.fromByteBuffer(bytes), null, bytes.remaining(), null);
  }

  /** Returns the datasets by path, {@code layers/dense/vars/0}. */
  Map<String, Dataset> datasets() {
    return guarded(
        "has groups that cannot be read",
        () -> {
          Map<String, Dataset> found = new LinkedHashMap<>();
          collect(file, "", 0, found);
          return found;
        });
  }

  private void collect(Group group, String path, int depth, Map<String, Dataset> found) {
    if (depth > DEEPEST) {
      throw new KerasFileException(name + ": is damaged: its groups are nested without end");
    }
    for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
      switch (child.getValue()) {
        case Group inner -> collect(inner, path + child.getKey() + "/", depth + 1, found);
        case Dataset dataset -> found.put(path + child.getKey(), dataset);
        default -> {}
      }
    }
  }

  /** Returns the type and shape of a dataset; a type that tensors lack is refused. */
  TensorSpec spec(String path, Dataset dataset) {
    return guarded(
        "dataset " + path + " cannot be read",
        () -> new TensorSpec(dtype(path, dataset), Shape.of(dataset.getDimensionsAsLong())));
  }

  /** Returns a text that describes a group, the root for an empty path; null if there is none. */
  String text(String group, String attribute) {
    List<String> texts = texts(group, attribute);
    return texts.isEmpty() ? null : texts.getFirst();
  }

  /** Returns texts that describe a group; none if there are none. */
  List<String> texts(String group, String attribute) {
    return guarded(
        "attribute " + attribute + " cannot be read",
        () -> {
          Node node = group.isEmpty() ? file : file.getByPath(group);
          Attribute found = node.getAttribute(attribute);
          return switch (found == null ? null : found.getData()) {
            case String text -> List.of(text);
            case String[] texts -> List.of(texts);
            case null, default -> List.of();
          };
        });
  }

  private DType dtype(String path, Dataset dataset) {
    int bytes = dataset.getDataType().getSize();
    return switch (dataset.getDataType()) {
      case FloatingPoint _ when bytes == 2 -> DType.FLOAT16;
      case FloatingPoint _ when bytes == 4 -> DType.FLOAT32;
      case FloatingPoint _ when bytes == 8 -> DType.FLOAT64;
      case FixedPoint whole when bytes == 1 -> whole.isSigned() ? DType.INT8 : DType.UINT8;
      case FixedPoint whole when bytes == 2 -> whole.isSigned() ? DType.INT16 : DType.UINT16;
      case FixedPoint _ when bytes == 4 -> DType.INT32;
      case FixedPoint _ when bytes == 8 -> DType.INT64;
      default -> throw noNumbers("dataset " + path);
    };
  }

  private KerasFileException noNumbers(String what) {
    return new KerasFileException(
        name
            + ": "
            + what
            + " has elements that are no numbers, such as bfloat16, which HDF5 lacks; save the model"
            + " with a float32 or mixed_bfloat16 policy");
  }

  /** Returns the length of the file in bytes. */
  long length() {
    return length;
  }

  /** Returns the bytes of a dataset that the file can have, whatever its shape says. */
  long stored(String path, Dataset dataset) {
    return guarded(
        "dataset " + path + " cannot be read",
        () ->
            switch (dataset) {
              case ContiguousDataset plain -> {
                long address = plain.getDataAddress() + file.getUserBlockSize();
                yield address < 0 ? 0 : Math.max(0, length - address);
              }
              case ChunkedDataset packed -> {
                long chunk = 1;
                for (int size : packed.getChunkDimensions()) {
                  chunk = Math.multiplyExact(chunk, size);
                }
                long count = Shape.of(dataset.getDimensionsAsLong()).count();
                boolean possible = chunk > 0 && count / chunk <= length; // before all are listed
                yield possible ? RATIO * Math.min(length, dataset.getStorageInBytes()) : 0;
              }
              default -> length;
            });
  }

  /** Returns the values of a dataset of a known type and shape. */
  EagerTensor read(String path, Dataset dataset, TensorSpec spec) {
    return guarded(
        "dataset " + path + " cannot be read",
        () -> {
          requireWhole(dataset, spec.bytes() <= stored(path, dataset));
          EagerTensor tensor = EagerTensor.allocate(spec);
          long bytes = tensor.elements().byteSize();
          if (bytes > 0 && !readPlain(dataset, tensor)) {
            copy(dataset.getDataFlat(), tensor);
          }
          if (dataset.getDataType() instanceof FixedPoint whole && !whole.isSigned()) {
            requireInRange(path, tensor);
          }
          return tensor;
        });
  }

  /** Checks that no number of an unsigned type is beyond the signed one that it is read as. */
  private void requireInRange(String path, EagerTensor tensor) {
    boolean wraps = tensor.dtype() == DType.INT32 || tensor.dtype() == DType.INT64;
    for (long i = 0; wraps && i < tensor.shape().count(); i++) {
      if (Elements.getLong(tensor.dtype(), tensor.elements(), i) < 0) {
        throw new KerasFileException(
            name
                + ": dataset "
                + path
                + " has unsigned numbers that are too large for "
                + tensor.dtype()
                + "; store them as floats");
      }
    }
  }

  /** Reads a dataset that is stored in this machine's order; returns false for others. */
  private boolean readPlain(Dataset dataset, EagerTensor tensor) {
    if (!(dataset instanceof ContiguousDataset plain
        && dataset.getDataType() instanceof OrderedDataType type
        && type.getByteOrder() == ByteOrder.nativeOrder())) {
      return false;
    }
    MemorySegment elements = tensor.elements();
    if (values == null) {
      ByteBuffer stored = plain.getBuffer();
      requireWhole(dataset, stored.remaining() >= elements.byteSize());
      elements.copyFrom(MemorySegment.ofBuffer(stored).asSlice(0, elements.byteSize()));
    } else {
      // Read rather than mapped: pages of the file would count as the process's memory.
      read(dataset, plain.getDataAddress() + file.getUserBlockSize(), elements);
    }
    return true;
  }

  private void read(Dataset dataset, long address, MemorySegment to) {
    requireWhole(dataset, address >= 0);
    try {
      byte[] part = new byte[(int) Math.min(CHUNK, to.byteSize())];
      values.seek(address);
      for (long done = 0; done < to.byteSize(); ) {
        int read = values.read(part, 0, (int) Math.min(part.length, to.byteSize() - done));
        requireWhole(dataset, read > 0);
        MemorySegment.copy(part, 0, to, ValueLayout.JAVA_BYTE, done, read);
        done += read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("KerasFiles: cannot read " + name + ": " + e.getMessage(), e);
    }
  }

  private void requireWhole(Dataset dataset, boolean whole) {
    if (!whole) {
      throw new KerasFileException(
          name + ": is damaged: dataset " + dataset.getPath() + " is cut short");
    }
  }

  private static void copy(Object values, EagerTensor tensor) {
    boolean scalar = !values.getClass().isArray();
    long count = tensor.shape().count();
    if ((scalar ? 1 : Array.getLength(values)) != count) {
      throw new IllegalStateException("the number of elements is not that of the shape");
    }
    for (int i = 0; i < count; i++) {
      Number value = (Number) (scalar ? values : Array.get(values, i));
      if (tensor.dtype().isFloating()) {
        Elements.setDouble(tensor.dtype(), tensor.elements(), i, value.doubleValue());
      } else {
        Elements.setLong(tensor.dtype(), tensor.elements(), i, value.longValue());
      }
    }
  }

  /** Returns whether the library failed at a type without a name, as Keras's bfloat16. */
  private static boolean isOfOpaqueType(Throwable error) {
    return error != null
        && (Arrays.stream(error.getStackTrace())
                .anyMatch(call -> call.getClassName().equals(OpaqueDataType.class.getName()))
            || isOfOpaqueType(error.getCause()));
  }

  /** Runs code of the library, which a damaged file can make throw anything. */
  <T> T guarded(String what, Supplier<T> code) {
    try {
      return code.get();
    } catch (KerasFileException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      if (isOfOpaqueType(e)) {
        throw noNumbers("a dataset");
      }
      throw new KerasFileException(
          name + ": " + what + ", it is no HDF5 file or is damaged (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public void close() {
    file.close();
    try {
      if (values != null) {
        values.close();
      }
      if (temporary != null) {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
