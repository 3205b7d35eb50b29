package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Bidirectional.MergeMode;
import dev.tapedeck.layers.Bidirectional.Outputs;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import dev.tapedeck.train.Model;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Recurrent layers and their cells. */
class RecurrentLayersTest {
  private static final Tensor X =
      Tensor.of(new float[][][] {{{1, -2}, {3, 4}, {-1, 0.5f}}, {{0, 1}, {2, -1}, {1, 1}}});

  /** A layer of a sequence and a mask. */
  private static final class Masked extends LayerOf<List<Tensor>, Tensor> {
    private final Layer layer;

    Masked(Layer layer) {
      this.layer = layer;
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
      return layer.apply(inputs.get(0).withMask(inputs.get(1)));
    }
  }

  /** A cell of one's own: {@code h' = h / 2 + x @ kernel}, and the number of steps as a state. */
  private static final class Decay extends RecurrentCell {
    private Variable kernel;

    @Override
    public List<Integer> stateSizes() {
      return List.of(2, 1);
    }

    @Override
    protected List<Tensor> initialStates(Tensor input) {
      return super.initialStates(input).stream().map(state -> state.add(1)).toList();
    }

    @Override
    protected void build(RecurrentInput in) {
      kernel = addVariable("kernel", Initializers.ones(), in.input().shape().size(-1), 2);
    }

    @Override
    protected RecurrentOutput call(RecurrentInput in) {
      Tensor h = in.states().getFirst().div(2).add(in.input().matmul(kernel));
      return new RecurrentOutput(h, List.of(h, in.states().getLast().add(1)));
    }
  }

