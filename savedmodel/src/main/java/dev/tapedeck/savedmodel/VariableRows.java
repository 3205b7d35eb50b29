package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows of reads of variables and assignments to them. */
final class VariableRows {
  private VariableRows() {}

  static void addTo(Map<String, Row> rows) {
    rows.put("ReadVariable.1", Row.of(call -> call.emitter().body().read(variable(call))));
    rows.put("VariableValue.1", Row.of(call -> call.emitter().body().read(variable(call))));
    rows.put(
        "AssignVariable.1",
        call -> {
          call.emitter().body().assign(variable(call), call.input());
          return List.of();
        });
    rows.put("AssignPointwise.2", VariableRows::update);
  }

  private static Variable variable(OpCall call) {
    return call.attribute("variable", Variable.class);
  }

  /** Writes all results before any assignment. */
  private static List<Value> update(OpCall call) {
    List<Variable> written = new ArrayList<>();
    List<Value> results = new ArrayList<>();
    for (Object variable : call.attribute("written", List.class)) {
      written.add((Variable) variable);
    }
    for (Object op : call.attribute("ops", List.class)) {
      results.add(
          PointwiseRows.write(
              call.emitter(),
              ((Pointwise) op).formula(),
              call.inputs(),
              written.get(results.size()).shape()));
    }
    for (int i = 0; i < results.size(); i++) {
      call.emitter().body().assign(written.get(i), results.get(i));
    }
    return List.of();
  }
}
