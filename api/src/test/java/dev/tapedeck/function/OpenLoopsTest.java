package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Unconnected;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions traced for open sizes refuse sizes that do not fit each other, as eager code does. */
class OpenLoopsTest {
  private static final TensorSpec VECTOR = spec(Shape.UNKNOWN);

  private static TensorSpec spec(long... sizes) {
    return new TensorSpec(DType.FLOAT32, Shape.of(sizes));
  }

  private static Tensor ones(long... sizes) {
    return Tensor.ones(DType.FLOAT32, sizes);
  }

  private static String refusal(TracedFunction<?> function, Object... arguments) {
    return assertThrows(IllegalArgumentException.class, () -> function.call(arguments))
        .getMessage();
  }

  @Test
  void aBroadcastStretchesOnlySizeOne() {
    TracedFunction<Tensor> sum =
        TracedFunction.<Tensor, Tensor>of(
                "sum", x -> Shaping.broadcastTo(x, 50_000_000).add(1f).sum())
            .withSignature(VECTOR);
    assertEquals(
        "broadcastTo: shapes must broadcast, received (2,) and (50000000,), 2 against 50000000;"
            + " make"
            + " those sizes equal, or one of them 1",
        refusal(sum, ones(2)));
  }

  @Test
  void anOperandFitsTheConstantItMeets() {
    Tensor constant = Tensor.of(new float[] {1, 2, 3});
    TracedFunction<Tensor> add =
        TracedFunction.<Tensor, Tensor>of("add", x -> x.add(constant)).withSignature(VECTOR);
    assertTrue(
        refusal(add, ones(2)).startsWith("add: shapes must broadcast, received (2,) and (3,)"));
    assertTrue(
        refusal(add, ones(1000))
            .startsWith("add: shapes must broadcast, received (1000,) and (3,)"));
    assertArrayEquals(new float[] {2, 3, 4}, add.call(ones(1)).toFloatArray());
    assertArrayEquals(new float[] {2, 3, 4}, add.call(ones(3)).toFloatArray());
    assertEquals(1, add.traceCount());
  }

  @Test
  void aReshapeHasAsManyElements() {
    TracedFunction<Tensor> reshaped =
        TracedFunction.<Tensor, Tensor>of("reshaped", x -> x.reshape(32, 4).add(1f))
            .withSignature(spec(Shape.UNKNOWN, 4));
    assertEquals(
        "reshape: needs sizes of the 8 elements of (2, 4), received [32, 4]; make that their"
            + " product;"
            + " -1 for one of them computes it where the others divide it",
        refusal(reshaped, ones(2, 4)));
    assertEquals(256, reshaped.call(ones(32, 4)).sum().item());
  }

  private static Tensor[] scanned(Tensor x, Tensor y) {
    ControlFlow.Step<List<Tensor>, List<Tensor>> made =
        ControlFlow.scan(
            (carried, slices) -> {
              Tensor next = carried.getFirst().add(slices.get(0).mul(slices.get(1)));
              return new ControlFlow.Step<>(List.of(next), List.of(next));
            },
            List.of(0f),
            List.of(x, y));
    return new Tensor[] {made.carried().getFirst(), made.given().getFirst()};
  }

  @Test
  void slicesAreAsManyOfEachTensor() {
    TracedFunction<Tensor[]> scan =
        TracedFunction.of("scan", OpenLoopsTest::scanned).withSignature(VECTOR, VECTOR);
    assertEquals(
        "scan: needs tensors with the same first size, received [float32 (40,), float32 (2,)]; slice or"
            + " pad them",
        refusal(scan, ones(40), ones(2)));
    assertEquals(40, scan.call(ones(40), ones(40))[0].item());
    TracedFunction<Tensor[]> halfKnown =
        TracedFunction.of("scan", OpenLoopsTest::scanned).withSignature(spec(3), VECTOR);
    assertEquals(3, halfKnown.call(ones(3), ones(3))[0].item());
    assertTrue(refusal(halfKnown, ones(3), ones(2)).startsWith("scan: needs tensors with"));
  }

