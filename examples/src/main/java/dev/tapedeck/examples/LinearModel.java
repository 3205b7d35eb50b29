package dev.tapedeck.examples;

import static dev.tapedeck.ops.pointwise.Maths.square;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import java.util.List;
import java.util.Locale;

/** The regression of {@link LinearByHand} with a model and an optimizer, which counts the steps. */
public final class LinearModel extends Model {
  private static final int STEPS = 300;

  private final Variable weight = Variable.of(5f, "weight");
  private final Variable bias = Variable.of(10f, "bias");

  private LinearModel() {}

  @Override
  protected Tensor call(Tensor x) {
    return x.mul(weight).add(bias);
  }

  /** Prints the loss as it falls, and the line that was found. */
  public static void main(String[] args) {
    Tensor x = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 1000);
    Tensor noise = Randoms.normal(RandomKey.of(2), DType.FLOAT32, 0, 1, 1000);
    Tensor y = x.mul(3).add(2).add(noise);
    LinearModel model = new LinearModel();
    Optimizer optimizer = new SGD(0.01);
    System.out.printf(Locale.ROOT, "Initial loss: %.3f%n", loss(model, x, y).item());
    while (optimizer.iterations().value().item() < STEPS) {
      try (GradientTape tape = new GradientTape()) {
        Tensor loss = loss(model, x, y);
        List<Variable> variables = model.trainableVariables();
        optimizer.applyGradients(tape.gradient(loss, variables), variables);
        long step = (long) optimizer.iterations().value().item();
        if (step % 20 == 0) {
          System.out.printf(Locale.ROOT, "Loss at step %03d: %.3f%n", step, loss.item());
        }
      }
    }
    System.out.printf(Locale.ROOT, "Final loss: %.3f%n", loss(model, x, y).item());
    System.out.println(model.namedVariables().keySet());
    System.out.printf(
        Locale.ROOT,
        "W = %.2f, B = %.2f%n",
        model.weight.value().item(),
        model.bias.value().item());
  }

  private static Tensor loss(LinearModel model, Tensor x, Tensor y) {
    return square(model.apply(x).sub(y)).mean();
  }
}
