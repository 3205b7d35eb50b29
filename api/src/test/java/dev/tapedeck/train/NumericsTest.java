package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.callbacks.TerminateOnNaN;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.train.FitOptions.Verbosity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found of numbers that are not finite, and the norms of gradients. */
class NumericsTest {
  private static final float[][] X = {{1, 2}, {3, 4}};
  private static final float[][] Y = {{0}, {1}};

  /** A product with ones, of which a function is taken; it counts its calls in a variable. */
  private static final class Part extends Layer {
    private final int units;
    private final transient UnaryOperator<Tensor> function;
    private Variable kernel;
    private Variable calls;

    Part(int units, UnaryOperator<Tensor> function) {
      this.units = units;
      this.function = function;
    }

    @Override
    protected void build(Shape input) {
      kernel = addVariable("kernel", Initializers.ones(), input.size(-1), units);
      calls = addUntrainable("calls", Initializers.zeros());
    }

    @Override
    protected Tensor call(Tensor x) {
      calls.assignAdd(1f);
      return function.apply(x.matmul(kernel));
    }
  }

  private static final class Net extends Model {
    private final Part hidden;
    private final Part out = new Part(1, x -> x);

    Net(UnaryOperator<Tensor> function) {
      hidden = new Part(3, function);
      compile(new Descent(0.5), Losses.meanSquaredError());
    }

    @Override
    protected Tensor call(Tensor x) {
      return out.apply(hidden.apply(x));
    }
  }

  private static String found(UnaryOperator<Tensor> function) {
    return new Net(function).checkNumerics(X, Y).toString();
  }

  @Test
  void finiteNumbersAreSaidToBe() {
    assertEquals("data, weights, outputs, loss and gradients are finite", found(Activations::relu));
    assertTrue(new Net(Activations::relu).checkNumerics(X, Y).isFinite());
  }

  @Test
  void theFirstOpIsNamed() {
    assertEquals(
        "the first output that is not finite is that of log in layer \"hidden\" (Part), of float32"
            + " (2, 3) from -7.000 to -3.000: float32 (2, 3), 6 NaN; the loss is NaN",
        found(x -> Maths.log(x.neg())));
    assertEquals(
        "the first output that is not finite is that of exp in layer \"hidden\" (Part), of float32"
            + " (2, 3) from 300.0 to 700.0: float32 (2, 3), 6 infinite; the loss is Infinity",
        found(x -> Maths.exp(x.mul(100))));
  }

  /** Infinities of a mask that a later op hides are no cause, neither alone nor beside another. */
  @Test
  void whatDoesNotReachTheLossIsNoCause() {
    UnaryOperator<Tensor> hides =
        x -> Maths.minimum(x, Gradients.stopGradient(Maths.exp(x.mul(100))));
    assertEquals("data, weights, outputs, loss and gradients are finite", found(hides));
    String both = found(x -> Maths.log(x.neg()).add(Maths.exp(x.mul(100))));
    assertTrue(
        both.startsWith("the first output that is not finite is that of log in layer"), both);
  }

  @Test
  void theFirstGradientIsNamed() {
    assertEquals(
        "outputs and loss are finite, the gradients of \"hidden/kernel\" are not; the first such"
            + " gradient is that of sqrt in layer \"hidden\" (Part), of float32 (2, 3) of 0.000:"
            + " float32 (2, 3) of 0.000, 3 infinite",
        found(x -> Maths.sqrt(x.mul(0))));
  }

  @Test
  void dataAndWeightsAreNamed() {
    Net model = new Net(x -> x);
    float[][] bad = {{1, Float.NaN}, {3, 4}};
    NumericsReport report = model.checkNumerics(bad, Y);
    assertEquals("the batch's inputs are not finite; the loss is NaN", report.toString());
    assertEquals("matmul", report.output().orElseThrow().op());
    model.out.kernel.assign(model.out.kernel.value().mul(Double.POSITIVE_INFINITY));
    assertEquals(
        "the values of \"out/kernel\" are not finite; the loss is Infinity",
        model.checkNumerics(X, Y).toString());
  }

