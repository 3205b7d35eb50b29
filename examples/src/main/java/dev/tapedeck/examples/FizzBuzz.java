package dev.tapedeck.examples;

import static dev.tapedeck.ops.pointwise.Maths.mod;

import dev.tapedeck.tensor.Tensor;

/** Java's control flow over eager tensors, which have values as soon as they are computed. */
public final class FizzBuzz {
  private FizzBuzz() {}

  /** Prints the numbers up to 15. */
  public static void main(String[] args) {
    fizzbuzz(15);
  }

  static void fizzbuzz(int max) {
    Tensor counter = Tensor.of(0);
    for (int i = 1; i <= max; i++) {
      Tensor number = Tensor.of(i);
      if (mod(number, 3).equal(0).toBoolean() && mod(number, 5).equal(0).toBoolean()) {
        System.out.println("FizzBuzz");
      } else if (mod(number, 3).equal(0).toBoolean()) {
        System.out.println("Fizz");
      } else if (mod(number, 5).equal(0).toBoolean()) {
        System.out.println("Buzz");
      } else {
        System.out.println((int) number.item());
      }
      counter = counter.add(1);
    }
    System.out.println(counter);
  }
}
