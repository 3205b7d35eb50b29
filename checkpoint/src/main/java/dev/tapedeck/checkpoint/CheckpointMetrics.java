package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.CheckpointManager.Best;
import dev.tapedeck.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The metrics of checkpoints, each stored in the checkpoint itself under a key of its own. */
final class CheckpointMetrics {
  private static final String KEY = "metric";

  private final Map<Path, Double> known = new ConcurrentHashMap<>();

  /** Adds a metric to a snapshot; NaN for none. */
  static void put(Snapshot snapshot, double metric) {
    if (!Double.isNaN(metric)) {
      snapshot.put(KEY, metric);
    }
  }

  void add(Path prefix, double metric) {
    known.put(prefix, metric);
  }

  /** Returns the metric of a checkpoint; NaN if it has none. */
  double of(Path prefix) {
    return known.computeIfAbsent(prefix, CheckpointMetrics::read);
  }

  private static double read(Path prefix) {
    try (BundleReader bundle = BundleReader.open(prefix)) {
      BundleReader.Entry entry = bundle.entries().get(KEY);
      if (entry == null
          || entry.dtype().orElse(null) != DType.FLOAT64
          || entry.size() != Double.BYTES) {
        return Double.NaN;
      }
      ByteBuffer value = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bundle.read(entry, MemorySegment.ofBuffer(value));
      return value.getDouble(0);
    } catch (CheckpointException e) {
      return Double.NaN;
    }
  }

  /** Returns the rank of a metric, larger for better; without a metric it is the least. */
  static double worth(double metric, Best best) {
    return Double.isNaN(metric) ? Double.NEGATIVE_INFINITY : best == Best.MAX ? metric : -metric;
  }
}
