package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.savedmodel.proto.FunctionDef;
import dev.tapedeck.savedmodel.proto.FunctionLibrary;
import dev.tapedeck.savedmodel.proto.TensorValue;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The functions of a SavedModel. */
final class Library {
  /** Less than a message's 2^31 - 1, for what is there beside the constants. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

  private final boolean frozen;
  private final Map<Variable, String> variables;
  private final List<FunctionDef> functions = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private long bytes;

  /**
   * Makes an empty library.
   *
   * @param frozen whether variables become constants
   * @param variables names of variables; others have their own
   */
  Library(boolean frozen, Map<Variable, String> variables) {
    this.frozen = frozen;
    this.variables = variables;
  }

  String name(Variable variable) {
    return variables.getOrDefault(variable, variable.name());
  }

  boolean frozen() {
    return frozen;
  }

  /** Returns a new function without content. */
  FunctionBody body(String wanted) {
    String unique = Names.function(wanted);
    String name = unique;
    for (int i = 1; !names.add(name); i++) {
      name = unique + "_" + i;
    }
    return new FunctionBody(name, this);
  }

  void add(FunctionBody body, Map<String, Value> outputs) {
    functions.add(body.finish(outputs));
  }

  /** Returns a copy of a variable's value, which another thread may be training. */
  TensorValue value(Variable variable) {
    try (Scope _ = new Scope()) {
      return tensor((EagerTensor) Dispatch.eagerly(variable::value));
    }
  }

  /**
   * Returns the message of a constant.
   *
   * @throws IllegalArgumentException if the file would have more bytes than a message may have
   */
  TensorValue tensor(EagerTensor tensor) {
    bytes += tensor.spec().bytes();
    if (bytes > MOST_BYTES) {
      throw Refusal.of(
          "SavedModels.export",
          "writes at most 2 GiB of constants",
          "more",
          "leave frozen() out, or keep large tensors in variables");
    }
    return Protos.tensor(tensor);
  }

  FunctionLibrary write() {
    return FunctionLibrary.newBuilder().addAllFunction(functions).build();
  }
}