  @TestFactory
  Stream<DynamicTest> gradients() {
    return Stream.<Supplier<Layer>>of(
            () -> new SimpleRNN(2),
            () -> new LSTM(2).returnSequences(true),
            () -> new GRU(2),
            () -> new GRU(2).resetAfter(false).goBackwards(true),
            () -> new RNN(new StackedRNNCells(List.of(new GRUCell(2), new Decay()))),
            () -> new Bidirectional(new LSTM(1).returnSequences(true), MergeMode.MUL),
            () -> new TimeDistributed(new Dense(2)))
        .flatMap(
            layer ->
                Stream.concat(
                    LayerCheck.tests(layer, Operand.real(2, 3, 2)),
                    LayerCheck.tests(
                        () -> new Masked(layer.get()), Operand.real(2, 3, 2), Operand.bool(2, 3))));
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfImages() {
    return LayerCheck.tests(() -> new ConvLSTM1D(2, 2), Operand.real(2, 2, 3, 1));
  }

  @Test
  void aCellOfOnesOwn() {
    RNN layer = new RNN(new Decay());
    RecurrentOutput out = layer.applyWithState(new float[][][] {{{1, 1}, {2, 0}}}, null);
    assertArrayEquals(new float[] {3.25f, 3.25f}, out.output().toFloatArray());
    assertArrayEquals(new float[] {3}, out.states().getLast().toFloatArray());
    assertEquals(List.of("cell/kernel"), List.copyOf(layer.namedVariables().keySet()));
  }

  @Test
  void whatReturnsDoesNotDependOnAnOption() {
    assertEquals(Shape.of(2, 4), new LSTM(4).returnState(true).apply(X).shape());
  }

  @Test
  void batchAndTimeMayBeUnknown() {
    for (Layer layer :
        List.of(
            new LSTM(3).returnSequences(true),
            new GRU(3).goBackwards(true),
            new Bidirectional(new SimpleRNN(2).returnSequences(true), MergeMode.SUM),
            new TimeDistributed(new Dense(2)),
            new TimeDistributed(new BatchNormalization()))) {
      Tensor expected = layer.apply(X);
      TracedFunction<Tensor> traced =
          TracedFunction.of("layer", (Tensor x) -> layer.apply(x))
              .withSignature(new TensorSpec(DType.FLOAT32, Shape.of(-1, -1, 2)));
      assertArrayEquals(expected.toFloatArray(), traced.call(X).toFloatArray(), 1e-6f);
    }
  }

  @Test
  void aDistributedLayerUpdatesItsStatisticsStepByStep() {
    TimeDistributed eager = new TimeDistributed(new BatchNormalization().momentum(0.5));
    eager.apply(X, true);
    TimeDistributed layer = new TimeDistributed(new BatchNormalization().momentum(0.5));
    layer.apply(X);
    TracedFunction.of("layer", (Tensor x) -> layer.apply(x, true)).call(X);
    for (int i = 0; i < 4; i++) {
      assertArrayEquals(
          eager.variables().get(i).value().toFloatArray(),
          layer.variables().get(i).value().toFloatArray(),
          1e-6f);
    }
  }

  /** A recurrent layer whose output is its input under the masks of dropout. */
  private static SimpleRNN identity() {
    return new SimpleRNN(4)
        .activation(Activations::linear)
        .kernelInitializer(Initializers.identity())
        .recurrentInitializer(Initializers.zeros())
        .returnSequences(true);
  }

  @Test
  void dropoutIsTheSameAtAllSteps() {
    Tensor ones = Tensor.ones(DType.FLOAT32, 8, 3, 4);
    SimpleRNN layer = identity().dropout(0.5).seed(1);
    assertArrayEquals(ones.toFloatArray(), layer.apply(ones).toFloatArray());
    TracedFunction<Tensor> traced = TracedFunction.of("layer", (Tensor x) -> layer.apply(x, true));
    float[][] drawn = {
      layer.apply(ones, true).toFloatArray(),
      layer.apply(ones, true).toFloatArray(),
      traced.call(ones).toFloatArray(),
      traced.call(ones).toFloatArray()
    };
    for (float[] y : drawn) {
      for (int i = 0; i < y.length; i++) {
        assertTrue(y[i] == 0 || y[i] == 2);
        assertEquals(y[i / 12 * 12 + i % 4], y[i]);
      }
    }
    for (int i = 1; i < drawn.length; i++) {
      assertFalse(Arrays.equals(drawn[i - 1], drawn[i]));
    }
    assertArrayEquals(drawn[0], identity().dropout(0.5).seed(1).apply(ones, true).toFloatArray());
  }

  @Test
  void recurrentDropoutIsTheSameAtAllStepsToo() {
    Tensor ones = Tensor.ones(DType.FLOAT32, 8, 4, 4);
    SimpleRNN layer =
        identity().recurrentInitializer(Initializers.identity()).recurrentDropout(0.5);
    float[] y = layer.apply(ones, true).toFloatArray();
    for (int i = 0; i < y.length; i += 16) {
      for (int unit = 0; unit < 4; unit++) {
        float second = y[i + 4 + unit];
        assertTrue(second == 1 || second == 3);
        assertEquals(second == 1 ? 1 : 15, y[i + 12 + unit]); // 1, or 1 + 2 * (the last)
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> dropoutOfGatesKeepsTheMean() {
    return Stream.<Supplier<Layer>>of(
            () -> new LSTM(3).dropout(0.2).recurrentDropout(0.3).kernelInitializer(small()),
            () -> new GRU(3).dropout(0.2).recurrentDropout(0.3).kernelInitializer(small()),
            () ->
                new GRU(3)
                    .resetAfter(false)
                    .dropout(0.2)
                    .recurrentDropout(0.3)
                    .kernelInitializer(small()),
            () ->
                new RNN(
                    new StackedRNNCells(
                        List.of(
                            new LSTMCell(3).dropout(0.2).kernelInitializer(small()),
                            new GRUCell(3).recurrentDropout(0.2).kernelInitializer(small())))))
        .map(
            layer ->
                DynamicTest.dynamicTest(
                    layer.get().toString(),
                    () -> {
                      Layer one = layer.get();
                      Tensor x = Tensor.ones(DType.FLOAT32, 1000, 3, 2);
                      double[] exact = one.apply(x).mean(0).toDoubleArray();
                      assertArrayEquals(exact, one.apply(x, true).mean(0).toDoubleArray(), 0.03);
                    }));
  }

  private static Initializer small() {
    return Initializers.constant(0.1);
  }

  @Test
  void statesThatLastAreNoWeights() {
    GRU layer = new GRU(2).stateful(true);
    Tensor first = layer.apply(X);
    Tensor second = layer.apply(X);
    assertEquals(3, layer.variables().size());
    assertFalse(Arrays.equals(first.toFloatArray(), second.toFloatArray()));
    layer.resetStates();
    assertArrayEquals(first.toFloatArray(), layer.apply(X).toFloatArray());
    Bidirectional both = new Bidirectional(new GRU(2).stateful(true));
    first = both.apply(X);
    assertFalse(Arrays.equals(first.toFloatArray(), both.apply(X).toFloatArray()));
    both.resetStates();
    assertArrayEquals(first.toFloatArray(), both.apply(X).toFloatArray());
  }

  @Test
  void theForgetGatesBiasBeginsAtOne() {
    LSTM layer = new LSTM(2);
    layer.apply(X);
    assertArrayEquals(
        new float[] {0, 0, 1, 1, 0, 0, 0, 0}, layer.variables().getLast().value().toFloatArray());
    LSTM zeros = new LSTM(2).unitForgetBias(false);
    zeros.apply(X);
    assertArrayEquals(new float[8], zeros.variables().getLast().value().toFloatArray());
  }

  @Test
  void penaltiesAndFrozenLayers() {
    LSTM layer = new LSTM(2).kernelRegularizer(Regularizers.l2(1)).trainable(false);
    layer.apply(X);
    assertEquals(List.of(), layer.trainableVariables());
    assertEquals(List.of(), layer.losses());
    layer.trainable(true);
    assertEquals(3, layer.trainableVariables().size());
    assertEquals(1, layer.losses().size());
    GRU active = new GRU(2).activityRegularizer(Regularizers.l2(1));
    active.apply(X);
    assertEquals(1, active.losses().size());
  }

  @Test
  void bothDirectionsUnmerged() {
    Bidirectional layer = new Bidirectional(new LSTM(2).returnSequences(true), null);
    boolean[] mask = {true, true, false, true, false, true};
    Outputs outputs = layer.applyUnmerged(X.withMask(Tensor.of(mask).reshape(2, 3)));
    assertEquals(Shape.of(2, 3, 2), outputs.forward().shape());
    assertArrayEquals(mask, outputs.backward().mask().toBooleanArray());
    assertArrayEquals(new float[] {0, 0}, outputs.backward().get(0, 2).toFloatArray()); // masked
    Tensor input = Input.of(3, 2);
    assertEquals(
        Shape.of(2, 3, 2), Model.of(input, layer.applyUnmerged(input)).apply(X).forward().shape());
    assertRefused(
        "Bidirectional: needs a merge mode for one output, received null; call applyUnmerged(x) for"
            + " both",
        () -> layer.apply(X));
  }

  @Test
  void aLastOutputHasNoMask() {
    Tensor x = X.withMask(new boolean[][] {{true, true, false}, {true, false, false}});
    assertNull(new LSTM(2).apply(x).mask());
    assertNull(new Bidirectional(new LSTM(2)).apply(x).mask());
    assertNull(new LSTM(2).applyWithState(x, null).output().mask());
    assertTrue(new LSTM(2).returnSequences(true).applyWithState(x, null).output().mask() != null);
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(RuntimeException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesOfArgumentsAreExplained() {
    assertRefused("LSTM: units must be 1 or more, received 0", () -> new LSTM(0));
    assertRefused(
        "GRU: the activation is null; give one, as Activations::tanh",
        () -> new GRU(1).activation(null));
    assertRefused(
        "GRU: the recurrentActivation is null; give one, as Activations::sigmoid",
        () -> new GRU(1).recurrentActivation(null));
    assertRefused(
        "SimpleRNN: needs a dropout, the part that is set to 0, in [0, 1), received 1.0; use 0.1 to"
            + " keep 90%",
        () -> new SimpleRNN(1).dropout(1));
    assertRefused("RNN: the cell is null; give one, as new LSTMCell(8)", () -> new RNN(null));
    assertRefused(
        "StackedRNNCells: needs at least one cell, received none; give some",
        () -> new StackedRNNCells(List.of()));
    assertRefused(
        "Bidirectional: needs a layer that goes forwards, and one that goes backwards, received two"
            + " that go backwards; call goBackwards(true) on the second alone",
        () -> new Bidirectional(new LSTM(1).goBackwards(true)));
    assertRefused(
        "Bidirectional: needs two layers alike in returnSequences, returnState and stateful,"
            + " received different ones; set them alike",
        () ->
            new Bidirectional(new LSTM(1))
                .backwardLayer(new LSTM(1).goBackwards(true).returnSequences(true)));
    assertRefused(
        "ConvLSTM2D: kernelSize must be one number or 2, received [1, 2, 3]; give one for all axes, or"
            + " one for each",
        () -> new ConvLSTM2D(1, List.of(1, 2, 3)));
    assertRefused(
        "ConvLSTM1D: needs strides of 1 or dilations of 1, received strides [2] and dilations [2];"
            + " leave one of them out",
        () -> new ConvLSTM1D(1, 1).strides(2).dilationRate(2));
  }

  @Test
  void mistakesOfInputsAreExplained() {
    assertRefused(
        "LSTM: needs sequences [n, time, ..] of rank 3 or more, received (2, 3); expandDims what"
            + " has one feature, and batch(n) the dataset",
        () -> new LSTM(1).apply(new float[2][3]));
    assertRefused(
        "LSTM: needs at least one step, received (2, 0, 3); leave out empty sequences",
        () -> new LSTM(1).apply(Tensor.zeros(DType.FLOAT32, 2, 0, 3)));
    assertRefused(
        "LSTM: needs states [(2, 1), (2, 1)], received [(2, 1)]; give those that a call before"
            + " returned",
        () -> new LSTM(1).applyWithState(X, List.of(Tensor.zeros(DType.FLOAT32, 2, 1))));
    GRU stateful = new GRU(1).stateful(true);
    stateful.apply(X);
    assertRefused(
        "GRU: keeps the states of a batch of 2, received a batch of 1; give all batches one size,"
            + " or make the layer without stateful",
        () -> stateful.apply(X.get(0).reshape(1, 3, 2)));
    assertRefused(
        "GRU: needs a known batch size where it is stateful, received (?, 2); give one, as"
            + " Input.of(\"x\", new TensorSpec(DType.FLOAT32, Shape.of(32, 10, 8)))",
        () -> new GRU(1).stateful(true).name("gru").apply(Input.of(3, 2)));
    assertRefused(
        "TimeDistributed: needs sequences [n, time, ..] of rank 3 or more, received (2, 3);"
            + " expandDims what has one feature, and batch(n) the dataset",
        () -> new TimeDistributed(new Dense(1)).apply(new float[2][3]));
    assertRefused(
        "LSTMCell: needs 2 states, received 1; give those that the step before returned, or zeros",
        () ->
            new LSTMCell(1)
                .apply(
                    new RecurrentInput(
                        Tensor.zeros(DType.FLOAT32, 2, 1),
                        List.of(Tensor.zeros(DType.FLOAT32, 2, 1)))));
  }
}
