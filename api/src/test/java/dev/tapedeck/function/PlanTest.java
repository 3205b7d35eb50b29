package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final int SIZE = 1600;
  private static final long BYTES = 4L * SIZE;
  private static final TensorSpec SPEC = new TensorSpec(DType.FLOAT32, Shape.of(SIZE));

  private static Tensor filled(double value) {
    return Tensor.full(DType.FLOAT32, value, SIZE);
  }

  private static Graph trace(UnaryOperator<Tensor> function) {
    return Graph.trace(in -> List.of(function.apply(in.getFirst())), List.of(SPEC));
  }

  private static void assertGives(double expected, ExecutionPlan plan, double argument) {
    float[] values = plan.run(filled(argument))[0].toFloatArray();
    for (float value : values) {
      assertEquals(expected, value);
    }
  }

  @Test
  void aChainIsComputedInOnePlace() {
    ExecutionPlan plan = ExecutionPlan.of(trace(x -> x.add(1).mul(2).sub(3).add(4).neg()));
    assertEquals(BYTES, plan.buffers().arena());
    assertGives(-9, plan, 3);
    assertGives(-5, plan, 1);
  }

  @Test
  void valuesThatAreNeededAtOneTimeLieApart() {
    ExecutionPlan plan =
        ExecutionPlan.of(
            trace(
                x -> {
                  Tensor a = x.add(1);
                  Tensor b = x.add(2);
                  Tensor c = a.mul(b); // over a or b, of which the other is needed on
                  return c.add(b).add(a.mul(0)).mul(1);
                }));
    assertGives(4 * 5 + 5, plan, 3);
    assertTrue(plan.buffers().arena() <= 4 * BYTES, () -> "" + plan.buffers().arena());
  }

  @Test
  void aPlaceIsTakenAgain() {
    ExecutionPlan plan =
        ExecutionPlan.of(
            trace(
                x -> {
                  Tensor y = x;
                  for (int i = 0; i < 10; i++) {
                    y =
                        Cumulative.cumsum(y, 0, false, true)
                            .mul(2); // no op writes over its operand
                  }
                  return y.sum().add(x);
                }));
    assertTrue(plan.buffers().arena() <= 3 * BYTES, () -> "" + plan.buffers().arena());
    assertGives(0, plan, 0);
  }

  /** The sum is not computed over its operand, whose memory the view still shows. */
  @Test
  void viewsKeepWhatTheyShow() {
    ExecutionPlan plan =
        ExecutionPlan.of(
            trace(
                x -> {
                  Tensor a = x.add(1);
                  Tensor view = a.reshape(2, SIZE / 2);
                  Tensor b = a.mul(10);
                  Tensor c = x.mul(7).add(5);
                  return view.sum(1).sum().add(b).add(c);
                }));
    assertGives(4 * SIZE + 40 + 26, plan, 3);
  }

  @Test
  void whatIsReturnedIsNeverInTheBlock() {
    ExecutionPlan plan =
        ExecutionPlan.of(
            Graph.trace(
                in -> {
                  Tensor a = in.getFirst().add(1);
                  Tensor b = a.mul(2);
                  return List.of(a, b.reshape(2, SIZE / 2), b.sub(1).neg(), a);
                },
                List.of(SPEC)));
    assertEquals(BYTES, plan.buffers().arena()); // what is negated
    Tensor[] first = plan.run(filled(3));
    Tensor[] second = plan.run(filled(5));
    assertEquals(4, first[0].get(0).item());
    assertEquals(8, first[1].get(0, 0).item());
    assertEquals(-7, first[2].get(0).item());
    assertEquals(6, second[0].get(0).item());
    ((EagerTensor) second[1]).release();
    assertEquals(8, first[1].get(1, 1).item());
  }

  @Test
  void argumentsAreNotWrittenOver() {
    Tensor x = filled(3);
    ExecutionPlan.of(trace(in -> in.add(1).mul(in))).run(x);
    assertEquals(3, x.get(7).item());
  }

  @Test
  void threadsHaveBlocksOfTheirOwn() {
    ExecutionPlan plan =
        ExecutionPlan.of(trace(x -> Maths.sqrt(Maths.square(x.add(1)).add(x.mul(0)))));
    List<CompletableFuture<Void>> runs =
        IntStream.range(0, 4)
            .mapToObj(
                n ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 0; i < 200; i++) {
                            assertGives(n + 1, plan, n);
                          }
                        }))
            .toList();
    runs.forEach(CompletableFuture::join);
  }

  @Test
  void emptyValues() {
    Graph graph =
        Graph.trace(
            in -> List.of(in.getFirst().add(1).mul(2).neg()),
            List.of(new TensorSpec(DType.FLOAT32, Shape.of(0, 3))));
    Tensor result = ExecutionPlan.of(graph).run(Tensor.zeros(DType.FLOAT32, 0, 3))[0];
    assertEquals(Shape.of(0, 3), result.shape());
  }

  @Test
  void anErrorLeavesThePlanFit() {
    Graph graph =
        Graph.trace(
            in -> List.of(Tensor.of(6).mod(in.getFirst())),
            List.of(new TensorSpec(DType.INT32, Shape.of())));
    ExecutionPlan plan = ExecutionPlan.of(graph);
    assertThrows(IllegalArgumentException.class, () -> plan.run(Tensor.of(0)));
    assertEquals(2, plan.run(Tensor.of(4))[0].item());
  }

  /** What is read before is a value like others to a segment that ends where Java reads a bool. */
  @Test
  void aReadingMayBePastWhenASegmentEnds() {
    Variable v = Variable.of(new float[] {1, 2}, "v");
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              v.assignAdd(x);
              return x.sum().greater(0).toBoolean() ? v.mul(2) : v.mul(3);
            });
    Tensor ones = Tensor.of(new float[] {1, 1});
    assertArrayEquals(new float[] {4, 6}, f.call(ones).toFloatArray());
    assertArrayEquals(new float[] {6, 8}, f.call(ones).toFloatArray());
    assertArrayEquals(new float[] {6, 9}, f.call(ones.neg()).toFloatArray());
  }

  /** An op that does not keep its word. */
  private record Longer() implements Op {
    @Override
    public String name() {
      return "longer";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      return inputs.clone();
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      return new EagerTensor[] {(EagerTensor) Tensor.ones(DType.FLOAT32, SIZE - 1)};
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      return new Tensor[1];
    }
  }

  @Test
  void anOpGivesWhatItInfers() {
    ExecutionPlan plan = ExecutionPlan.of(trace(x -> new Longer().apply(x)[0].add(1)));
    assertEquals(
        "longer: returned float32 (1599,) where the graph was traced with float32 (1600,); what infer"
            + " returns must hold for every input that it accepts",
        assertThrows(IllegalStateException.class, () -> plan.run(filled(1))).getMessage());
  }

  @Test
  void argumentsFitTheGraph() {
    ExecutionPlan plan = ExecutionPlan.of(trace(x -> x.add(1)));
    assertEquals(
        "graph: needs [float32 (1600,)], received [float32 (3,)]; trace again for it",
        assertThrows(IllegalArgumentException.class, () -> plan.run(Tensor.ones(DType.FLOAT32, 3)))
            .getMessage());
  }
}
