package dev.tapedeck.checkpoint;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A program that has a saved function, and none of the classes that made it. */
final class RunSavedFunction {
  private RunSavedFunction() {}

  /** Runs the function of a file, and prints what it gives, then gradients of its variables. */
  public static void main(String[] arguments) {
    SavedFunction saved = SavedFunction.load(Path.of(arguments[0]));
    Tensor x = Tensor.of(new float[][] {{1, -2, 3}, {0.5f, 4, -1}});
    System.out.println(saved);
    System.out.println(logits(saved, x));
    List<Variable> variables = saved.trainableVariables();
    try (GradientTape tape = new GradientTape()) {
      Tensor loss = Maths.square(((Map<?, ?>) saved.call(x)).get("logits")).mean();
      for (Tensor gradient : tape.gradient(loss, variables)) {
        System.out.println(Arrays.toString(gradient.toFloatArray()));
      }
    }
    variables.forEach(variable -> variable.assign(0));
    System.out.println(logits(saved, x));
  }

  private static String logits(SavedFunction saved, Tensor x) {
    Tensor logits = (Tensor) ((Map<?, ?>) saved.call(x)).get("logits");
    return Arrays.toString(logits.toFloatArray());
  }
}
