package dev.tapedeck.examples;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.Tensor;

/** The same method called eagerly and as a traced function. */
public final class EagerAndTraced {
  private EagerAndTraced() {}

  /**
   * Prints the results of both, and the symbolic tensor that the method sees while it is traced.
   */
  public static void main(String[] args) {
    float[][] two = {{2}};
    System.out.println("eager:  " + twiceTheSquare(Tensor.of(two)));
    TracedFunction<Tensor> traced =
        TracedFunction.of("twiceTheSquare", EagerAndTraced::twiceTheSquare);
    System.out.println("traced: " + traced.call(Tensor.of(two)));

    TracedFunction<Tensor> add =
        TracedFunction.of(
            "add",
            (Tensor a, Tensor b) -> {
              Tensor sum = a.add(b);
              System.out.println("inside: " + sum);
              return sum;
            });
    System.out.println("sum:    " + add.call(new int[] {1, 2, 3}, new int[] {0, 0, 1}));
  }

  static Tensor twiceTheSquare(Tensor x) {
    return x.matmul(x).mul(2);
  }
}
