package dev.tapedeck.examples;

import static dev.tapedeck.ops.pointwise.Maths.square;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.tensor.Tensor;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Gradient descent on a plain tensor with a line search: the rate is halved while the value is too
 * large.
 */
public final class LineSearch {
  private LineSearch() {}

  /** Minimizes {@code (x - 2)^2} from x = 10, with an initial rate that overshoots. */
  public static void main(String[] args) {
    UnaryOperator<Tensor> f = x -> square(x.sub(2));
    Tensor x = Tensor.of(10f);
    for (int i = 0; i < 15; i++) {
      x = step(f, x, 3);
      System.out.printf(Locale.ROOT, "x = %.4f, f(x) = %.4f%n", x.item(), f.apply(x).item());
    }
  }

  static Tensor step(UnaryOperator<Tensor> f, Tensor start, double firstRate) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(start);
      Tensor value = f.apply(start);
      Tensor gradient = tape.gradient(value, start);
      double rate = firstRate;
      Tensor end = start.sub(gradient.mul(rate));
      while (f.apply(end).greater(value).toBoolean()) {
        rate /= 2;
        System.out.printf(Locale.ROOT, "rate %.2f%n", rate);
        end = start.sub(gradient.mul(rate));
      }
      return end;
    }
  }
}
