package dev.tapedeck.function;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A segment of a trace: the calls between two places at which Java code reads the value of a
 * tensor, or the function begins or ends.
 *
 * <p>The value read at its end is the guard: for each value seen so far there is a segment that
 * continues the trace. A function that reads nothing is one segment.
 */
final class Segment {
  /** The most elements of a tensor that a guard compares. */
  private static final long MOST_GUARDED = 1000;

  private final List<Node> traced;
  private final Graph whole;
  private final GraphReport.Optimised optimised;
  private final ParameterPlan plan;
  private final List<Place> sources;
  private final Place guard;
  private final Map<Object, Segment> next = new ConcurrentHashMap<>();
  private final TraceResult ending;

  /**
   * The place of a value on a path of segments.
   *
   * @param segment number on the path, from 1, of the segment whose output it is; 0 for the
   *     function's arguments
   * @param index index among the outputs, or arguments
   */
  record Place(int segment, int index) {
    Tensor in(List<Tensor[]> values) {
      return values.get(segment)[index];
    }
  }

  /**
   * Makes a segment.
   *
   * @param traced calls as they were traced
   * @param graph the same calls, with inputs and outputs
   * @param sources places of the inputs; null for all arguments, in order
   * @param guard place of the value that is read at the end; null at the function's end
   * @param ending the function's result; null if the trace goes on
   */
  Segment(List<Node> traced, Graph graph, List<Place> sources, Place guard, TraceResult ending) {
    this.traced = List.copyOf(traced);
    this.whole = graph;
    this.optimised = GraphReport.optimise(graph);
    this.plan = ParameterPlan.of(optimised.graph());
    this.sources = sources;
    this.guard = guard;
    this.ending = ending;
  }

  List<Node> traced() {
    return traced;
  }

  /** Returns the graph as it was traced. */
  Graph whole() {
    return whole;
  }

  /** Returns the graph that runs. */
  Graph graph() {
    return optimised.graph();
  }

  GraphReport report() {
    return optimised.report().with(plan.buffers());
  }

  ParameterPlan plan() {
    return plan;
  }

  /** Returns the function's result; null if the trace goes on. */
  TraceResult ending() {
    return ending;
  }

  Tensor[] run(List<Tensor[]> values) {
    return plan.run(arguments(values));
  }

  /** Returns the inputs of this segment, from the values on its path. */
  Tensor[] arguments(List<Tensor[]> values) {
    return sources == null
        ? values.getFirst()
        : sources.stream().map(place -> place.in(values)).toArray(Tensor[]::new);
  }

  EagerTensor guarded(List<Tensor[]> values) {
    return (EagerTensor) guard.in(values);
  }

  Map<Object, Segment> next() {
    return next;
  }

  /** Returns the key of a guard's value; values with equal keys go on with the same segment. */
  static Object key(SymbolicTensor who, EagerTensor value) {
    if (value.shape().count() > MOST_GUARDED) {
      throw new IllegalStateException(
          who
              + " has "
              + value.shape().count()
              + " elements; a trace holds for the values that are read while it is made, and compares"
              + " at most "
              + MOST_GUARDED
              + "; compute with ops, or run eagerly");
    }
    return key(value);
  }

  static Object key(EagerTensor value) {
    long[] values = value.toLongArray();
    return value.shape().isScalar()
        ? (Object) values[0]
        : List.of(value.shape(), Arrays.stream(values).boxed().toList());
  }
}
