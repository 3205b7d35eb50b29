package dev.tapedeck.examples;

import static dev.tapedeck.ops.pointwise.Maths.square;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/** Linear regression of 1,000 points around 3x + 2 with only a gradient tape. */
public final class LinearByHand {
  private static final int STEPS = 200;
  private static final double LEARNING_RATE = 0.01;

  private LinearByHand() {}

  /** Prints the loss as it falls, and the line that was found. */
  public static void main(String[] args) {
    Tensor x = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 1000);
    Tensor noise = Randoms.normal(RandomKey.of(2), DType.FLOAT32, 0, 1, 1000);
    Tensor y = x.mul(3).add(2).add(noise);
    Variable w = Variable.of(5f, "w");
    Variable b = Variable.of(10f, "b");
    for (int step = 0; step < STEPS; step++) {
      try (GradientTape tape = new GradientTape()) {
        Tensor loss = square(x.mul(w).add(b).sub(y)).mean();
        List<Tensor> gradients = tape.gradient(loss, List.of(w, b));
        w.assignSub(gradients.get(0).mul(LEARNING_RATE));
        b.assignSub(gradients.get(1).mul(LEARNING_RATE));
        if (step % 20 == 0) {
          System.out.printf(Locale.ROOT, "Loss at step %03d: %.3f%n", step, loss.item());
        }
      }
    }
    System.out.printf(Locale.ROOT, "W = %.2f, B = %.2f%n", w.value().item(), b.value().item());
  }
}
