package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** The methods of a model's training that a subclass may override. */
record Overrides<O>(
    Function<Example, Map<String, Tensor>> trainStep,
    Function<Example, Map<String, Tensor>> testStep,
    Function<Example, GradientsAndVariables> computeGradients,
    Consumer<GradientsAndVariables> applyGradients,
    BiFunction<Example, O, Tensor> computeLoss) {}
