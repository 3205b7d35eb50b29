package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans, and plans of what passes make of a graph, give what eager code does, to the last bit. */
class RandomGraphsTest {
  private static final int GRAPHS = 200;

  private static final List<Pass> EXACT =
      GraphReport.PASSES.stream()
          .filter(pass -> !pass.equals(OperandRewrite.TRANSPOSED_PRODUCTS))
          .toList();

  static IntStream seeds() {
    return IntStream.range(0, GRAPHS);
  }

  /** Returns a tensor's type, shape and values: of different bits, but for those of NaN. */
  private static String bits(Tensor tensor) {
    return tensor.spec() + Arrays.toString(tensor.toDoubleArray());
  }

  /** Runs twice, and returns all that there is to see, outputs and variables. */
  private static List<String> seen(RandomProgram program, Function<Tensor[], List<Tensor>> run) {
    program.restart();
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      run.apply(program.arguments).forEach(output -> seen.add(bits(output)));
      program.variables.stream().map(Variable::value).forEach(value -> seen.add(bits(value)));
    }
    return seen;
  }

  private static List<String> seen(RandomProgram program, Graph graph) {
    ExecutionPlan plan = ExecutionPlan.of(graph);
    return seen(program, arguments -> List.of(plan.run(arguments)));
  }

  private static void assertSame(List<String> expected, List<String> seen, String what, Graph g) {
    for (int i = 0; i < expected.size(); i++) {
      int number = i;
      assertEquals(expected.get(i), seen.get(i), () -> what + ", value " + number + " of\n" + g);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void passesKeepEveryBit(int seed) {
    RandomProgram program = new RandomProgram(seed, true);
    Graph graph = program.graph;
    List<String> expected = seen(program, graph::run);
    assertSame(expected, seen(program, graph), "plan", graph);
    for (Pass pass : EXACT) {
      Graph passed = pass.on(graph);
      assertSame(expected, seen(program, passed), pass.name(), passed);
    }
    Graph optimised = GraphReport.optimise(graph, EXACT).graph();
    assertSame(expected, seen(program, optimised), "all passes", optimised);
    assertSame(expected, seen(program, optimised::run), "all passes, eagerly", optimised);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void threadsHaveFramesOfTheirOwn(int seed) {
    RandomProgram program = new RandomProgram(seed, false);
    List<String> expected =
        program.graph.run(program.arguments).stream().map(b -> bits(b)).toList();
    ExecutionPlan plan = ExecutionPlan.of(GraphReport.optimise(program.graph, EXACT).graph());
    Stream.generate(
            () ->
                CompletableFuture.supplyAsync(
                    () ->
                        IntStream.range(0, 5)
                            .mapToObj(
                                i ->
                                    Arrays.stream(plan.run(program.arguments))
                                        .map(RandomGraphsTest::bits)
                                        .toList())
                            .toList()))
        .limit(2)
        .toList()
        .forEach(
            runs ->
                runs.join().forEach(seen -> assertSame(expected, seen, "threads", program.graph)));
  }
}
