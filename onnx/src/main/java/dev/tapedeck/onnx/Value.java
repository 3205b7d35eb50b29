package dev.tapedeck.onnx;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;

/**
 * A tensor of an ONNX graph: an input, a constant, or the output of a node. Values are equal by
 * identity.
 */
final class Value {
  private final String name;
  private final TensorSpec spec;
  private final EagerTensor constant;

  private Value(String name, TensorSpec spec, EagerTensor constant) {
    this.name = name;
    this.spec = spec;
    this.constant = constant;
  }

  /** Makes an input. */
  static Value input(String name, TensorSpec spec) {
    return new Value(name, spec, null);
  }

  /** Makes a constant; constants of one name get numbers in the file. */
  static Value constant(String name, EagerTensor tensor) {
    return new Value(name, tensor.spec(), tensor);
  }

  /** Makes the output of a node, which names it. */
  static Value output(TensorSpec spec) {
    return new Value(null, spec, null);
  }

  /** Returns the name that it was given; null for the output of a node. */
  String name() {
    return name;
  }

  TensorSpec spec() {
    return spec;
  }

  Shape shape() {
    return spec.shape();
  }

  DType dtype() {
    return spec.dtype();
  }

  int rank() {
    return spec.shape().rank();
  }

  boolean isConstant() {
    return constant != null;
  }

  /** Returns the elements of a constant; null for another value. */
  EagerTensor elements() {
    return constant;
  }

  @Override
  public String toString() {
    return (name == null ? "output" : name) + " " + spec;
  }
}
