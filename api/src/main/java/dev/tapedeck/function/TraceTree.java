package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;

/**
 * The traces of a function for arguments of one signature: a tree of segments, which branches where
 * Java code read different values.
 */
final class TraceTree {
  private static final Logger LOG = Loggers.of(TracedFunction.class);

  /** The most segments; a function with more runs eagerly. */
  static final int LIMIT = 2000;

  private final String name;
  private final List<TensorSpec> specs;
  private final BiConsumer<Object, String> maker;
  private List<SymbolicTensor> inputs;
  private volatile Segment root;
  private volatile boolean full;
  private int size;
  private Tracing tracing;

  TraceTree(String name, List<TensorSpec> specs, BiConsumer<Object, String> maker) {
    this.name = name;
    this.specs = List.copyOf(specs);
    this.maker = maker;
  }

  /**
   * The segments of a call that have run, and the values: the arguments, and then each segment's
   * outputs.
   */
  private static final class Path {
    private final List<Segment> segments = new ArrayList<>();
    private final List<Tensor[]> values = new ArrayList<>();
  }

  boolean isTraced() {
    return root != null;
  }

  /** Returns whether there are so many traces that the function is better run eagerly. */
  boolean isFull() {
    return full;
  }

  /** Traces the function without values of the arguments. */
  synchronized void trace(Function<List<Tensor>, Object> code) {
    if (root == null) {
      new Tracing(this, List.of(), null).go(code);
    }
  }

  /** Calls the function: runs the segments that are known, and traces the rest. */
  Object call(Tensor[] arguments, Function<List<Tensor>, Object> code) {
    Segment segment = root;
    boolean recording = Dispatch.isRecording();
    if (segment != null && segment.ending() != null && !recording) {
      return segment.ending().build(segment.plan().run(arguments));
    }
    // Tapes keep intermediate values.
    try (Scope scope = recording ? null : new Scope()) {
      Path path = new Path();
      path.values.add(arguments);
      Tensor[] results = advance(segment, path, recording);
      if (results == null) {
        synchronized (this) {
          results = advance(following(path), path, recording); // another thread may have traced it
          if (results == null) {
            Tracing begun = new Tracing(this, path.segments, path.values);
            begun.go(code);
            path.segments.clear();
            path.segments.addAll(begun.path());
            results = end(path, recording);
          }
        }
      }
      for (Tensor result : recording ? new Tensor[0] : results) {
        scope.keep(result);
      }
      return path.segments.getLast().ending().build(results);
    }
  }

  private Segment following(Path path) {
    return path.segments.isEmpty()
        ? root
        : path.segments
            .getLast()
            .next()
            .get(Segment.key(path.segments.getLast().guarded(path.values)));
  }

  /**
   * Runs segments to the end, and returns the function's results; null if the next one is not
   * traced yet.
   */
  private Tensor[] advance(Segment first, Path path, boolean recording) {
    Segment segment = first;
    while (segment != null) {
      path.segments.add(segment);
      if (segment.ending() != null) {
        return end(path, recording);
      }
      path.values.add(segment.run(path.values));
      segment = following(path);
    }
    return null;
  }

  private static Tensor[] end(Path path, boolean recording) {
    Segment last = path.segments.getLast();
    return recording && last.ending().derivatives() != null
        ? last.ending().derivatives().run(path.segments, path.values)
        : last.run(path.values);
  }

  /** Returns the value of a symbol in the call that is being traced. */
  EagerTensor read(SymbolicTensor symbol) {
    Tracing present = tracing;
    if (present == null) {
      throw new IllegalStateException(
          symbol + " was read outside the function it was traced in; return it from the function");
    }
    return present.read(symbol);
  }

  /** Returns the trace that is being made; null if none is. */
  Tracing tracing() {
    return tracing;
  }

  /** Begins a trace, and returns the function's inputs. */
  List<SymbolicTensor> begin(Tracing begun, Tracer tracer) {
    tracing = begun;
    if (inputs == null) {
      inputs = specs.stream().map(spec -> tracer.input("Input", spec)).toList();
    } else {
      tracer.adopt(inputs);
    }
    return inputs;
  }

  /** Ends the trace in progress, and resumes the outer one, if there is one. */
  void end(Tracing outer) {
    tracing = outer;
  }

  BiConsumer<Object, String> maker() {
    return maker;
  }

  void add(Segment before, Object value, Segment segment) {
    if (before == null) {
      root = segment;
    } else {
      before.next().put(value, segment);
    }
    if (++size == LIMIT) {
      full = true;
      LOG.warn(
          "{}: there are {} traces, since Java code in it reads values of tensors that keep changing;"
              + " from now on it runs eagerly. Use cond, switchCase, whileLoop or scan for what depends"
              + " on these values",
          name,
          LIMIT);
    }
  }

  /** Returns the paths to an end, as lists of segments. */
  List<List<Segment>> paths() {
    List<List<Segment>> all = new ArrayList<>();
    if (root != null) {
      collect(root, new ArrayList<>(), all);
    }
    return all;
  }

  private static void collect(Segment segment, List<Segment> before, List<List<Segment>> all) {
    before.add(segment);
    if (segment.ending() != null) {
      all.add(List.copyOf(before));
    }
    segment.next().values().forEach(next -> collect(next, before, all));
    before.removeLast();
  }
}
