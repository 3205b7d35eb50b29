package dev.tapedeck.cli;

import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.MaxPool2D;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.summaries.TensorBoard;
import dev.tapedeck.tensor.Device;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Losses;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tapedeck train mnist}: a classifier of handwritten digits. */
@Command(
    name = "mnist",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Trains a classifier of handwritten digits.")
final class TrainMnist implements Callable<Integer> {
  private static final int EVALUATION_BATCH = 1000;

  /** The architectures. */
  @SuppressWarnings("ImmutableEnumChecker") // suppliers of new models
  enum Architecture {
    MLP(() -> new Sequential(new Flatten(), new Dense(128, Activations::relu), new Dense(10))),
    CNN(
        () ->
            new Sequential(
                new Conv2D(32, 3, Activations::relu),
                new MaxPool2D(),
                new Conv2D(64, 3, Activations::relu),
                new MaxPool2D(),
                new Flatten(),
                new Dense(10)));

    private final Supplier<Model> maker;

    Architecture(Supplier<Model> maker) {
      this.maker = maker;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The optimizers. */
  @SuppressWarnings("ImmutableEnumChecker") // constructors
  enum Algorithm {
    ADAM(Adam::new),
    SGD(SGD::new);

    private final DoubleFunction<Optimizer> maker;

    Algorithm(DoubleFunction<Optimizer> maker) {
      this.maker = maker;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "mlp|cnn", description = "The architecture.")
  private Architecture architecture = Architecture.MLP;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
  private int epochs = 5;

  @Option(names = "--batch-size", paramLabel = "N", description = "Images a training step.")
  private int batchSize = 128;

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "Size of a step.")
  private double learningRate = 0.001;

  @Option(names = "--optimizer", paramLabel = "adam|sgd", description = "How steps are taken.")
  private Algorithm algorithm = Algorithm.ADAM;

  @Option(names = "--seed", paramLabel = "N", description = "Determines all that is random.")
  private long seed = 0;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use only the first N training and test images.")
  private Integer limit;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Read the four IDX files from a folder, in place of the images shipped.")
  private Path data;

  @Option(names = "--logdir", paramLabel = "DIR", description = "Write logs for TensorBoard.")
  private Path logdir;

  @Option(names = "--device", paramLabel = "cpu|gpu:N", description = "Where to compute.")
  private String device = "cpu";

  @Option(
      names = "--verbose",
      paramLabel = "0|1|2",
      description = "Print nothing, a progress bar where there is a terminal, or a line an epoch.")
  private int verbose = 1;

  @Option(
      names = "--metrics-json",
      paramLabel = "FILE",
      description = "Write the results of every epoch, and of the test, as JSON.")
  private Path metricsJson;

  @Override
  public Integer call() {
    check();
    MetricsFile results = metricsJson == null ? null : MetricsFile.reserve(metricsJson);
    device().use();
    RandomKey.seed(seed);
    Pipeline train = Pipeline.of(data == null ? Mnist.train() : Mnist.train(data));
    Pipeline test = Pipeline.of(data == null ? Mnist.test() : Mnist.test(data));
    if (limit != null) {
      train = train.take(limit);
      test = test.take(limit);
    }
    Pipeline testBatches = test.batch(EVALUATION_BATCH);
    Pipeline trainBatches = train.shuffle((int) train.cardinality(), seed).batch(batchSize);

    Model model = architecture.maker.get();
    model.compile(
        algorithm.maker.apply(learningRate),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    FitOptions options = FitOptions.epochs(epochs).validation(testBatches).verbosity(verbosity());
    EpochTimes times = new EpochTimes();
    options = options.callback(times);
    if (logdir != null) {
      options = options.callback(new TensorBoard(logdir));
    }
    try (Interruption interruption = new Interruption(model)) {
      model.fit(trainBatches, options);
      if (model.isStopping()) {
        spec.commandLine().getErr().println("tapedeck: interrupted; the training ended early");
        return Interruption.EXIT_CODE;
      }
    }
    Map<String, Double> tested = model.evaluate(testBatches);
    if (verbose > 0) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "Test loss: %.4f, test accuracy: %.4f%n",
          tested.get("loss"),
          tested.get("accuracy"));
    }
    if (results != null) {
      results.write(times.epochs(), tested);
    }
    Train.requireFinite(tested.get("loss"));
    return 0;
  }

  private void check() {
    Train.requirePositive(spec, "--epochs", epochs);
    Train.requirePositive(spec, "--batch-size", batchSize);
    Train.requirePositive(spec, "--learning-rate", learningRate);
    if (limit != null) {
      Train.requirePositive(spec, "--limit", limit);
    }
    if (verbose < 0 || verbose > 2) {
      throw new ParameterException(
          spec.commandLine(), "--verbose must be 0, 1 or 2, received " + verbose);
    }
  }

  private Device device() {
    try {
      return Device.parse(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  private Verbosity verbosity() {
    return switch (verbose) {
      case 0 -> Verbosity.SILENT;
      case 1 -> Verbosity.AUTO;
      default -> Verbosity.LINES;
    };
  }
}
