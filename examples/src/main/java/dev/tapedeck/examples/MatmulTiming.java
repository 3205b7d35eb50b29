package dev.tapedeck.examples;

import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Device;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.Locale;

/**
 * Times the product of a 1000 x 1000 matrix with itself on each device; the argument is the number
 * of runs.
 */
public final class MatmulTiming {
  private MatmulTiming() {}

  /** Prints a line for the CPU and one for the GPU. */
  public static void main(String[] args) {
    int times = args.length > 0 ? Integer.parseInt(args[0]) : 200;
    System.out.printf(Locale.ROOT, "CPU: %.3f s for %d products%n", measure(times), times);
    if (Device.gpus() > 0) {
      try (Device.Use gpu = Device.on("gpu:0")) {
        System.out.printf(Locale.ROOT, "GPU: %.3f s for %d products%n", measure(times), times);
      }
    } else {
      System.out.println("GPU: not found");
    }
  }

  private static double measure(int times) {
    try (Scope scope = new Scope()) {
      Tensor x = Randoms.uniform(1000, 1000);
      x.matmul(x); // warm-up
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) {
        x.matmul(x).release();
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
