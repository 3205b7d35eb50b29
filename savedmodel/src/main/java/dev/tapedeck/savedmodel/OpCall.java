package dev.tapedeck.savedmodel;

import dev.tapedeck.function.OpDescription;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;

/**
 * A call of an op, of which a row writes TensorFlow's nodes.
 *
 * @param op the op's name in files, and its attributes
 * @param inputs what it is called with
 * @param outputs types and shapes of what it gives
 * @param used which outputs something uses
 * @param emitter writer of nodes
 */
record OpCall(
    OpDescription op,
    List<Value> inputs,
    List<TensorSpec> outputs,
    List<Boolean> used,
    Emitter emitter) {
  Value input() {
    return inputs.getFirst();
  }

  Value input(int number) {
    return inputs.get(number);
  }

  Value[] all() {
    return inputs.toArray(Value[]::new);
  }

  TensorSpec output() {
    return outputs.getFirst();
  }

  Shape shape() {
    return output().shape();
  }

  DType dtype() {
    return output().dtype();
  }

  /** Returns an attribute. */
  <T> T attribute(String name, Class<T> type) {
    return type.cast(op.attributes().get(name));
  }

  int number(String name) {
    return attribute(name, Integer.class);
  }

  boolean flag(String name) {
    return attribute(name, Boolean.class);
  }
}
