package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fit}, {@code evaluate} and {@code predict} of arrays and structures of them. */
class FitArraysTest {
  private static final float[][] X = {{1}, {2}, {3}, {4}, {5}};
  private static final float[][] Y = {{2}, {4}, {6}, {8}, {10}};
  private static final float[][] FOUR = {{2}, {4}, {6}, {8}};
  private static final int[] CLASSES = {0, 1, 0, 2, 1};

  /** The input of a model with two. */
  public record Pair(Object left, Object right) {}

  /** The output of a model with two. */
  public record Sums(Tensor sum, Tensor difference) {}

  private static final class PairModel extends ModelOf<Pair, Sums> {
    private final Linear linear = new Linear(1);

    @Override
    protected Sums call(Pair pair) {
      Tensor left = linear.apply((Tensor) pair.left);
      Tensor right = (Tensor) pair.right;
      return new Sums(left.add(right), left.sub(right));
    }
  }

  private static FitOptions silent(int epochs) {
    return FitOptions.epochs(epochs).verbosity(FitOptions.Verbosity.SILENT);
  }

  private static FitOptions inOrder() {
    return silent(2).batchSize(2).shuffle(false);
  }

  private static Model compiled() {
    Model model = new Sequential(new Linear(1));
    model.compile(new Descent(0.01), Losses.meanSquaredError());
    return model;
  }

  @Test
  void arraysTrainAsTheirBatchesDo() {
    Batches batches = Batches.doubling(new float[] {1, 2}, new float[] {3, 4}, new float[] {5});
    Map<String, List<Double>> expected =
        compiled().fit(batches, silent(2).validation(batches)).history();
    FitOptions options = inOrder().validation(X, Y);
    assertEquals(expected, compiled().fit(X, Y, options).history());
    assertEquals(expected, compiled().fit(Tensor.of(X), Tensor.of(Y), options).history());
    assertEquals(
        expected,
        compiled()
            .fit((Object) batches, silent(2).validation(X, Y).validationBatchSize(2))
            .history());
  }

  @Test
  void structuresTrainByRows() {
    PairModel model = new PairModel();
    model.compile(
        new Descent(0.01),
        Objective.of("sum", Losses.meanSquaredError())
            .and("difference", Losses.meanSquaredError()));
    Map<String, Object> labels = Map.of("sum", X, "difference", Y);
    History history =
        model.fit(
            new Pair(X, Y),
            labels,
            inOrder()
                .sampleWeight(Map.of("sum", new float[] {1, 1, 1, 1, 0}))
                .validationSplit(0.4));
    assertEquals(
        List.of(
            "difference_loss",
            "loss",
            "sum_loss",
            "val_difference_loss",
            "val_loss",
            "val_sum_loss"),
        history.history().keySet().stream().sorted().toList());
    Sums sums = model.predict(new Pair(X, Y));
    assertEquals(Shape.of(5, 1), sums.sum().shape());
    Sums parts = model.predict(new Pair(X, Y), new EvaluateOptions().batchSize(2));
    assertArrayEquals(sums.difference().toFloatArray(), parts.difference().toFloatArray(), 1e-6f);
    assertEquals(
        model.evaluate(new Pair(X, Y), labels).keySet(),
        model.trainOnBatch(new Pair(X, Y), labels).keySet());
  }

  @Test
  void labelsAreNotNeededByAStepOfItsOwn() {
    class Own extends Model {
      @Override
      protected Tensor call(Tensor x) {
        return x;
      }

      @Override
      protected Map<String, Tensor> trainStep(Example batch) {
        return Map.of("mean", batch.x().mean());
      }

      @Override
      protected Map<String, Tensor> testStep(Example batch) {
        return trainStep(batch);
      }
    }

    Own model = new Own();
    model.compile(new Descent(0.1), Losses.meanSquaredError());
    assertEquals(List.of(3.0), model.fit(X, silent(1)).get("mean"));
    assertEquals(
        Map.of("mean", 1.5), model.evaluate(X, new EvaluateOptions().batchSize(2).steps(1)));
  }

  @Test
  void predictionsAreThoseOfOneBatch() {
    Model model = compiled();
    model.fit(X, Y, silent(3));
    float[][] many = new float[70][1];
    Arrays.setAll(many, i -> new float[] {i});
    List<Long> sizes = new ArrayList<>();
    EvaluateOptions options =
        new EvaluateOptions()
            .callback(
                new Callback() {
                  @Override
                  public void onPredictBatchEnd(Trainable<?, ?> m, int step, Object outputs) {
                    sizes.add(((Tensor) outputs).shape().size(0));
                  }
                });
    float[] expected = model.predictOnBatch(many).toFloatArray();
    assertArrayEquals(expected, model.predict(many).toFloatArray());
    assertArrayEquals(expected, model.predict(many, options).toFloatArray());
    assertEquals(List.of(32L, 32L, 6L), sizes);
    assertEquals(
        Shape.of(64, 1), model.predict(many, new EvaluateOptions().steps(2).batchSize(32)).shape());
    assertEquals(Shape.of(0, 1), model.predict(Tensor.zeros(DType.FLOAT32, 0, 1)).shape());
  }

