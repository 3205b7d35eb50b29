package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Gradients of a batch's loss with the variables that they are for, in the same order.
 *
 * @param gradients one for each variable; null where the loss does not depend on it
 * @param variables the variables, those that training changes
 */
public record GradientsAndVariables(List<Tensor> gradients, List<Variable> variables) {}
