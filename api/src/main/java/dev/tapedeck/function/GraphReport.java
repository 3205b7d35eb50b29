package dev.tapedeck.function;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A report of what the passes did to a graph.
 *
 * <pre>
 * 7 calls became 2: 1 MatMul, 1 Mul_Add_Tanh
 * constant folding           1 time,    1 call fewer
 * transposed products        1 time
 * pointwise fusion           1 time
 * dead code                  1 time,    4 calls fewer
 * 1 intermediate value, 64 bytes, in an arena of 64 bytes, 0 in place
 * </pre>
 *
 * @param before the calls that were traced
 * @param after the calls that run
 * @param ops number of calls that run of each op, by its name in graphs
 * @param passes what each pass did, by its name
 * @param buffers memory of the intermediate values
 */
public record GraphReport(
    int before, int after, SortedMap<String, Long> ops, List<Entry> passes, Buffers buffers) {
  /** The passes, in the order they are tried; again while one of them finds something. */
  static final List<Pass> PASSES =
      List.of(
          new ConstantFolding(),
          new CommonSubexpressions(),
          OperandRewrite.COMPOSITION,
          OperandRewrite.TRANSPOSED_PRODUCTS,
          new Identities(),
          new ScaleFolding(),
          new MaskedPooling(),
          new EarlyPooling(),
          new Fusion(),
          new DeadCode(),
          new UnusedOutputs(),
          new EarlyDelivery());

  /** The passes that leave the calls of single ops, as other formats know them. */
  private static final List<Pass> UNFUSED =
      List.of(
          new ConstantFolding(),
          new CommonSubexpressions(),
          OperandRewrite.COMPOSITION,
          new Identities(),
          new DeadCode());

  private static final int ROUNDS = 10;

  /** Keeps copies. */
  public GraphReport {
    ops = Collections.unmodifiableSortedMap(new TreeMap<>(ops));
    passes = List.copyOf(passes);
  }

  /**
   * What one pass did.
   *
   * @param times number of times that it changed the graph
   * @param removed number of calls that it removed; negative if it added some
   */
  public record Entry(String pass, int times, int removed) {
    @Override
    public String toString() {
      String found =
          String.format(Locale.ROOT, "%-24s %3d %s", pass, times, times == 1 ? "time" : "times");
      return removed == 0
          ? found
          : String.format(
              Locale.ROOT,
              "%-34s %4d %s %s",
              found + ",",
              Math.abs(removed),
              Math.abs(removed) == 1 ? "call" : "calls",
              removed > 0 ? "fewer" : "more");
    }
  }

  /**
   * The memory of a graph's intermediate values.
   *
   * @param values number of values in the arena
   * @param bytes size of all values side by side
   * @param arena size of the arena, in which values that are not needed at the same time share
   *     memory, in bytes
   * @param inPlace number of values that are written over an operand
   */
  public record Buffers(int values, long bytes, long arena, int inPlace) {
    private static final Buffers NONE = new Buffers(0, 0, 0, 0);

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d intermediate %s, %d bytes, in an arena of %d bytes, %d in place",
          values,
          values == 1 ? "value" : "values",
          bytes,
          arena,
          inPlace);
    }
  }

  GraphReport with(Buffers planned) {
    return new GraphReport(before, after, ops, passes, planned);
  }

  /** A graph after the passes, and what they did. */
  record Optimised(Graph graph, GraphReport report) {}

  /** Returns a graph without what need not be computed, and with nothing fused. */
  static Graph simplified(Graph graph) {
    return optimise(graph, UNFUSED).graph();
  }

  /** Applies the passes to a graph, again while one of them changes it. */
  static Optimised optimise(Graph traced) {
    return optimise(traced, PASSES);
  }

  @SuppressWarnings("ReferenceEquality") // a pass gives the same graph back if it finds nothing
  static Optimised optimise(Graph traced, List<Pass> passes) {
    int[] times = new int[passes.size()];
    int[] removed = new int[passes.size()];
    Graph graph = traced;
    boolean changed = true;
    for (int round = 0; changed && round < ROUNDS; round++) {
      changed = false;
      for (int i = 0; i < times.length; i++) {
        Graph next = passes.get(i).on(graph);
        if (next != graph) {
          changed = true;
          times[i]++;
          removed[i] += graph.nodes().size() - next.nodes().size();
          graph = next;
        }
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      entries.add(new Entry(passes.get(i).name(), times[i], removed[i]));
    }
    SortedMap<String, Long> ops =
        graph.nodes().stream()
            .collect(
                Collectors.groupingBy(
                    node -> node.op().title(), TreeMap::new, Collectors.counting()));
    return new Optimised(
        graph,
        new GraphReport(traced.nodes().size(), graph.nodes().size(), ops, entries, Buffers.NONE));
  }

  /**
   * Returns the calls before and after, and a line for each pass that found something, and the
   * memory.
   */
  @Override
  public String toString() {
    String left =
        ops.entrySet().stream()
            .map(op -> op.getValue() + " " + op.getKey())
            .collect(Collectors.joining(", "));
    return passes.stream()
        .filter(entry -> entry.times > 0)
        .map(entry -> "\n" + entry)
        .collect(
            Collectors.joining(
                "",
                String.format(Locale.ROOT, "%d calls became %d: %s", before, after, left),
                buffers.values == 0 ? "" : "\n" + buffers));
  }
}