  @Test
  void oneBatchIsNotCopied() {
    Tensor x = Tensor.of(X);
    ArrayDataset data = ArrayDataset.of("fit", x, Y, null);
    assertSame(x, data.iterator().next().inputs());
    Tensor rows = (Tensor) data.batch(2, null).iterator().next().inputs();
    assertArrayEquals(new float[] {1, 2}, rows.toFloatArray());
  }

  private static ArrayDataset shuffled() {
    int[] numbers = IntStream.range(0, 50).toArray();
    return ArrayDataset.of("fit", numbers, numbers, numbers).batch(8, null).shuffle(true);
  }

  private static List<Integer> numbers(Iterator<Example> batches) {
    List<Integer> numbers = new ArrayList<>();
    batches.forEachRemaining(
        batch -> {
          int[] rows = ((Tensor) batch.inputs()).toIntArray();
          assertArrayEquals(rows, ((Tensor) batch.labels()).toIntArray());
          assertArrayEquals(rows, ((Tensor) batch.weights()).toIntArray());
          Arrays.stream(rows).forEach(numbers::add);
        });
    return numbers;
  }

  @Test
  void everyIterationHasAnotherOrderThatTheSeedDetermines() {
    RandomKey.seed(3);
    ArrayDataset data = shuffled();
    List<Integer> first = numbers(data.iterator());
    List<Integer> second = numbers(data.iterator());
    assertEquals(IntStream.range(0, 50).boxed().toList(), first.stream().sorted().toList());
    assertEquals(first.stream().sorted().toList(), second.stream().sorted().toList());
    assertNotEquals(first, second);
    RandomKey.seed(3);
    assertEquals(first, numbers(shuffled().iterator()));
    assertEquals(second, numbers(shuffled().iterator()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7})
  void anIterationContinuesAtItsPosition(int batches) {
    RandomKey.seed(4);
    Iterator<Example> whole = shuffled().iterator();
    for (int i = 0; i < batches; i++) {
      whole.next();
    }
    long[] position = position(whole).value().toLongArray();
    RandomKey drawn = RandomGenerator.ofProcess().next();
    RandomKey.seed(4);
    Iterator<Example> resumed = shuffled().iterator();
    position(resumed).assign(position);
    if (batches > 0) {
      assertEquals(numbers(whole), numbers(resumed));
      assertEquals(
          new RandomKey(drawn.seed(), drawn.stream() - 1),
          RandomGenerator.ofProcess().next(),
          "no key was drawn again");
    } else {
      RandomKey.seed(4);
      List<Integer> all = numbers(whole);
      RandomKey.seed(4);
      assertEquals(all, numbers(resumed));
    }
  }

  private static Variable position(Iterator<Example> iterator) {
    return (Variable) ((ArrayIterator) iterator).parts().get("position");
  }

  @Test
  void classesWeighExamples() {
    ClassWeights weights = new ClassWeights(Map.of(0, 0.5, 1, 2.0, 2, 4.0));
    float[] expected = {0.5f, 2, 0.5f, 4, 2};
    assertWeights(expected, weights, CLASSES, null);
    assertWeights(expected, weights, new int[][] {{0}, {1}, {0}, {2}, {1}}, null);
    assertWeights(expected, weights, new float[] {0, 1, 0, 2, 1}, null);
    float[][] oneHot = {{1, 0, 0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}, {0, 1, 0}};
    assertWeights(expected, weights, oneHot, null);
    float[] given = {1, 2, 3, 4, 0};
    assertWeights(new float[] {0.5f, 4, 1.5f, 16, 0}, weights, CLASSES, given);
    double[][] column = {{1}, {2}, {3}, {4}, {0}};
    assertWeights(new float[] {0.5f, 4, 1.5f, 16, 0}, weights, CLASSES, column);
  }

  private static void assertWeights(
      float[] expected, ClassWeights weights, Object labels, Object given) {
    Example batch = weights.applyTo(ArrayDataset.of("fit", X, labels, given).rows());
    assertArrayEquals(expected, ((Tensor) batch.weights()).toFloatArray());
  }

  @Test
  void classesWeighTheBatchesOfADataset() {
    Map<Integer, Double> weights = Map.of(2, 1.0, 4, 2.0, 6, 0.0, 8, 1.0, 10, 3.0);
    Batches batches = Batches.doubling(new float[] {1, 2}, new float[] {3, 4}, new float[] {5});
    assertEquals(
        compiled().fit(X, Y, inOrder().classWeight(weights)).epochs(),
        compiled().fit(batches, silent(2).classWeight(weights)).epochs());
  }

  @Test
  void stepsAreTakenOfDataWithoutEndAndOfUnknownSize() {
    Batches five =
        Batches.doubling(
            IntStream.range(0, 5).mapToObj(i -> new float[] {i}).toArray(float[][]::new));
    Dataset unknown = new Batches(five.examples(), Dataset.UNKNOWN);
    FitOptions options = silent(4).stepsPerEpoch(3);
    List<Integer> steps = new ArrayList<>();
    Callback counting =
        new Callback() {
          @Override
          public void onTrainBatchEnd(Trainable<?, ?> m, int step, Map<String, Double> logs) {
            steps.add(step);
          }
        };
    assertEquals(
        compiled().fit(five, options).epochs(),
        compiled().fit(unknown, options.callback(counting)).epochs());
    assertEquals(List.of(0, 1, 2, 0, 1, 0, 1, 2, 0, 1), steps);
    Dataset endless =
        new Dataset() {
          @Override
          public long cardinality() {
            return INFINITE;
          }

          @Override
          public Iterator<Example> iterator() {
            return Stream.generate(() -> five.examples().get(1)).iterator();
          }
        };
    History history =
        compiled().fit(endless, silent(2).stepsPerEpoch(2).validation(endless).validationSteps(3));
    assertEquals(2, history.get("val_loss").size());
    assertEquals(
        Shape.of(4, 1), compiled().predict(endless, new EvaluateOptions().steps(4)).shape());
  }

  @Test
  void metricsHaveNamesAndAreReset() {
    class Reporting extends Model {
      private final Linear linear = new Linear(1);

      @Override
      protected Tensor call(Tensor x) {
        return linear.apply(x);
      }
    }

    Model model = new Reporting();
    assertEquals(List.of(), model.metricsNames());
    Metric count = new CountMetric();
    model.compile(new Descent(0.01), Losses.meanSquaredError(), count);
    assertEquals(List.of("loss", "count"), model.metricsNames());
    assertEquals(List.of(count), model.metrics());
    assertEquals(Map.of("loss", 44.0, "count", 5.0), model.trainOnBatch(X, Y));
    assertEquals(2, model.trainOnBatch(new float[2][1], new float[2][1]).get("count"));
    assertEquals(2, count.result().item());
    model.resetMetrics();
    assertEquals(0, count.result().item());
    assertEquals(4, model.testOnBatch(FOUR, FOUR).get("count"));
    assertEquals(2, model.optimizer().iterations().value().item());
  }

  /** Counts examples. */
  private static final class CountMetric implements Metric {
    private final Variable count = Variable.untrainable(0.0, "count");

    @Override
    public String name() {
      return "count";
    }

    @Override
    public void update(Tensor labels, Tensor predictions, Tensor weights) {
      count.assignAdd(labels.shape().size(0));
    }

    @Override
    public Tensor result() {
      return count.value();
    }

    @Override
    public void reset() {
      count.assign(0);
    }
  }

  static Stream<Arguments.ArgumentSet> refused() {
    Batches data = Batches.doubling(new float[] {1, 2});
    String equally = "needs x, y and weights that are tensors or arrays with equally many rows";
    String each = "; give each row of x a label, and a weight if there are any";
    String own = ", and a dataset has its own, received ";
    String put = " beside a dataset; put it into the dataset, or give arrays";
    return Stream.of(
        refused(
            "fit: " + equally + ", received x float32 (5, 1), y float32 (4, 1)" + each,
            model -> model.fit(X, FOUR, silent(1))),
        refused(
            "fit: "
                + equally
                + ", received x float32 (5, 1), y float32 (5, 1),"
                + " weights float32 (4, 1)"
                + each,
            model -> model.fit(X, Y, silent(1).sampleWeight(FOUR))),
        refused(
            "fit: the validation data: "
                + equally
                + ", received x float32 (5, 1), y float32 (4, 1)"
                + each,
            model -> silent(1).validation(X, FOUR)),
        refused(
            "predict: " + equally + ", received x \"text\"" + each,
            model -> model.predict("text", new EvaluateOptions())),
        refused(
            "trainOnBatch: " + equally + ", received x float32 (), y float32 (5, 1)" + each,
            model -> model.trainOnBatch(Tensor.of(1f), Y)),
        refused(
            "fit: batchSize must be 1 or more, received 0; give a larger number",
            model -> silent(1).batchSize(0)),
        refused(
            "fit: stepsPerEpoch must be 1 or more, received 0; give a larger number",
            model -> silent(1).stepsPerEpoch(0)),
        refused(
            "fit: validationFreq must be 1 or more, received 0; give a larger number",
            model -> silent(1).validationFreq(0)),
        refused(
            "evaluate and predict: steps must be 1 or more, received -1; give a larger number",
            model -> new EvaluateOptions().steps(-1)),
        refused(
            "fit: needs an initialEpoch from 0 to 2 for epochs(3), received 3; count all epochs, also"
                + " those before the first, in epochs(n)",
            model -> silent(3).initialEpoch(3)),
        refused(
            "fit: needs a validationSplit between 0 and 1, received 1.0; give the fraction of the"
                + " rows to validate on, as 0.2",
            model -> silent(1).validationSplit(1)),
        refused(
            "fit: needs a validationSplit between 0 and 1, received NaN; give the fraction of the"
                + " rows to validate on, as 0.2",
            model -> silent(1).validationSplit(Double.NaN)),
        refused(
            "fit: needs rows to train on and rows to validate on, received 5 rows and"
                + " validationSplit 0.9; give more rows, or another fraction",
            model -> model.fit(X, Y, silent(1).validationSplit(0.9))),
        refused(
            "fit: needs a class weight for each class in the labels, has some for [0, 1], received a"
                + " label of class 2; give class 2 a weight, as 1",
            model -> model.fit(X, CLASSES, silent(1).classWeight(Map.of(0, 1.0, 1, 1.0)))),
        refused(
            "fit: needs class weights of 0 or more, received -1.0 for class 0; give each class its"
                + " factor in the loss",
            model -> silent(1).classWeight(Map.of(0, -1.0))),
        refused(
            "fit: class weights need one tensor of labels, classes [n] or [n, 1], or one-hot [n,"
                + " classes], received labels none; give sample weights by output instead",
            model -> model.fit(X, silent(1).classWeight(Map.of(0, 1.0)))),
        refused(
            "fit: needs sample weights of 0 or more, received -1.0; give each row its factor in the"
                + " loss",
            model -> model.fit(X, Y, silent(1).sampleWeight(new float[] {1, -1, 1, 1, 1}))),
        refused(
            "testOnBatch: needs sample weights of 0 or more, received NaN; give each row its factor"
                + " in the loss",
            model -> model.testOnBatch(X, Y, new float[] {1, Float.NaN, 1, 1, 1})),
        refused(
            "fit: takes y for arrays" + own + "y" + put, model -> model.fit(data, Y, silent(1))),
        refused(
            "fit: takes batchSize for arrays" + own + "batchSize" + put,
            model -> model.fit(data, silent(1).batchSize(2))),
        refused(
            "fit: takes sampleWeight for arrays" + own + "sampleWeight" + put,
            model -> model.fit(data, silent(1).sampleWeight(Y))),
        refused(
            "fit: takes validationSplit for arrays" + own + "validationSplit" + put,
            model -> model.fit(data, silent(1).validationSplit(0.5))),
        refused(
            "fit: takes validationBatchSize for arrays" + own + "validationBatchSize" + put,
            model -> model.fit(X, Y, silent(1).validation(data).validationBatchSize(2))),
        refused(
            "evaluate: takes batchSize for arrays" + own + "batchSize" + put,
            model -> model.evaluate(data, new EvaluateOptions().batchSize(2))),
        refused(
            "fit: the dataset has no batches: x has no rows",
            model -> model.fit(new float[0], new float[0], silent(1))));
  }

  private static Arguments.ArgumentSet refused(String message, Consumer<Model> call) {
    return argumentSet(message, message, call);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void badInputIsRefused(String message, Consumer<Model> call) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> call.accept(compiled())).getMessage());
  }

  @Test
  void arraysOfStringsAreTensors() {
    String[] texts = {"a", "b", "c"};
    assertEquals(
        "fit: needs x, y and weights that are tensors or arrays with equally many rows, received x"
            + " string (3,), y float32 (5, 1); give each row of x a label, and a weight if there"
            + " are any",
        assertThrows(IllegalArgumentException.class, () -> compiled().fit(texts, Y, silent(1)))
            .getMessage());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> compiled().fit(Collections.nCopies(1000, "a"), Y, silent(1)))
            .getMessage();
    assertTrue(message.contains("\"a\"] and 980 more, y"), message);
  }
}
