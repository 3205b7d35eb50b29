package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.preprocessing.Rescaling;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What is said of a loss that is not finite: once, where it began. */
class LossWatchTest {
  private static final FitOptions SILENT =
      FitOptions.epochs(2).verbosity(FitOptions.Verbosity.SILENT);

  /** Its middle divides by what the hidden layer gives, if it is to. */
  private static final class Net extends Model {
    private final Dense hidden = new Dense(4, Activations::relu);
    private final Dropout dropout = new Dropout(0.5);
    private final Dense logits = new Dense(2);
    private final boolean divides;

    /** A number that the steps report as their loss, or null. */
    private final Float reported;

    Net(double rate, boolean divides, Float reported) {
      this.divides = divides;
      this.reported = reported;
      compile(
          new SGD(rate),
          Losses.sparseCategoricalCrossentropy().fromLogits(),
          new SparseCategoricalAccuracy("accuracy"));
    }

    @Override
    protected Tensor call(Tensor x) {
      Tensor inner = dropout.apply(hidden.apply(x));
      return logits.apply(divides ? Maths.reciprocal(inner) : inner);
    }

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      super.trainStep(batch);
      return reported == null ? Map.of() : Map.of("loss", Tensor.of(reported));
    }
  }

  /** Six batches of five examples of class 0, with a number in place of the first in one batch. */
  private static Dataset data(int batch, float value) {
    float[][] x = new float[30][3];
    float[] drawn = Randoms.normal(RandomKey.of(3), DType.FLOAT32, 0, 1, 30, 3).toFloatArray();
    for (int i = 0; i < 90; i++) {
      x[i / 3][i % 3] = drawn[i];
    }
    x[5 * batch][0] = value;
    return Pipeline.of(Tensor.of(x), Tensor.of(new int[30])).batch(5);
  }

  /** Returns what models and layers warn of meanwhile. */
  static List<String> warnings(Runnable action) {
    Logger logger = (Logger) LoggerFactory.getLogger(Model.class.getPackageName());
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
    try {
      action.run();
    } finally {
      logger.detachAppender(log);
      logger.setAdditive(true);
    }
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @BeforeEach
  void seed() {
    RandomKey.seed(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void badDataIsNamedOnce(boolean eagerly) {
    Model model = new Net(0.1, false, null);
    model.runEagerly(eagerly);
    History[] history = new History[1];
    List<String> warned =
        warnings(() -> history[0] = model.fit(data(3, Float.NaN), SILENT.validation(data(0, 1))));
    assertEquals(
        List.of("fit: epoch 1, batch 4: the loss is NaN; the batch's inputs are not finite"),
        warned);
    assertTrue(history[0].get("loss").getLast().isNaN());
    assertEquals(0, history[0].get("accuracy").getLast(), "of predictions that are all NaN");
    List<String> again = warnings(() -> model.fit(data(0, 1), SILENT));
    assertEquals(
        List.of(
            "fit: epoch 1, batch 1: the loss is NaN; the values of \"hidden/kernel\" and 2 more"
                + " variables are not finite"),
        again);
  }

  /** The weights that the step itself has spoilt are not what is looked at. */
  @Test
  void theLayerIsFoundWithTheWeightsOfTheStep() {
    List<String> warned = warnings(() -> new Net(0.1, true, null).fit(data(0, 1), SILENT));
    assertEquals(1, warned.size());
    assertTrue(
        warned
            .getFirst()
            .startsWith(
                "fit: epoch 1, batch 1: the loss is NaN; the first output that is not finite is that"
                    + " of reciprocal in the model (Net), of float32 (5, 4) from 0.000 to "),
        warned::toString);
  }

  @Test
  void evaluateWarnsToo() {
    Model model = new Net(0.1, false, null);
    List<String> warned = warnings(() -> model.evaluate(data(2, Float.POSITIVE_INFINITY)));
    assertEquals(1, warned.size());
    assertTrue(
        warned.getFirst().startsWith("evaluate: batch 3: the loss is NaN; the batch's inputs"),
        warned::toString);
    assertEquals(List.of(), warnings(() -> model.evaluate(data(2, 1))));
  }

  /** Pixels are warned of once, unless the model scales them itself. */
  @Test
  void unscaledInputsAreWarnedOf() {
    float[][] pixels = {{0, 255, 7}, {3, 20, 100}};
    int[] classes = {0, 1};
    String warning =
        "fit: epoch 1, batch 1: layer \"hidden\" (Dense) is given float32 (2, 3) from 0.000 to 255.0,"
            + " with which training is slow or fails; scale the inputs, as with a Rescaling(1 / 255.0)"
            + " for pixels or a Normalization";
    assertEquals(
        List.of(warning), warnings(() -> new Net(1e-9, false, null).fit(pixels, classes, SILENT)));
    for (Layer first : List.of(new Rescaling(1 / 255.0), new BatchNormalization())) {
      assertEquals(List.of(), warnings(() -> fit(first, pixels, classes)));
    }
    Layer embedding = new Embedding(300, 4);
    assertEquals(
        List.of(),
        warnings(() -> fit(embedding, new int[][] {{299}, {200}}, new int[][] {{0}, {1}})));
    float[][] small = {{1, 2, 3}};
    float[][] targets = {{1000}};
    assertEquals(List.of(), warnings(() -> fit(new Dense(3), small, targets)));
  }

  @Test
  void deadUnitsAreWarnedOfAfterAHundredSteps() {
    float[][] x = new float[16][3];
    for (int i = 0; i < x.length; i++) {
      x[i][i % 3] = i - 8;
    }
    Object y = new float[16][2];
    for (float bias : new float[] {-100, 0.5f}) {
      Sequential model =
          new Sequential(
              new Dense(4, Activations::relu).biasInitializer(Initializers.constant(bias)),
              new Dense(2));
      model.compile(new SGD(1e-3), Losses.meanSquaredError());
      FitOptions options =
          FitOptions.epochs(120).batchSize(16).verbosity(FitOptions.Verbosity.SILENT);
      assertEquals(
          bias == -100
              ? List.of(
                  "fit: epoch 100, batch 1: layer \"dense\" (Dense): 4 of 4 units are 0 for every"
                      + " example, so that they learn no more; use a smaller learning rate, or"
                      + " leakyRelu")
              : List.of(),
          warnings(() -> model.fit(x, y, options)));
    }
  }

  private static void fit(Layer first, Object x, Object y) {
    Sequential model = new Sequential(first, new Dense(2));
    boolean classes = !(y instanceof float[][]);
    model.compile(
        new SGD(1e-9),
        classes
            ? Losses.sparseCategoricalCrossentropy().fromLogits()
            : (labels, predictions) -> predictions.sub(labels).abs().mean());
    model.fit(x, y, SILENT);
    List<float[]> before = model.getWeights().stream().map(Tensor::toFloatArray).toList();
    assertTrue(model.checkNumerics(x, y).isFinite());
    List<float[]> after = model.getWeights().stream().map(Tensor::toFloatArray).toList();
    assertArrayEquals(before.toArray(), after.toArray(), "as those of moving averages");
  }

  /** Looking for the layer changes no weight and draws nothing. */
  @Test
  void lookingLeavesNoTrace() {
    assertEquals(stateAfterFit(1f), stateAfterFit(Float.NaN));
  }

  private static List<String> stateAfterFit(float reported) {
    RandomKey.seed(1);
    Model model = new Net(0.1, false, reported);
    List<String> warned = warnings(() -> model.fit(data(0, 1), SILENT));
    assertEquals(
        Float.isNaN(reported)
            ? List.of(
                "fit: epoch 1, batch 1: the loss is NaN; the model's outputs are finite when the"
                    + " batch is run again, so that the step's own code or a random number made it")
            : List.of(),
        warned);
    return Stream.concat(model.variables().stream(), Stream.of(RandomGenerator.ofProcess().state()))
        .map(Variable::value)
        .map(value -> Arrays.toString(value.toDoubleArray()))
        .toList();
  }
}
