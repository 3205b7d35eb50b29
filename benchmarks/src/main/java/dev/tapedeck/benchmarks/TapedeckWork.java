package dev.tapedeck.benchmarks;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.EvaluateOptions;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Main class of Tapedeck's worker process, which does one task in one way. */
final class TapedeckWork {
  /** Learning rate so small that training stands still, since progress would lead to denormals. */
  static final double LEARNING_RATE = 1e-9;

  private TapedeckWork() {}

  /**
   * Serves the task {@code args[1]} in the way {@code args[0]}; with a third word, runs it once, or
   * for many callers, or measures its parts.
   */
  public static void main(String[] args) throws IOException {
    RandomKey.seed(0);
    Task task = Task.parse(args[1]);
    Way way = Way.valueOf(args[0]);
    switch (args.length == 2 ? "" : args[2]) {
      case "" -> of(way, task).serve();
      case Callers.WORD -> Callers.run(of(way, task).body());
      case StepParts.WORD -> StepParts.print(task);
      case NetworkParts.WORD -> NetworkParts.print(task);
      case ShardedFit.WORD ->
          ShardedFit.print(task, ShardedFit.Kind.valueOf(args[3]), Integer.parseInt(args[4]));
      default -> of(way, task).body().run();
    }
  }

  static Work of(Way way, Task task) {
    if (Operations.has(task.name())) {
      return operation(task);
    }
    return Steps.has(task.name()) ? step(way, Steps.of(task)) : net(way, task, Nets.of(task));
  }

  /** Returns work that releases its results at once, as Python's reference counting does. */
  private static Work operation(Task task) {
    Supplier<Object> operation = Operations.of(task);
    if (task.runs() == 1) {
      return new Work(scoped(operation), 1, 1);
    }
    // A scope costs more than the sum of four numbers.
    return new Work(() -> release(operation.get()), 1, task.runs());
  }

  private static void release(Object result) {
    if (result instanceof Tensor tensor) {
      tensor.release();
    }
  }

  private static Runnable scoped(Supplier<?> step) {
    return () -> {
      try (Scope scope = new Scope()) {
        Object _ = step.get();
      }
    };
  }

  private static Work step(Way way, Supplier<Tensor> step) {
    return new Work(
        scoped(way == Way.TRACED ? TracedFunction.<Tensor>of("step", step)::call : step), 1, 1);
  }

  private static Work net(Way way, Task task, Net net) {
    return switch (way) {
      case FIT -> fit(task, net);
      case PREDICT -> predict(task, net);
      case CALL -> call(task, net);
      default -> step(way, training(task, net));
    };
  }

  private static Work fit(Task task, Net net) {
    int batches = task.batches(net.batches());
    int count = task.batch() * batches;
    Model model = net.model();
    model.compile(new Adam(LEARNING_RATE), net.loss(), net.metrics().toArray(Metric[]::new));
    Pipeline data =
        Pipeline.of(net.inputs().apply(count), net.labels().apply(count))
            .shuffle(count)
            .batch(task.batch());
    FitOptions epoch = FitOptions.epochs(1).verbosity(Verbosity.SILENT);
    return new Work(() -> model.fit(data, epoch), batches, 1);
  }

  private static Work predict(Task task, Net net) {
    Tensor x = net.inputs().apply(task.batch());
    EvaluateOptions whole = new EvaluateOptions().batchSize(task.batch());
    return new Work(scoped(() -> net.model().predict(x, whole)), 1, 1);
  }

  private static Work call(Task task, Net net) {
    Tensor x = net.inputs().apply(task.batch());
    net.model().apply(x); // makes its variables
    TracedFunction<Tensor> function =
        TracedFunction.of("predict", (Tensor input) -> net.model().apply(input));
    return new Work(scoped(() -> function.call(x)), 1, 1);
  }

  private static Supplier<Tensor> training(Task task, Net net) {
    Tensor x = net.inputs().apply(task.batch());
    Tensor labels = net.labels().apply(task.batch());
    Model model = net.model();
    Optimizer optimizer = new Adam(LEARNING_RATE);
    return () -> {
      try (GradientTape tape = new GradientTape()) {
        Tensor value = net.loss().of(labels, model.apply(x, true));
        List<Variable> variables = model.trainableVariables();
        optimizer.applyGradients(tape.gradient(value, variables), variables);
        return value;
      }
    };
  }
}
