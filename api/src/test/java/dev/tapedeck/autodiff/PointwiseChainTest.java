package dev.tapedeck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients of chains by one formula, against those call by call: the same bits. */
class PointwiseChainTest {
  private static final List<UnaryOperator<Tensor>> FUNCTIONS =
      List.of(
          Maths::sin,
          Maths::exp,
          Maths::tanh,
          Maths::square,
          Activations::relu,
          Activations::sigmoid,
          Activations::gelu,
          x -> x.mul(x),
          x -> x.add(1).div(3),
          x -> Maths.pow(Maths.abs(x), 1.5),
          x -> Logic.where(Logic.greater(x, 0), x.mul(2), x),
          x -> x.mul(Randoms.normal(RandomKey.of(9), x.dtype(), 0, 1, 7)),
          x -> Maths.maximum(x, 0.1));

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void anyChainHasTheSameGradient(DType dtype) {
    Random random = new Random(4);
    for (int round = 0; round < 60; round++) {
      List<UnaryOperator<Tensor>> chain = new ArrayList<>();
      for (int i = 0; i < 2 + random.nextInt(10); i++) {
        chain.add(FUNCTIONS.get(random.nextInt(FUNCTIONS.size())));
      }
      Tensor x = Randoms.normal(RandomKey.of(round), dtype, 0, 1, 33, 7);
      Tensor weights = Randoms.normal(RandomKey.of(-round), dtype, 0, 1, 33, 7);
      assertArrayEquals(
          gradient(chain, x, weights, false), gradient(chain, x, weights, true), "round " + round);
    }
  }

  /** Computes a gradient; call by call if another tensor is watched, which nobody asks for. */
  private static double[] gradient(
      List<UnaryOperator<Tensor>> chain, Tensor x, Tensor weights, boolean callByCall) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      if (callByCall) {
        tape.watch(Tensor.of(1f));
      }
      Tensor y = x;
      for (UnaryOperator<Tensor> function : chain) {
        y = function.apply(y);
      }
      return tape.gradient(List.of(y), List.of(x), List.of(weights), Unconnected.NONE)
          .getFirst()
          .toDoubleArray();
    }
  }

  @Test
  void valuesInBetweenMayBeSourcesOrUsedTwice() {
    Tensor x = Tensor.of(new double[] {0.5, -1.5});
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor s = Maths.sin(x);
      Tensor e = Maths.exp(s);
      Tensor t = Maths.tanh(e);
      List<Tensor> gradients = tape.gradient(t.add(s).sum(), List.of(x, e));
      double[] at = x.toDoubleArray();
      for (int i = 0; i < at.length; i++) {
        double exp = Math.exp(Math.sin(at[i]));
        double toExp = 1 - Math.pow(Math.tanh(exp), 2);
        assertEquals(toExp, gradients.get(1).toDoubleArray()[i], 1e-12);
        double toX = (toExp * exp + 1) * Math.cos(at[i]);
        assertEquals(toX, gradients.getFirst().toDoubleArray()[i], 1e-12);
      }
    }
  }

  @Test
  void theOutputsGradientMayBeAValueOfTheChain() {
    Tensor x = Tensor.of(new double[] {0.5, -1.5});
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor s = Maths.sin(x);
      Tensor e = Maths.exp(s);
      Tensor gradient =
          tape.gradient(List.of(e), List.of(x), List.of(s), Unconnected.NONE).getFirst();
      double[] expected =
          Arrays.stream(x.toDoubleArray())
              .map(v -> Math.sin(v) * Math.exp(Math.sin(v)) * Math.cos(v))
              .toArray();
      assertArrayEquals(expected, gradient.toDoubleArray(), 1e-12);
    }
  }

  @Test
  void aChainIsOfNeighboursOfOneShape() {
    Tensor x = Tensor.of(new double[] {0.5, -1.5});
    List<Call> calls = new ArrayList<>();
    Dispatch.Recorder recorder =
        (Differentiable op, Tensor[] inputs, Tensor[] outputs) ->
            calls.add(new Call(op, inputs, outputs, needed(inputs.length)));
    Dispatch.open(recorder);
    try {
      Tensor sine = Maths.sin(x);
      assertNull(PointwiseChain.ending(calls, _ -> true));
      Tensor _ = Maths.exp(sine);
      assertEquals(2, chain(calls).calls().size());
      assertNull(PointwiseChain.ending(calls, _ -> false));
      Tensor wide = x.mul(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
      assertNull(PointwiseChain.ending(calls, _ -> true));
      Tensor _ = Maths.exp(wide);
      assertNull(PointwiseChain.ending(calls, _ -> true));
    } finally {
      Dispatch.close(recorder);
    }
  }

  private static PointwiseChain chain(List<Call> calls) {
    PointwiseChain chain = PointwiseChain.ending(calls, _ -> true);
    assertNotNull(chain);
    return chain;
  }

  private static boolean[] needed(int count) {
    boolean[] needed = new boolean[count];
    needed[0] = true;
    return needed;
  }
}
