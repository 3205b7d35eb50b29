package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which layer of a model something went wrong. */
class LayerErrorsTest {
  private static final FitOptions SILENT =
      FitOptions.epochs(1).verbosity(FitOptions.Verbosity.SILENT);

  /** A layer that holds a layer. */
  private static final class Features extends Layer {
    private final Dense hidden = new Dense(4, Activations::relu);
    private final Activation own;

    Features(UnaryOperator<Tensor> own) {
      this.own = new Activation(own);
    }

    @Override
    protected Tensor call(Tensor x) {
      return hidden.apply(own.apply(x));
    }
  }

  /** A model of it. */
  private static final class Digits extends Model {
    private final Features features;
    private final Dense logits = new Dense(2);

    Digits(UnaryOperator<Tensor> own) {
      features = new Features(own);
      compile(new SGD(0.1), Losses.sparseCategoricalCrossentropy().fromLogits());
    }

    @Override
    protected Tensor call(Tensor x) {
      return logits.apply(features.apply(x));
    }
  }

  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  private static Pipeline data(Tensor x) {
    return Pipeline.of(x, Tensor.of(new int[(int) x.shape().size(0)])).batch(2);
  }

  private static <T extends Throwable> void assertMessage(
      Class<T> type, String message, Executable program) {
    T error = assertThrows(type, program);
    assertSame(type, error.getClass());
    assertEquals(message, error.getMessage());
  }

  private static final String NEEDS =
      "Digits/features/hidden (Dense): the kernel is float32 (3, 4), the input float32 (2, 5) needs"
          + " float32 (5, 4); cast or reshape the input, or give it a layer of its own";

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLayersPathIsNamed(boolean eagerly) {
    Model model = new Digits(x -> x);
    model.runEagerly(eagerly);
    model.fit(data(ones(2, 3)), SILENT);
    assertMessage(IllegalArgumentException.class, NEEDS, () -> model.fit(data(ones(2, 5)), SILENT));
    assertMessage(IllegalArgumentException.class, NEEDS, () -> model.evaluate(data(ones(2, 5))));
    assertMessage(IllegalArgumentException.class, NEEDS, () -> model.predict(ones(2, 5)));
    assertMessage(IllegalArgumentException.class, NEEDS, () -> model.apply(ones(2, 5), true));
    TracedFunction<Tensor> function = TracedFunction.of("f", (Tensor x) -> model.apply(x));
    assertMessage(IllegalArgumentException.class, NEEDS, () -> function.call(ones(2, 5)));
  }

  @Test
  void whatBuildRefusesIsNamedToo() {
    assertMessage(
        IllegalArgumentException.class,
        "Sequential/dense_1 (Dense): needs inputs [n, .., features] of rank 2 or more, received (3,);"
            + " batch(n) the dataset, or expandDims a single example",
        () ->
            new Sequential(new Dense(3), new Activation(x -> x.reshape(-1)), new Dense(2))
                .apply(ones(1, 3)));
  }

  @Test
  void typesAndCausesAreKept() {
    IllegalStateException own = new IllegalStateException("no more");
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () ->
                new Digits(
                        x -> {
                          throw own;
                        })
                    .apply(ones(2, 3)));
    assertEquals("Digits/features/own (Activation): no more", error.getMessage());
    assertSame(own, error.getCause());
    assertNull(own.getCause());
    StackTraceElement first = error.getStackTrace()[0];
    assertEquals(LayerErrorsTest.class.getName(), first.getClassName(), first::toString);
    UncheckedIOException another = new UncheckedIOException(new IOException("gone"));
    Executable program =
        () ->
            new Digits(
                    x -> {
                      throw another;
                    })
                .apply(ones(2, 3));
    assertSame(another, assertThrows(UncheckedIOException.class, program));
  }

  @Test
  void theProgramsOwnLineComesFirst() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Digits(x -> x.matmul(ones(7, 2))).fit(data(ones(2, 3)), SILENT));
    assertTrue(
        error.getMessage().startsWith("Digits/features/own (Activation): matmul: "),
        error::getMessage);
    for (StackTraceElement line : error.getStackTrace()) {
      assertFalse(line.getClassName().startsWith("dev.tapedeck.train"), line::toString);
    }
    assertTrue(error.getStackTrace()[0].getMethodName().contains("theProgramsOwnLineComesFirst"));
    assertTrue(error.getCause().getStackTrace().length > error.getStackTrace().length);
  }

  /** An error that depends on values, in a running graph, names the part. */
  @Test
  void whileAGraphRunsThePartIsNamed() {
    Variable table = Variable.of(new float[5][3], "table");
    Model model =
        new Digits(x -> Indexing.embeddingLookup(table, Casting.cast(x, DType.INT32).reshape(-1)));
    model.predict(ones(2, 1));
    assertMessage(
        IllegalArgumentException.class,
        "digits/features/own: embeddingLookup: ids must be in [0, 5), the number of rows,"
            + " received 7"
            + " at position 0; correct the id, or give more rows",
        () -> model.predict(ones(2, 1).mul(7)));
    assertMessage(
        IllegalArgumentException.class,
        "Digits/features/own (Activation): embeddingLookup: ids must be in [0, 5), the number"
            + " of rows, received 7"
            + " at position 0; correct the id, or give more rows",
        () -> model.apply(ones(2, 1).mul(7)));
  }

  @Test
  void anErrorThatALayerCatchesIsForgotten() {
    Dense broken = new Dense(3);
    Model model =
        new Digits(
            x -> {
              assertThrows(IllegalArgumentException.class, () -> broken.apply(ones(3)));
              return x.matmul(ones(7, 2));
            });
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> model.apply(ones(2, 3)));
    assertTrue(error.getMessage().startsWith("Digits/features/own (Activation): matmul: "));
  }

  @Test
  void optimizersNameTheVariablesPath() {
    Digits model = new Digits(x -> x);
    model.apply(ones(2, 3));
    List<Variable> variables = model.trainableVariables();
    List<Tensor> wrong = variables.stream().map(v -> ones(9)).toList();
    assertMessage(
        IllegalArgumentException.class,
        "applyGradients: variable \"features/hidden/kernel\" is float32 (3, 4), its gradient float32"
            + " (9,)",
        () -> model.optimizer().applyGradients(wrong, variables));
    Optimizer failing =
        new Optimizer(0.1) {
          @Override
          protected void update(Variable variable, Tensor gradient) {
            throw new IllegalStateException("update: no");
          }
        };
    List<Tensor> right = variables.stream().map(v -> ones(v.shape().toArray())).toList();
    assertMessage(
        IllegalStateException.class,
        "Optimizer: variable \"features/hidden/kernel\": update: no",
        () -> failing.applyGradients(right, variables));
  }

  @Test
  void layersPrintWhatTheyHold() {
    String dense =
        "Dense(units=%d, activation=linear, useBias=true, kernelInitializer=GlorotUniform(),"
            + " biasInitializer=Zeros()%s)";
    assertEquals(dense.formatted(3, ""), new Dense(3).toString());
    Digits model = new Digits(x -> x);
    assertEquals("Digits(features: Features, logits: Dense)", model.toString());
    model.apply(ones(2, 3));
    assertEquals(
        dense.formatted(2, ", kernel: float32 (4, 2), bias: float32 (2,)"),
        model.logits.toString());
    assertEquals(
        "Sequential(dense: Dense, dense_1: Dense)",
        new Sequential(new Dense(3), new Dense(2)).toString());
    assertEquals(
        "SGD(learningRate=0.1, momentum=0.0, nesterov=false; learning_rate: 0.1, iterations: 0)",
        model.optimizer().toString());
  }
}
