package dev.tapedeck.examples;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Times the same Java methods run eagerly and as graphs; the argument is the time for each in
 * seconds.
 */
public final class TracedSpeed {
  private TracedSpeed() {}

  /** Prints a line each for a dense net, a small convolutional one and a function with a loop. */
  public static void main(String[] args) {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 2;
    Model dense = new Sequential(new Dense(32, Activations::relu), new Dense(10));
    Model conv =
        new Sequential(
            new Conv2D(8, 3, Activations::relu), new MaxPooling2D(), new Flatten(), new Dense(10));
    System.out.printf(
        Locale.ROOT, "%-28s %12s %12s %9s%n", "", "eager us", "traced us", "speed-up");
    compare("dense net, call", dense::apply, Randoms.normal(32, 64), seconds);
    compare("dense net, training step", training(dense), Randoms.normal(32, 64), seconds);
    compare("conv net, call", conv::apply, Randoms.normal(4, 12, 12, 1), seconds);
    compare("conv net, training step", training(conv), Randoms.normal(4, 12, 12, 1), seconds);
    compare("loop of 100 small ops", TracedSpeed::loop, Randoms.normal(10), seconds);
  }

  private static UnaryOperator<Tensor> training(Model model) {
    Optimizer optimizer = new SGD(1e-4);
    return x -> {
      try (GradientTape tape = new GradientTape()) {
        Tensor loss = Maths.square(model.apply(x, true)).mean();
        optimizer.applyGradients(
            tape.gradient(loss, model.trainableVariables()), model.trainableVariables());
        return loss;
      }
    };
  }

  private static Tensor loop(Tensor x) {
    Tensor y = x;
    for (int i = 0; i < 50; i++) {
      y = y.mul(0.99f).add(x);
    }
    return y;
  }

  private static void compare(String name, UnaryOperator<Tensor> f, Tensor x, double seconds) {
    TracedFunction<Tensor> traced = TracedFunction.of("f", (Tensor t) -> f.apply(t));
    double eager = Double.MAX_VALUE;
    double graph = Double.MAX_VALUE;
    for (int turn = 0; turn < 4; turn++) {
      eager = Math.min(eager, microseconds(f, x, seconds / 8));
      graph = Math.min(graph, microseconds(t -> traced.call(t), x, seconds / 8));
    }
    System.out.printf(
        Locale.ROOT, "%-28s %12.1f %12.1f %8.1fx%n", name, eager, graph, eager / graph);
  }

  private static double microseconds(UnaryOperator<Tensor> f, Tensor x, double seconds) {
    long start = System.nanoTime();
    long calls = 0;
    while (System.nanoTime() - start < seconds * 1e9) {
      try (Scope scope = new Scope()) {
        scope.keep(f.apply(x)).release();
        calls++;
      }
    }
    return (System.nanoTime() - start) / 1e3 / calls;
  }
}
