package dev.tapedeck.examples;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.Locale;

/** Minimizes {@code abs(3 * x - 6)} from x = 20 by gradient descent with rate 1. */
public final class Descent {
  private Descent() {}

  /** Prints every x and gradient. */
  public static void main(String[] args) {
    Tensor a = Tensor.of(3f);
    Tensor b = Tensor.of(6f);
    Variable x = Variable.of(20f, "x");
    while (true) {
      try (GradientTape tape = new GradientTape()) {
        Tensor loss = a.mul(x).sub(b).abs();
        Tensor dx = tape.gradient(loss, x);
        System.out.printf(Locale.ROOT, "X = %.2f, dX = %.6f%n", x.value().item(), dx.item());
        if (dx.item() == 0) {
          return;
        }
        x.assignSub(dx);
      }
    }
  }
}
