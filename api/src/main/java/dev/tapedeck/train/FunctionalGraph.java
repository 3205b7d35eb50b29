package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The calls between inputs and outputs of a functional model, in the order in which they run.
 *
 * @param <I> structure of the inputs
 * @param <O> structure of the outputs
 */
final class FunctionalGraph<I, O> {
  private final I inputs;
  private final O outputs;
  private final List<SymbolicCall> calls;

  /**
   * Finds the calls.
   *
   * @throws IllegalArgumentException if an input or output is no symbol, or outputs depend on an
   *     input that is not given, or do not depend on one that is
   */
  FunctionalGraph(I inputs, O outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    Set<Tensor> given = symbols("input", inputs);
    Set<Tensor> used = new HashSet<>();
    Set<SymbolicCall> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Tensor> open = new ArrayDeque<>(symbols("output", outputs));
    while (!open.isEmpty()) {
      Tensor tensor = open.pop();
      if (given.contains(tensor)) {
        used.add(tensor);
      } else if (!(tensor instanceof EagerTensor)) {
        SymbolicCall call = requireCall("output", tensor);
        if (call instanceof SymbolicCall.OfInput missing) {
          throw Refusal.of(
              "Model.of",
              "needs every input that the outputs depend on",
              "inputs without \"" + missing.name() + "\"",
              "give that input as well");
        }
        if (found.add(call)) {
          open.addAll(call.inputs());
        }
      }
    }
    for (Tensor input : given) {
      if (!used.contains(input)) {
        throw Refusal.of(
            "Model.of",
            "needs outputs that depend on each input",
            "an input that none depends on, " + input,
            "leave it out, or connect it");
      }
    }
    calls = found.stream().sorted(Comparator.comparingLong(SymbolicCall::number)).toList();
  }

  private static Set<Tensor> symbols(String what, Object values) {
    List<Tensor> tensors = TensorTree.tensorsOf(values);
    tensors.forEach(tensor -> requireCall(what, tensor));
    Set<Tensor> distinct = new HashSet<>(tensors);
    if (tensors.isEmpty() || (what.equals("input") && distinct.size() < tensors.size())) {
      throw Refusal.of(
          "Model.of",
          "needs distinct " + what + "s",
          TensorTree.describe(values),
          "give each once");
    }
    return distinct;
  }

  private static SymbolicCall requireCall(String what, Tensor tensor) {
    SymbolicCall call = SymbolicCall.of(tensor);
    if (call == null) {
      throw Refusal.of(
          "Model.of",
          "needs symbols, made by Input.of and what layers and ops return for them, as each "
              + what,
          tensor instanceof EagerTensor ? "a tensor with values " + tensor.spec() : tensor,
          "compute it from Input.of(..)");
    }
    return call;
  }

  I inputs() {
    return inputs;
  }

  O outputs() {
    return outputs;
  }

  List<SymbolicCall> calls() {
    return calls;
  }

  /** Returns the outputs for values of the inputs. */
  O run(I values) {
    Map<Tensor, Tensor> known = new HashMap<>();
    put(known, TensorTree.tensorsOf(inputs), inStructure(values));
    for (SymbolicCall call : calls) {
      put(known, call.outputs(), call.run(known::get));
    }
    return TensorTree.map(outputs, known::get);
  }

  /** Returns the tensors of values, after a check that they have the structure of the inputs. */
  private List<Tensor> inStructure(I values) {
    List<Tensor> tensors = new ArrayList<>();
    TensorTree given = TensorTree.of(values, tensors);
    TensorTree expected = TensorTree.of(inputs, new ArrayList<>());
    List<TensorSpec> specs = given.specs();
    if (specs.size() != expected.specs().size() || !expected.with(specs.iterator()).equals(given)) {
      throw Refusal.of(
          "model", "needs " + expected, given, "give it the structure it was made with");
    }
    return tensors;
  }

  private static void put(
      Map<Tensor, Tensor> known, List<? extends Tensor> symbols, List<Tensor> values) {
    for (int i = 0; i < symbols.size(); i++) {
      known.put(symbols.get(i), values.get(i));
    }
  }

  /** Returns the layers in the order of their first calls, and the variables that ops read. */
  Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    NumberedNames names = new NumberedNames();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (SymbolicCall call : calls) {
      if (call instanceof SymbolicCall.OfLayer<?, ?> of && seen.add(of.layer())) {
        parts.put(names.of(LayerNames.held(of.layer())), of.layer());
      }
      for (Variable variable : call.variables()) {
        if (seen.add(variable)) {
          parts.put(names.of(variable.name()), variable);
        }
      }
    }
    return parts;
  }

  /** Returns a graph of the same calls, of copies of the layers; ops read the same variables. */
  FunctionalGraph<I, O> copy() {
    Map<AbstractLayer<?, ?>, AbstractLayer<?, ?>> copies = new IdentityHashMap<>();
    Map<Tensor, Tensor> known = new HashMap<>();
    I newInputs = TensorTree.map(inputs, FunctionalGraph::likeInput);
    put(known, TensorTree.tensorsOf(inputs), TensorTree.tensorsOf(newInputs));
    for (SymbolicCall call : calls) {
      put(known, call.outputs(), call.runWithCopies(known::get, copies));
    }
    return new FunctionalGraph<>(newInputs, TensorTree.map(outputs, known::get));
  }

  private static Tensor likeInput(Tensor input) {
    String name = SymbolicCall.of(input) instanceof SymbolicCall.OfInput of ? of.name() : "input";
    return Input.of(name, input.spec());
  }
}
