package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The state that a step changes beside the weights, by shards of its batch.
 *
 * <p>Sums begin each shard with 0 and add up. Other variables begin with their value before the
 * step: floating ones become the mean over the examples; whole numbers, such as the position of a
 * random generator, change alike in all shards.
 */
final class ShardState {
  private final List<Part> parts = new ArrayList<>();

  ShardState(List<Variable> sums, List<Variable> others) {
    sums.forEach(variable -> parts.add(new Part(variable, true)));
    others.forEach(variable -> parts.add(new Part(variable, false)));
  }

  /** Returns the number of elements. */
  long size() {
    return parts.stream().mapToLong(part -> part.variable.shape().count()).sum();
  }

  /** Begins a step with the present values. */
  void beginStep() {
    parts.forEach(Part::beginStep);
  }

  /** Begins a shard. */
  void beginShard() {
    parts.forEach(Part::beginShard);
  }

  /** Returns the number of a shard's examples, and what it adds to each element. */
  double[] added(double examples) {
    DoubleStream.Builder added = DoubleStream.builder().add(examples);
    parts.forEach(part -> part.addTo(added, examples));
    return added.build().toArray();
  }

  /** Ends a step, with what all its shards add. */
  void endStep(double... added) {
    int place = 1;
    for (Part part : parts) {
      place = part.endStep(added, place);
    }
  }

  /** Takes over the state of the same model elsewhere. */
  void follow(ShardState other) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).variable.write(other.parts.get(i).variable.memory());
    }
  }

  private static final class Part {
    private final Variable variable;
    private final boolean sum;
    private final boolean mean;
    private EagerTensor start;

    Part(Variable variable, boolean sum) {
      this.variable = variable;
      this.sum = sum;
      mean = !sum && variable.dtype().isFloating();
    }

    void beginStep() {
      if (start == null) {
        start = StateSnapshot.copy(variable.memory());
      } else {
        Elements.copy(variable.memory(), start);
      }
    }

    void beginShard() {
      if (sum) {
        Elements.fill(variable.writing(), 0);
      } else {
        variable.write(start);
      }
    }

    void addTo(DoubleStream.Builder added, double examples) {
      DType dtype = variable.dtype();
      MemorySegment before = start.elements();
      MemorySegment now = variable.memory().elements();
      for (long i = 0; i < variable.shape().count(); i++) {
        double value = Elements.getDouble(dtype, now, i);
        if (sum) {
          added.add(value);
        } else if (mean) {
          added.add(examples * value);
        } else {
          added.add(
              examples * (Elements.getLong(dtype, now, i) - Elements.getLong(dtype, before, i)));
        }
      }
    }

    int endStep(double[] added, int place) {
      DType dtype = variable.dtype();
      MemorySegment before = start.elements();
      MemorySegment now = variable.writing().elements();
      double examples = added[0];
      int next = place;
      for (long i = 0; i < variable.shape().count(); i++) {
        double change = added[next++];
        if (mean) {
          Elements.setDouble(dtype, now, i, change / examples);
        } else if (dtype.isFloating()) {
          Elements.setDouble(dtype, now, i, Elements.getDouble(dtype, before, i) + change);
        } else {
          long whole = Math.round(sum ? change : change / examples);
          Elements.setLong(dtype, now, i, Elements.getLong(dtype, before, i) + whole);
        }
      }
      return next;
    }
  }
}