  @Test
  void deadUnitsAreCounted() {
    Net model = new Net(Activations::relu);
    float[][] x = new float[8][2];
    Arrays.setAll(x, i -> new float[] {i, 1});
    Tensor y = Tensor.zeros(DType.FLOAT32, 8, 1);
    assertEquals(List.of(), model.checkNumerics(x, y).deadUnits());
    model.hidden.kernel.assign(new float[][] {{-1, 1, -1}, {-1, 1, -1}});
    assertEquals(
        "data, weights, outputs, loss and gradients are finite; layer \"hidden\" (Part): 2 of 3"
            + " units are 0 for every example",
        model.checkNumerics(x, y).toString());
    assertEquals(List.of(), model.checkNumerics(X, Y).deadUnits(), "of too few examples");
  }

  @Test
  void nothingIsChanged() {
    Net model = new Net(Activations::relu);
    model.fit(X, Y, FitOptions.epochs(1).verbosity(Verbosity.SILENT));
    List<String> before = state(model);
    model.checkNumerics(X, Y);
    assertEquals(before, state(model));
    Tensor input = Input.of(2);
    String refused =
        assertThrows(
                IllegalStateException.class,
                () -> Model.of(input, input.mul(2)).checkNumerics(X, Y))
            .getMessage();
    assertTrue(refused.startsWith("checkNumerics: the model is not compiled"), refused);
  }

  private static List<String> state(Net model) {
    return Stream.of(
            model.variables(),
            List.of(model.optimizer().iterations()),
            List.of(RandomGenerator.ofProcess().state()))
        .flatMap(List::stream)
        .map(variable -> Arrays.toString(variable.value().toDoubleArray()))
        .toList();
  }

  /** A model without a call, whose step takes the gradients of one of its layers by itself. */
  private static final class Own extends Model {
    private final Part inner;
    private final Descent other = new Descent(0.5);
    private final boolean reports;

