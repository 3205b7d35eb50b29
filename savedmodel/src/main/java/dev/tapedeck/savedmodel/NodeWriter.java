package dev.tapedeck.savedmodel;

import com.google.protobuf.ByteString;
import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.savedmodel.proto.AttrValue;
import dev.tapedeck.savedmodel.proto.NamedFunction;
import dev.tapedeck.savedmodel.proto.NodeDef;
import dev.tapedeck.savedmodel.proto.TensorValue;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;

/** Writer of a node: its attributes, and the values that it gives. */
final class NodeWriter {
  private final NodeDef.Builder node;

  NodeWriter(NodeDef.Builder node) {
    this.node = node;
  }

  private NodeWriter put(String name, AttrValue.Builder value) {
    node.putAttr(name, value.build());
    return this;
  }

  NodeWriter type(String name, DType dtype) {
    return type(name, TensorFlowTypes.number(dtype));
  }

  NodeWriter type(String name, int number) {
    return put(name, AttrValue.newBuilder().setType(number));
  }

  NodeWriter flag(String name, boolean value) {
    return put(name, AttrValue.newBuilder().setB(value));
  }

  NodeWriter number(String name, long value) {
    return put(name, AttrValue.newBuilder().setI(value));
  }

  NodeWriter real(String name, double value) {
    return put(name, AttrValue.newBuilder().setF((float) value));
  }

  NodeWriter text(String name, String value) {
    return put(name, AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)));
  }

  NodeWriter shape(String name, Shape shape) {
    return put(name, AttrValue.newBuilder().setShape(Protos.shape(shape)));
  }

  NodeWriter tensor(String name, TensorValue value) {
    return put(name, AttrValue.newBuilder().setTensor(value));
  }

  NodeWriter function(String name, String function) {
    return put(name, AttrValue.newBuilder().setFunc(NamedFunction.newBuilder().setName(function)));
  }

  NodeWriter functions(String name, List<String> functions) {
    var list = AttrValue.ListValue.newBuilder();
    functions.forEach(one -> list.addFunc(NamedFunction.newBuilder().setName(one)));
    return put(name, AttrValue.newBuilder().setList(list));
  }

  NodeWriter numbers(String name, List<Long> values) {
    return put(
        name, AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder().addAllI(values)));
  }

  /** Sets a list of types, by TensorFlow's numbers. */
  NodeWriter types(String name, List<Integer> numbers) {
    return put(
        name, AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder().addAllType(numbers)));
  }

  NodeWriter shapes(String name, List<TensorSpec> specs) {
    var list = AttrValue.ListValue.newBuilder();
    specs.forEach(spec -> list.addShape(Protos.shape(spec.shape())));
    return put(name, AttrValue.newBuilder().setList(list));
  }

  /** Has the node run after another. */
  void after(String other) {
    node.addInput("^" + other);
  }

  /** Returns the only value of an output argument. */
  Value output(String argument, DType dtype, Shape shape) {
    return output(argument, new TensorSpec(dtype, shape));
  }

  /** Returns the only value of an output argument. */
  Value output(String argument, TensorSpec spec) {
    return output(argument, 0, spec);
  }

  /** Returns one of the values of an output argument. */
  Value output(String argument, int number, TensorSpec spec) {
    return new Value(node.getName() + ":" + argument + ":" + number, spec);
  }

  /** Returns the name of the node. */
  String name() {
    return node.getName();
  }
}
