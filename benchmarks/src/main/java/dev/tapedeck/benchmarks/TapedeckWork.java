package dev.tapedeck.benchmarks;

import static dev.tapedeck.ops.neural.Softmax.softmax;
import static dev.tapedeck.ops.pointwise.Maths.exp;
import static dev.tapedeck.ops.pointwise.Maths.square;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.AttentionInputs;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.GlobalAveragePooling1D;
import dev.tapedeck.layers.LSTM;
import dev.tapedeck.layers.LayerNormalization;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.MultiHeadAttention;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.AUC;
import dev.tapedeck.metrics.BinaryAccuracy;
import dev.tapedeck.metrics.Precision;
import dev.tapedeck.metrics.Recall;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.AdamW;
import dev.tapedeck.optim.Lion;
import dev.tapedeck.optim.RMSprop;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Main class of Tapedeck's worker process, which does one task in one way. */
final class TapedeckWork {
  /** Learning rate so small that training stands still, since progress would lead to denormals. */
  static final double LEARNING_RATE = 1e-9;

  static final int CLASSES = 10;

  private TapedeckWork() {}

  /** Runs the task {@code args[1]} in the way {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    RandomKey.seed(0);
    of(Way.valueOf(args[0]), Task.parse(args[1])).serve();
  }

  static Work of(Way way, Task task) {
    return switch (task.name()) {
      case "add", "exp", "softmax", "matmul" -> operation(task);
      case "linear" -> step(way, linear());
      case "adamw", "rmsprop", "lion", "momentum" -> step(way, update(task));
      default -> training(way, task);
    };
  }

  private static Work operation(Task task) {
    if (task.name().equals("matmul")) {
      Tensor a = Randoms.uniform(task.size(0), task.size(1));
      Tensor b = Randoms.uniform(task.size(1), task.size(2));
      return fresh(task, () -> a.matmul(b));
    }
    Tensor x = Randoms.uniform(task.shape());
    return switch (task.name()) {
      case "add" -> fresh(task, () -> x.add(x));
      case "exp" -> fresh(task, () -> exp(x));
      default -> fresh(task, () -> softmax(x));
    };
  }

  /** Returns work that releases its result at once, as Python's reference counting does. */
  private static Work fresh(Task task, Supplier<Tensor> operation) {
    return new Work(() -> operation.get().release(), 1, task.runs());
  }

  private static Work step(Way way, Supplier<Tensor> step) {
    Supplier<Tensor> chosen =
        way == Way.TRACED ? TracedFunction.<Tensor>of("step", step)::call : step;
    return new Work(
        () -> {
          try (Scope scope = new Scope()) {
            Tensor _ = chosen.get();
          }
        },
        1,
        1);
  }

  private static Supplier<Tensor> linear() {
    Tensor x = Randoms.normal(1000);
    Tensor y = x.mul(3).add(2);
    Variable w = Variable.of(5f);
    Variable b = Variable.of(10f);
    return () -> {
      try (GradientTape tape = new GradientTape()) {
        Tensor loss = square(x.mul(w).add(b).sub(y)).mean();
        List<Tensor> gradients = tape.gradient(loss, List.of(w, b));
        w.assignSub(gradients.get(0).mul(0));
        b.assignSub(gradients.get(1).mul(0));
        return loss;
      }
    };
  }

  /** Returns a step of an optimizer on ten variables. */
  private static Supplier<Tensor> update(Task task) {
    Optimizer optimizer =
        switch (task.name()) {
          case "adamw" -> new AdamW(LEARNING_RATE);
          case "rmsprop" -> new RMSprop(LEARNING_RATE);
          case "lion" -> new Lion(LEARNING_RATE);
          default -> new SGD(LEARNING_RATE, 0.9);
        };
    List<Variable> variables = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      variables.add(Variable.of(Randoms.normal(task.batch() / 10)));
      gradients.add(Randoms.normal(task.batch() / 10));
    }
    optimizer.build(variables);
    return () -> {
      optimizer.applyGradients(gradients, variables);
      return Tensor.of(0f);
    };
  }

  private static Metric[] metrics(Task task) {
    return switch (task.name()) {
      case "binary" -> new Metric[] {new BinaryAccuracy()};
      case "metrics" ->
          new Metric[] {new BinaryAccuracy(), new AUC(), new Precision(), new Recall()};
      default -> new Metric[] {new SparseCategoricalAccuracy("accuracy")};
    };
  }

  private static Work training(Way way, Task task) {
    Model model = model(task);
    Optimizer optimizer = new Adam(LEARNING_RATE);
    boolean binary = task.isOfTwoClasses();
    Loss loss =
        binary ? Losses.binaryCrossentropy() : Losses.sparseCategoricalCrossentropy().fromLogits();
    int count = way == Way.FIT ? task.batch() * task.batches() : task.batch();
    Tensor x = Randoms.uniform(task.inputs(count));
    Tensor y = Tensor.of(new Random(0).ints(count, 0, binary ? 2 : CLASSES).toArray(), count);
    y = binary ? y.reshape(-1, 1) : y;
    Tensor labels = y;
    if (way == Way.FIT) {
      model.compile(optimizer, loss, metrics(task));
      Pipeline batches = Pipeline.of(x, y).shuffle(count).batch(task.batch());
      FitOptions epoch = FitOptions.epochs(1).verbosity(Verbosity.SILENT);
      return new Work(() -> model.fit(batches, epoch), task.batches(), 1);
    }
    return step(
        way,
        () -> {
          try (GradientTape tape = new GradientTape()) {
            Tensor value = loss.of(labels, model.apply(x, true));
            List<Variable> variables = model.trainableVariables();
            optimizer.applyGradients(tape.gradient(value, variables), variables);
            return value;
          }
        });
  }

  private static Model model(Task task) {
    List<Layer> layers = new ArrayList<>();
    if (task.name().equals("lstm")) {
      return new Sequential(new LSTM(128), new Dense(CLASSES));
    } else if (task.name().equals("transformer")) {
      return new Sequential(new Encoder(), new GlobalAveragePooling1D(), new Dense(CLASSES));
    } else if (task.isOfTwoClasses()) {
      return new Sequential(
          new Dense(task.width(), Activations::relu), new Dense(1, Activations::sigmoid));
    }
    if (task.isConvolutional()) {
      layers.add(new Conv2D(32, 3, Activations::relu));
      layers.add(new MaxPooling2D());
      layers.add(new Conv2D(64, 3, Activations::relu));
      layers.add(new MaxPooling2D());
      layers.add(new Flatten());
    }
    for (int i = 0; i < task.depth(); i++) {
      layers.add(new Dense(task.width(), Activations::relu));
    }
    layers.add(new Dense(CLASSES));
    return new Sequential(layers.toArray(Layer[]::new));
  }

  /** A transformer's encoder. */
  private static final class Encoder extends Layer {
    private final MultiHeadAttention attention = new MultiHeadAttention(4, 32);
    private final LayerNormalization attended = new LayerNormalization();
    private final Dense wide = new Dense(512, Activations::relu);
    private final Dense narrow = new Dense(128);
    private final LayerNormalization result = new LayerNormalization();

    @Override
    protected Tensor call(Tensor x) {
      Tensor y = attended.apply(x.add(attention.apply(AttentionInputs.of(x, x))));
      return result.apply(y.add(narrow.apply(wide.apply(y))));
    }
  }
}
