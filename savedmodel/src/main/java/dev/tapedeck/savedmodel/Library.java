package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.savedmodel.proto.FunctionDef;
import dev.tapedeck.savedmodel.proto.FunctionLibrary;
import dev.tapedeck.savedmodel.proto.TensorValue;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The functions of a SavedModel. */
final class Library {
  private final boolean frozen;
  private final List<FunctionDef> functions = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /**
   * Makes an empty library.
   *
   * @param frozen whether variables become constants
   */
  Library(boolean frozen) {
    this.frozen = frozen;
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
      return Protos.tensor((EagerTensor) Dispatch.eagerly(variable::value));
    }
  }

  FunctionLibrary write() {
    return FunctionLibrary.newBuilder().addAllFunction(functions).build();
  }
}