  @Test
  void whatIsCarriedKeepsItsSize() {
    TracedFunction<Tensor> doubling =
        TracedFunction.<Tensor, Tensor>of(
                "doubling",
                x ->
                    ControlFlow.whileLoop(
                            state -> state.getFirst().sum().less(100f),
                            state -> {
                              Tensor large =
                                  Indexing.booleanMask(
                                      state.getFirst(), state.getFirst().greater(1f));
                              return List.of(large.mul(2f));
                            },
                            List.of(x))
                        .getFirst())
            .withSignature(VECTOR);
    assertArrayEquals(
        new float[] {64, 96}, doubling.call(Tensor.of(new float[] {2, 3})).toFloatArray());
    assertEquals(
        "whileLoop: needs a body that returns the types and shapes it takes, [float32 (3,)], received [float32 (2,)];"
            + " cast or reshape its results, or start with tensors like them",
        refusal(doubling, Tensor.of(new float[] {1, 2, 3})));
  }

  @Test
  void branchesOfDifferentSizesJoin() {
    TracedFunction<Tensor> chosen =
        TracedFunction.<Tensor, Tensor>of(
            "chosen",
            x ->
                ControlFlow.cond(
                    x.sum().greater(0f), () -> Maths.square(x), () -> x.reshape(3, 1).get(0)));
    Tensor x = Tensor.of(new float[] {1, 2, 3});
    assertArrayEquals(new float[] {1, 4, 9}, chosen.call(x).toFloatArray());
    assertArrayEquals(new float[] {-1}, chosen.call(x.neg()).toFloatArray());
    assertEquals(
        List.of(VECTOR),
        chosen.concreteFunction(x).graph().outputs().stream().map(Tensor::spec).toList());
    try (GradientTape tape = new GradientTape().manual()) {
      tape.watch(x);
      Tensor loss = chosen.call(x).sum();
      assertArrayEquals(
          new float[] {2, 4, 6}, tape.gradient(loss, List.of(x)).getFirst().toFloatArray());
    }
    Tensor y = x.neg();
    try (GradientTape tape = new GradientTape().manual()) {
      tape.watch(y);
      Tensor loss = chosen.call(y).sum();
      assertArrayEquals(
          new float[] {1, 0, 0}, tape.gradient(loss, List.of(y)).getFirst().toFloatArray());
    }
  }

  @Test
  void branchesOfDifferentRanksAreRefused() {
    TracedFunction<Tensor> chosen =
        TracedFunction.<Tensor, Tensor>of(
            "chosen", x -> ControlFlow.cond(x.sum().greater(0f), () -> x, () -> x.reshape(3, 1)));
    assertEquals(
        "cond: needs branches that return the same number of tensors, types and ranks, received"
            + " [[float32 (3,)], [float32 (3, 1)]]; cast or reshape what they return",
        refusal(chosen, ones(3)));
  }

  @Test
  void anOutputGradientOfKnownSizeServesAnUnknownOne() {
    TracedFunction<Tensor> masked =
        TracedFunction.<Tensor, Tensor>of(
            "masked",
            x -> {
              try (GradientTape tape = new GradientTape().manual()) {
                tape.watch(x);
                Tensor kept = Indexing.booleanMask(x, x.greater(0f));
                return tape.gradient(
                        List.of(kept),
                        List.of(x),
                        List.of(Tensor.of(new float[] {5, 7})),
                        Unconnected.ZERO)
                    .getFirst();
              }
            });
    assertArrayEquals(
        new float[] {5, 0, 7}, masked.call(Tensor.of(new float[] {1, -2, 3})).toFloatArray());
    assertEquals(
        "GradientTape.gradient: needs float32 (3,) as the output gradient of target"
            + " 0,"
            + " received float32 (2,); reshape or cast it; it is not broadcast",
        refusal(masked, Tensor.of(new float[] {1, 2, 3})));
  }
}