    Own(UnaryOperator<Tensor> function, boolean reports) {
      inner = new Part(3, function);
      this.reports = reports;
      compile();
    }

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      Tensor loss;
      try (GradientTape tape = new GradientTape()) {
        loss = inner.apply(batch.x()).mean();
        List<Variable> variables = inner.trainableVariables();
        other.applyGradients(tape.gradient(loss, variables), variables);
      }
      return reports ? Map.of("loss", loss) : Map.of();
    }
  }

  @Test
  void aStepOfItsOwnIsRun() {
    assertEquals(
        "the first output that is not finite is that of log in layer \"inner\" (Part), of float32"
            + " (2, 3) from -7.000 to -3.000: float32 (2, 3), 6 NaN; the loss is NaN",
        new Own(x -> Maths.log(x.neg()), true).checkNumerics(X, Y).toString());
    Own model = new Own(x -> Maths.sqrt(x.mul(0)), false);
    String gradient = model.checkNumerics(X, Y).toString();
    assertTrue(
        gradient.startsWith(
            "outputs and loss are finite, the gradients of \"kernel\" are not; the first such"
                + " gradient is that of "),
        gradient);
    assertTrue(
        gradient.contains(", a part of the gradient of sqrt, in layer \"inner\" (Part), of"),
        gradient);
    assertEquals("[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]", digits(model.inner.kernel));
    double[] calls = model.inner.calls.value().toDoubleArray();
    model.checkNumerics(X, Y);
    assertArrayEquals(calls, model.inner.calls.value().toDoubleArray());
    assertArrayEquals(new double[1], model.other.iterations().value().toDoubleArray());
    NumericsReport fine = new Own(x -> x, true).checkNumerics(X, Y);
    assertEquals("data, weights, outputs, loss and gradients are finite", fine.toString());
    assertEquals(5, fine.loss(), 1e-6);
  }

  private static String digits(Variable variable) {
    return Arrays.toString(variable.value().toDoubleArray());
  }

  /** As it does for a model that overrides nothing: the loss and the gradients are those given. */
  @Test
  void stepsAroundTheModelsOwnAreRun() {
    Model model =
        new Model() {
          private final Part hidden = new Part(3, x -> Maths.sqrt(x.mul(0)));

          @Override
          protected Tensor call(Tensor x) {
            return hidden.apply(x).sum(1).reshape(-1, 1);
          }

          @Override
          protected void applyGradients(GradientsAndVariables g) {
            optimizer().applyGradients(g.gradients(), g.variables());
          }
        };
    model.compile(new Descent(0.5), Losses.meanSquaredError());
    NumericsReport report = model.checkNumerics(X, Y);
    assertEquals(List.of("hidden/kernel"), report.gradients());
    assertEquals(0.5, report.loss());
    assertTrue(
        report.gradient().orElseThrow().op().endsWith("gradient of sqrt,"), report::toString);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void terminateOnNaNNamesTheOpOfAStepOfItsOwn(boolean eagerly) {
    Own model = new Own(x -> Maths.log(x.neg()), true);
    model.runEagerly(eagerly);
    FitOptions options =
        FitOptions.epochs(2)
            .verbosity(Verbosity.SILENT)
            .callback(new TerminateOnNaN().raiseError(true));
    assertEquals(
        "TerminateOnNaN: the loss is NaN in epoch 1, batch 1; the training ends; the first output"
            + " that is not finite is that of log in layer \"inner\" (Part), of float32 (2, 3) from"
            + " -7.000 to -3.000: float32 (2, 3), 6 NaN",
        assertThrows(ArithmeticException.class, () -> model.fit(X, Y, options)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void terminateOnNaNNamesTheOp(boolean eagerly) {
    Net model = new Net(x -> Maths.log(x.neg()));
    model.runEagerly(eagerly);
    FitOptions options =
        FitOptions.epochs(2)
            .verbosity(Verbosity.SILENT)
            .callback(new TerminateOnNaN().raiseError(true));
    assertEquals(
        "TerminateOnNaN: the loss is NaN in epoch 1, batch 1; the training ends; the first output"
            + " that is not finite is that of log in layer \"hidden\" (Part), of float32 (2, 3) from"
            + " -7.000 to -3.000: float32 (2, 3), 6 NaN",
        assertThrows(ArithmeticException.class, () -> model.fit(X, Y, options)).getMessage());
  }

  /** The loss is finite, and weights that the gradient spoils are not what is looked at. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void terminateOnNaNNamesTheGradient(boolean eagerly) {
    Net model = new Net(x -> Maths.sqrt(x.mul(0)));
    model.runEagerly(eagerly);
    FitOptions options =
        FitOptions.epochs(2)
            .verbosity(Verbosity.SILENT)
            .callback(new TerminateOnNaN().gradients(true).raiseError(true));
    assertEquals(
        "TerminateOnNaN: the gradient of \"hidden/kernel\" is not finite in epoch 1, batch 1; the"
            + " training ends; outputs and loss are finite, the gradients of \"hidden/kernel\" are"
            + " not; the first such gradient is that of sqrt in layer \"hidden\" (Part), of float32"
            + " (2, 3) of 0.000: float32 (2, 3) of 0.000, 3 infinite",
        assertThrows(ArithmeticException.class, () -> model.fit(X, Y, options)).getMessage());
    assertEquals(Map.of(), model.gradientNorms(), "it is off again");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void normsOfGradientsAreThoseOfTheLatestStep(boolean eagerly) {
    Net model = new Net(x -> x);
    model.runEagerly(eagerly);
    model.trainOnBatch(X, Y);
    assertEquals(Map.of(), model.gradientNorms());
    boolean _ = model.recordGradientNorms(true);
    model.hidden.kernel.assign(Tensor.ones(DType.FLOAT32, 2, 3));
    model.out.kernel.assign(Tensor.ones(DType.FLOAT32, 3, 1));
    model.trainOnBatch(X, Y);
    // Errors are 9 and 20: gradients [9 + 60, 18 + 80] for each of three, and 3 * 9 + 7 * 20.
    Map<String, Double> norms = model.gradientNorms();
    assertEquals(Math.sqrt(3 * (69. * 69 + 98. * 98)), norms.get("hidden/kernel"), 1e-3);
    assertEquals(Math.sqrt(3) * 167, norms.get("out/kernel"), 1e-3);
    boolean _ = model.recordGradientNorms(false);
    model.trainOnBatch(X, Y);
    assertEquals(Map.of(), model.gradientNorms());
  }
}
