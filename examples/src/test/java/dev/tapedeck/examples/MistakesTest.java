package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.checkpoint.BackupAndRestore;
import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.checkpoint.CheckpointManager;
import dev.tapedeck.checkpoint.CheckpointReader;
import dev.tapedeck.checkpoint.ModelCheckpoint;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.function.Graph;
import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.MeanSquaredError;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Segments;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.summaries.SummaryWriter;
import dev.tapedeck.summaries.TensorBoard;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Reduction;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs as beginners write them, and the errors that they get: who, expected, received, what to
 * do.
 */
class MistakesTest {
  private static final Loss SPARSE = Losses.sparseCategoricalCrossentropy().fromLogits();
  private static final Loss ONE_HOT = Losses.categoricalCrossentropy().fromLogits();

  private static Tensor x(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  private static Tensor classes(int count) {
    return Tensor.of(new int[count]);
  }

  private static Pipeline data(Tensor x, Tensor y) {
    return Pipeline.of(x, y);
  }

  private static void fit(Pipeline data, Loss loss, Layer... layers) {
    fit(data, loss, new Metric[0], layers);
  }

  private static void fit(Pipeline data, Loss loss, Metric[] metrics, Layer... layers) {
    Model model = new Sequential(layers);
    model.compile(new SGD(0.1), loss, metrics);
    model.fit(data, FitOptions.epochs(1).verbosity(FitOptions.Verbosity.SILENT));
  }

  /** A loss that stays one number for each example. */
  private record NotReduced() implements Loss {
    @Override
    public Tensor perExample(Tensor labels, Tensor predictions) {
      return Maths.squaredDifference(predictions, labels).mean(-1);
    }

    @Override
    public Reduction reduction() {
      return Reduction.NONE;
    }
  }

  /** Counts in Java, where a graph does not see it. */
  private static final class Largest implements Metric {
    private double largest;

    @Override
    public String name() {
      return "largest";
    }

    @Override
    public void update(Tensor labels, Tensor predictions, Tensor weights) {
      largest = Math.max(largest, Reductions.max(predictions).item());
    }

    @Override
    public Tensor result() {
      return Tensor.of(largest);
    }

    @Override
    public void reset() {
      largest = 0;
    }
  }

  static Stream<Arguments.ArgumentSet> batches() {
    return Stream.of(
        mistake(
            "no batch, images",
            () -> fit(data(x(20, 6, 6), classes(20)), SPARSE, new Flatten(), new Dense(3)),
            "sparseSoftmaxCrossEntropy: logits (6, 3) need labels (6,), received (); give"
                + " a label for each example; the dataset gives x float32 (6, 6) with y int32 (),"
                + " which share no axis of examples: was batch(n) forgotten?"),
        mistake(
            "no batch, vectors",
            () -> fit(data(x(20, 6), classes(20)), SPARSE, new Dense(3)),
            "Sequential/dense (Dense): needs inputs [n, .., features] of rank 2 or more,"
                + " received (6,); batch(n) the dataset, or expandDims a single example; the"
                + " dataset gives x float32 (6,) with y int32 (), which share no axis of"
                + " examples: was batch(n) forgotten?"),
        mistake(
            "no batch, one-hot",
            () -> fit(data(x(20, 6), x(20, 3)), ONE_HOT, new Dense(3)),
            "Sequential/dense (Dense): needs inputs [n, .., features] of rank 2 or more,"
                + " received (6,); batch(n) the dataset, or expandDims a single example; the"
                + " dataset gives x float32 (6,) with y float32 (3,), which share no axis of"
                + " examples: was batch(n) forgotten?"),
        mistake(
            "no batch, convolution",
            () -> fit(data(x(20, 6, 6, 1), classes(20)), SPARSE, new Conv2D(2, 3)),
            "Sequential/conv2d (Conv2D): needs images [n, h, w, c], received (6, 6, 1);"
                + " batch(n) the dataset, or expandDims a single image, or one without channels;"
                + " the dataset gives x float32 (6, 6, 1) with y int32 (), which share no axis of"
                + " examples: was batch(n) forgotten?"),
        mistake(
            "remainder",
            () ->
                fit(data(x(20, 6), classes(20)).batch(32, true).prefetch(1), SPARSE, new Dense(3)),
            "fit: the dataset has no batches: batch(32) without the remainder leaves none"
                + " of 20; make smaller batches, or keep the remainder"),
        mistake(
            "skip",
            () -> fit(data(x(20, 6), classes(20)).skip(20).batch(4), SPARSE, new Dense(3)),
            "fit: the dataset has no batches: skip(20) leaves none of 20"),
        mistake(
            "endless",
            () -> fit(data(x(20, 6), classes(20)).repeat().batch(4), SPARSE, new Dense(3)),
            "fit: the dataset has no end; use take(n) to give it one: after batch(size), n"
                + " is the number of steps an epoch; or set stepsPerEpoch"));
  }

  static Stream<Arguments.ArgumentSet> labels() {
    Pipeline classes = data(x(4, 6), classes(4)).batch(4);
    Pipeline oneHot = data(x(4, 6), x(4, 3)).batch(4);
    Pipeline images = data(x(4, 5, 6), classes(4)).batch(4);
    Metric[] accuracy = {new SparseCategoricalAccuracy()};
    return Stream.of(
        mistake(
            "one-hot, sparse loss",
            () -> fit(oneHot, SPARSE, new Dense(3)),
            "sparseSoftmaxCrossEntropy: logits (4, 3) need labels (4,), received (4, 3);"
                + " they look one-hot: use softmaxCrossEntropy for them, or argmax(labels, -1)"),
        mistake(
            "one-hot, sparse metric",
            () -> fit(oneHot, ONE_HOT, accuracy, new Dense(3)),
            "metric \"sparse_categorical_accuracy\": SparseCategoricalAccuracy:"
                + " predictions (4, 3) need labels (4,), received (4, 3); they are not broadcast:"
                + " they look one-hot: use CategoricalAccuracy for them, or argmax(labels, -1)"),
        mistake(
            "classes, one-hot loss",
            () -> fit(classes, ONE_HOT, new Dense(3)),
            "categoricalCrossentropy: labels (4,) and predictions (4, 3) must have equal"
                + " shapes; they are not broadcast: labels that are classes need"
                + " Losses.sparseCategoricalCrossentropy, or oneHot(labels, 3)"),
        mistake(
            "classes from 1",
            () -> fit(data(x(1, 6), Tensor.of(new int[] {3})).batch(1), SPARSE, new Dense(3)),
            "loss: sparseSoftmaxCrossEntropy: labels must be classes in [0, 3),"
                + " received 3 at position 0; count classes from 0, and give the model an"
                + " output for each"),
        mistake(
            "no Flatten",
            () -> fit(images, SPARSE, new Dense(3)),
            "sparseSoftmaxCrossEntropy: logits (4, 5, 3) need labels (4, 5), received"
                + " (4,); each label has several rows of predictions: does the model lack a"
                + " Flatten before its last layer?"),
        mistake(
            "no Flatten, one-hot",
            () -> fit(data(x(4, 5, 6), x(4, 3)).batch(4), ONE_HOT, new Dense(3)),
            "categoricalCrossentropy: labels (4, 3) and predictions (4, 5, 3) must have"
                + " equal shapes; they are not broadcast: each label has several rows of"
                + " predictions: does the model lack a Flatten before its last layer?"),
        mistake(
            "a column",
            () ->
                fit(
                    data(x(4, 6), x(4)).batch(4),
                    Losses.meanSquaredError(),
                    new Metric[] {new MeanSquaredError()},
                    new Dense(1)),
            "meanSquaredError: labels (4,) and predictions (4, 1) must have equal shapes;"
                + " they are not broadcast: expandDims(labels, -1), or squeeze the predictions"),
        mistake(
            "a loss that is not reduced",
            () -> fit(oneHot, new NotReduced(), new Dense(3)),
            "loss: must be one number, the mean over the batch, received float32 (4,);"
                + " reduce it, as by mean()"),
        mistake(
            "no loss",
            () -> fit(oneHot, (y, p) -> null, new Dense(3)),
            "loss: the function returned null; return the loss of each example"),
        mistake(
            "a metric in Java",
            () -> fit(oneHot, ONE_HOT, new Metric[] {new Largest()}, new Dense(3)),
            "metric \"largest\": Tensor(\"Max:0\", shape=(), dtype=float32) has no value"
                + " while its function is being traced, and a trace cannot hold for one float32"
                + " number only; compare it with ops and read the bool, as in"
                + " x.less(1).toBoolean(), return it from the function, hand it to javaFunction,"
                + " or run eagerly; what a metric gathers belongs in variables, or call"
                + " model.runEagerly(true)"));
  }

  static Stream<Arguments.ArgumentSet> images() {
    return Stream.of(
        mistake(
            "channels first",
            () -> new Conv2D(2, 3).apply(x(4, 1, 8, 8)),
            "conv2d: the window 3x3/1x1 VALID must fit into the images, received (4, 1, 8, 8);"
                + " if their channels are first, transpose(images, 0, 2, 3, 1) makes them [n, h, w,"
                + " c]"),
        mistake(
            "channels first, pool",
            () -> new MaxPooling2D().apply(x(4, 1, 8, 8)),
            "maxPool2d: the window 2x2/2x2 VALID must fit into the images, received (4, 1, 8, 8);"
                + " if their channels are first, transpose(images, 0, 2, 3, 1) makes them [n, h, w,"
                + " c]"),
        mistake(
            "one image",
            () -> new Conv2D(2, 3).apply(x(8, 8, 1)),
            "Conv2D: needs images [n, h, w, c], received (8, 8, 1); batch(n) the dataset,"
                + " or expandDims a single image, or one without channels"));
  }

  static Stream<Arguments.ArgumentSet> nulls() {
    Model model = new Sequential(new Dense(1));
    SGD optimizer = new SGD(0.1);
    return Stream.of(
        mistake(
            "loss",
            () -> model.compile(optimizer, null),
            "compile: the loss is null; give one of Losses, or a function (labels,"
                + " predictions) -> loss"),
        mistake(
            "optimizer",
            () -> model.compile(null, SPARSE),
            "compile: the optimizer is null; give one, as new Adam(1e-3)"),
        mistake(
            "metric",
            () -> model.compile(optimizer, SPARSE, (Metric) null),
            "compile: a metric is null; leave it out"),
        mistake(
            "layer",
            () -> new Sequential(new Dense(1), null),
            "Sequential: layer 2 of 2 is null; is its field set before the model is made?"),
        mistake(
            "function",
            () -> new Activation(null),
            "Activation: the function is null; give one, as Activations::relu"),
        mistake(
            "activation",
            () -> new Dense(1, null),
            "Dense: the activation is null; give one, as Activations::relu"),
        mistake(
            "initializer",
            () -> new Dense(1).kernelInitializer(null),
            "Dense: the kernelInitializer is null; give one, as Initializers.heNormal()"),
        mistake(
            "padding",
            () -> new Conv2D(1, 3).padding(null),
            "Conv2D: the padding is null; give one, as Padding.SAME"),
        mistake(
            "pool padding",
            () -> new MaxPooling2D().padding(null),
            "MaxPooling2D: the padding is null; give one, as Padding.SAME"),
        mistake(
            "name",
            () -> new SparseCategoricalAccuracy(null),
            "SparseCategoricalAccuracy: the name is null"),
        mistake(
            "input",
            () -> model.apply(null),
            "Sequential: the input is null; give a tensor, or what tensors are made of"),
        mistake(
            "folder",
            () -> new CheckpointManager(Checkpoint.of("m", model), null),
            "CheckpointManager: the folder is null"),
        mistake(
            "checkpoint",
            () -> new CheckpointManager(null, Path.of("runs")),
            "CheckpointManager: the checkpoint is null"),
        mistake(
            "object", () -> Checkpoint.of("m", null), "Checkpoint: the object named \"m\" is null"),
        mistake("backup", () -> new BackupAndRestore(null), "BackupAndRestore: the folder is null"),
        mistake(
            "model checkpoint",
            () -> new ModelCheckpoint(null),
            "ModelCheckpoint: the path is null"),
        mistake("reader", () -> CheckpointReader.open(null), "CheckpointReader: the path is null"),
        mistake("logdir", () -> new TensorBoard(null), "TensorBoard: the logdir is null"),
        mistake("writer", () -> SummaryWriter.open(null), "SummaryWriter: the logdir is null"),
        mistake(
            "data",
            () -> Pipeline.of(null, x(2)),
            "tensor: expected a value, received null; pass a number, an array or a Tensor"),
        mistake(
            "variable",
            () -> Variable.of(null),
            "tensor: expected a value, received null; pass a number, an array or a Tensor"),
        mistake(
            "callback",
            () -> FitOptions.epochs(1).callback(null),
            "fit: a callback is null; leave it out"),
        mistake(
            "dataset",
            () -> {
              Model compiled = new Sequential(new Dense(1));
              compiled.compile(optimizer, SPARSE);
              compiled.fit(null, FitOptions.epochs(1));
            },
            "fit: the dataset is null"));
  }

  static Stream<Arguments.ArgumentSet> others() {
    SGD optimizer = new SGD(0.1);
    return Stream.of(
        mistake(
            "learning rate",
            () -> optimizer.learningRate().assign(Tensor.of(0.1)),
            "assign: variable \"learning_rate\" is float32 (), received float64 (); give a"
                + " plain Java number, or cast it, as cast(x, DType.FLOAT32)"),
        mistake(
            "shape",
            () -> Variable.of(new float[2]).assign(new float[3]),
            "assign: variable \"variable\" is float32 (2,), received float32 (3,); slice,"
                + " tile or broadcast it to that shape"),
        mistake(
            "segments in a graph",
            () ->
                Graph.trace(
                    in -> List.of(Segments.segmentSum(x(3), in.getFirst())),
                    List.of(new TensorSpec(DType.INT32, Shape.of(3)))),
            "segmentSum: the ids must be known, since the last one says how many segments"
                + " there are; use unsortedSegmentSum(data, ids, numSegments):"
                + " Tensor(\"Input:0\", shape=(3,), dtype=int32) has no value while its function"
                + " is being traced without arguments, or as a part of a graph; use cond,"
                + " switchCase, whileLoop or scan, or call the function with arguments"),
        mistake(
            "a tape opened late",
            () -> {
              Variable w = Variable.of(2f);
              Tensor loss = w.mul(3);
              try (GradientTape tape = new GradientTape()) {
                optimizer.applyGradients(tape.gradient(loss, List.of(w)), List.of(w));
              }
            },
            "applyGradients: variable \"variable\" has no gradient: it was not used while"
                + " the tape was recording; what was read from it before is a constant; use it in"
                + " the model, or leave it out of the list"),
        mistake(
            "a tape opened late, one gradient",
            () -> {
              Variable w = Variable.of(2f);
              Tensor loss = w.mul(3);
              try (GradientTape tape = new GradientTape()) {
                w.assignSub(tape.gradient(loss, w).mul(0.1f));
              }
            },
            "GradientTape.gradient: the tape has recorded nothing; compute the target"
                + " while it is open, on its thread: try (GradientTape tape = ..) { loss = ..;"
                + " tape.gradient(loss, ..) }"));
  }

  private static Arguments.ArgumentSet mistake(String name, Executable program, String message) {
    return argumentSet(name, program, message);
  }

  @ParameterizedTest
  @MethodSource({"batches", "labels", "images", "nulls", "others"})
  void mistakesAreExplained(Executable program, String message) {
    RuntimeException error = assertThrows(RuntimeException.class, program);
    assertEquals(message, error.getMessage());
  }
}
