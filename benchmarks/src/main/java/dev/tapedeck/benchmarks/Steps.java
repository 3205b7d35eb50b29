package dev.tapedeck.benchmarks;

import static java.util.Map.entry;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.AdamW;
import dev.tapedeck.optim.Lion;
import dev.tapedeck.optim.RMSprop;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The steps without a net, by name: a regression's, and those of optimizers alone. */
final class Steps {
  private static final double RATE = TapedeckWork.LEARNING_RATE;

  private static final Map<String, Function<Task, Supplier<Tensor>>> ALL =
      Map.ofEntries(
          entry("linear", _ -> linear()),
          entry("adamw", task -> update(task, new AdamW(RATE))),
          entry("rmsprop", task -> update(task, new RMSprop(RATE))),
          entry("lion", task -> update(task, new Lion(RATE))),
          entry("momentum", task -> update(task, new SGD(RATE, 0.9))));

  private Steps() {}

  static boolean has(String name) {
    return ALL.containsKey(name);
  }

  static Supplier<Tensor> of(Task task) {
    return ALL.get(task.name()).apply(task);
  }

  private static Supplier<Tensor> linear() {
    Tensor x = Randoms.normal(1000);
    Tensor y = x.mul(3).add(2);
    Variable w = Variable.of(5f);
    Variable b = Variable.of(10f);
    return () -> {
      try (GradientTape tape = new GradientTape()) {
        Tensor loss = Maths.square(x.mul(w).add(b).sub(y)).mean();
        List<Tensor> gradients = tape.gradient(loss, List.of(w, b));
        w.assignSub(gradients.get(0).mul(0));
        b.assignSub(gradients.get(1).mul(0));
        return loss;
      }
    };
  }

  /** Returns an optimizer's step on ten variables. */
  private static Supplier<Tensor> update(Task task, Optimizer optimizer) {
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
}
