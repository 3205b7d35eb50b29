package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/** Checkpoints to test with. */
final class Bundles {
  private Bundles() {}

  /** Writes tensors of all types and a string. */
  static void write(Path prefix, long shardBytes) {
    try (var writer = BundleWriter.create(prefix, shardBytes)) {
      for (DType dtype : DType.fixedSize()) {
        for (Shape shape : new Shape[] {Shape.of(), Shape.of(2, 3), Shape.of(0, 4)}) {
          writer.add(key(dtype, shape), dtype, shape, MemorySegment.ofArray(bytes(dtype, shape)));
        }
      }
      writer.addString("größe", "學習".getBytes(StandardCharsets.UTF_8));
      writer.commit();
    }
  }

  static String key(DType dtype, Shape shape) {
    return dtype + "/" + shape;
  }

  /** Returns values that are the same each time; those of bool are 0 and 1. */
  static byte[] bytes(DType dtype, Shape shape) {
    byte[] bytes = new byte[(int) shape.count() * dtype.bytes()];
    new Random(dtype.name().hashCode()).nextBytes(bytes);
    for (int i = 0; dtype == DType.BOOL && i < bytes.length; i++) {
      bytes[i] &= 1;
    }
    return bytes;
  }

  static byte[] read(BundleReader reader, String key) {
    BundleReader.Entry entry = reader.entries().get(key);
    byte[] bytes = new byte[(int) entry.size()];
    reader.read(entry, MemorySegment.ofArray(bytes));
    return bytes;
  }
}
