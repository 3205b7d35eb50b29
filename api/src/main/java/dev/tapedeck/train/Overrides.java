package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The methods of a model's training that a subclass may override. */
record Overrides<O>(
    Function<Example, Map<String, Tensor>> trainStep,
    Function<Example, Map<String, Tensor>> testStep,
    Function<Example, GradientsAndVariables> computeGradients,
    Consumer<GradientsAndVariables> applyGradients,
    BiFunction<Example, O, Tensor> computeLoss) {
  /** Returns whether a class of models trains by other steps than those of {@link Model}. */
  static boolean changeTraining(Class<?> model) {
    return change(model, Set.of("trainStep", "computeGradients", "applyGradients"));
  }

  /** Returns whether a class of models overrides one of these methods. */
  static boolean change(Class<?> model, Set<String> methods) {
    return Stream.<Class<?>>iterate(
            model, c -> c != Model.class && c != ModelOf.class, Class::getSuperclass)
        .flatMap(c -> Stream.of(c.getDeclaredMethods()))
        .anyMatch(method -> methods.contains(method.getName()));
  }
}
