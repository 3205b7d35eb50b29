package dev.tapedeck.savedmodel;

import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions that ops of control flow call. */
final class Functions {
  private Functions() {}

  /** The content of a function. */
  @FunctionalInterface
  interface Content {
    List<Value> write(Emitter to, List<Value> inputs);
  }

  /** Writes a function within the body of another, and returns its name. */
  static String write(FunctionBody outer, String name, List<TensorSpec> specs, Content content) {
    FunctionBody body = outer.library().body(outer.name() + "_" + name);
    List<Value> inputs = new ArrayList<>();
    specs.forEach(spec -> inputs.add(body.input("in", spec)));
    Map<String, Value> outputs = new LinkedHashMap<>();
    content
        .write(new Emitter(body), inputs)
        .forEach(value -> outputs.put("out_" + outputs.size(), value));
    if (!body.variables().isEmpty()) {
      throw new Unsupported("assigns to variables within a loop or a branch");
    }
    outer.library().add(body, outputs);
    return body.name();
  }
}
