package dev.tapedeck.cli;

import dev.tapedeck.callbacks.EarlyStopping;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.summaries.Report;
import dev.tapedeck.tensor.Device;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Model;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck train mnist}, which trains a classifier of handwritten digits. */
@Command(
    name = "mnist",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Trains a classifier of handwritten digits.")
final class TrainMnist implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "mlp|cnn", description = "The architecture.")
  private Architecture architecture = Architecture.MLP;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
  private int epochs = 5;

  @Option(names = "--batch-size", paramLabel = "N", description = "Images a training step.")
  private int batchSize = 128;

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "Size of a step.")
  private double learningRate = 0.001;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "How steps are taken: ${COMPLETION-CANDIDATES}.")
  private Algorithm algorithm = Algorithm.ADAM;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description = "How the learning rate changes over all steps: ${COMPLETION-CANDIDATES}.")
  private Schedule schedule = Schedule.CONSTANT;

  @Option(
      names = "--early-stopping",
      paramLabel = "N",
      description =
          "End after N epochs without a lower loss of the test images, with the best weights.")
  private Integer earlyStopping;

  @Option(names = "--seed", paramLabel = "N", description = "Determines all that is random.")
  private long seed = 0;

  @Mixin private final Workers workers = new Workers();
  @Mixin private MnistData data;
  @Mixin private final TrainingFolder checkpoints = new TrainingFolder();
  @Mixin private final KerasTraining keras = new KerasTraining();

  @Option(names = "--logdir", paramLabel = "DIR", description = "Write logs for TensorBoard.")
  private Path logdir;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Write a page with curves, the confusion matrix and the worst examples.")
  private Path report;

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
      description = "Write the results of every epoch that is run, and of the test, as JSON.")
  private Path metricsJson;

  @Override
  public Integer call() {
    check();
    try (checkpoints) {
      return train();
    }
  }

  private int train() {
    JsonFile results = metricsJson == null ? null : JsonFile.reserve("--metrics-json", metricsJson);
    device().use();
    RandomKey.seed(seed);
    MnistData.Used images = data.read();
    Pipeline train = data.train(images.train);
    train = train.shuffle((int) train.cardinality(), seed).batch(batchSize).prefetch(2);
    Pipeline test = data.test(images.test);

    long steps = epochs * train.cardinality();
    Model model = keras.read(images.dimensions).orElseGet(() -> create(images.dimensions, steps));
    keras.requireWritable(model);
    FitOptions options = FitOptions.epochs(epochs).validation(test).verbosity(verbosity());
    EpochTimes times = new EpochTimes();
    options = options.callback(times);
    if (checkpoints.isUsed()) {
      options = options.callback(checkpoints.open(options(), images));
    }
    if (earlyStopping != null) {
      options =
          options.callback(new EarlyStopping().patience(earlyStopping).restoreBestWeights(true));
    }
    if (report != null) {
      options = options.callback(report(test));
    }
    if (logdir != null) {
      options = MnistLogs.addTo(options, logdir, settings(), test);
    }
    try (Interruption interruption = new Interruption(model)) {
      workers.fit(model, train, data.shards(batchSize), options);
      if (interruption.isInterrupted()) {
        spec.commandLine()
            .getErr()
            .println(
                "tapedeck: interrupted; the training ended early"
                    + (checkpoints.isUsed() ? " and is saved; --resume goes on with it" : ""));
        return Interruption.EXIT_CODE;
      }
    }
    Map<String, Double> tested = model.evaluate(test);
    if (verbose > 0) {
      PrintWriter out = spec.commandLine().getOut();
      if (times.epochs().isEmpty()) {
        out.printf(
            Locale.ROOT,
            "The training was finished, with %d epochs; more --epochs go on with it%n",
            model.progress().epoch());
      }
      out.printf(Locale.ROOT, "Test loss: %.4f", tested.get("loss"));
      tested.forEach(
          (name, value) -> {
            if (!name.equals("loss")) {
              out.printf(Locale.ROOT, ", test %s: %.4f", PlainText.oneLine(name), value);
            }
          });
      out.println();
    }
    if (results != null) {
      Map<String, Object> content = new LinkedHashMap<>();
      content.put("epochs", times.epochs());
      content.put("test", tested);
      results.write(content);
    }
    Train.requireFinite(tested.get("loss"));
    keras.write(model);
    return 0;
  }

  private Model create(Dimensions dimensions, long steps) {
    Model model = architecture.create(dimensions);
    model.compile(
        algorithm.optimizer(schedule.of(learningRate, steps)),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    return model;
  }

  private Report report(Pipeline test) {
    try {
      return new Report(report).title("Handwritten digits").settings(settings()).examples(test);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--report: " + e.getMessage(), e);
    }
  }

  /** Returns the options that determine the training's results, except its length and data. */
  private Map<String, Object> options() {
    Map<String, Object> options = new LinkedHashMap<>();
    if (keras.from().isPresent()) {
      options.put("from", keras.from().get().toString());
    } else {
      options.put("model", architecture.toString());
      options.put("optimizer", algorithm.toString());
      options.put("learning-rate", learningRate);
    }
    if (schedule != Schedule.CONSTANT) { // whose length is that of the training
      options.put("schedule", schedule + " over " + epochs + " epochs");
    }
    if (earlyStopping != null) {
      options.put("early-stopping", earlyStopping);
    }
    options.put("batch-size", batchSize);
    workers.addTo(options);
    options.put("seed", seed);
    return options;
  }

  /** Returns the options and the data, for people. */
  private Map<String, Object> settings() {
    Map<String, Object> settings = options();
    settings.put("data", data.description());
    return settings;
  }

  private void check() {
    Train.requirePositive(spec, "--epochs", epochs);
    Train.requirePositive(spec, "--batch-size", batchSize);
    Train.requirePositive(spec, "--learning-rate", learningRate);
    if (earlyStopping != null) {
      Train.requirePositive(spec, "--early-stopping", earlyStopping);
    }
    workers.check(batchSize);
    data.check();
    checkpoints.check();
    keras.check();
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
