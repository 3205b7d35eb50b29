package dev.tapedeck.function;

import dev.tapedeck.config.Records;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.WireNames;
import dev.tapedeck.tensor.Refusal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The description of an op: what files and exports know of it.
 *
 * @param name name in files, with its version: {@code MatMul.1}; the class's for an op of one's own
 * @param attributes components of the record that the op is, or that stands for it, by name
 * @hidden not for programs that use Tapedeck
 */
public record OpDescription(String name, Map<String, Object> attributes) {
  /** Keeps a copy, in order. */
  public OpDescription {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes)); // may have nulls
  }

  /**
   * Returns the description of an op.
   *
   * @throws IllegalArgumentException if it is no record, so what it is made of is not known
   */
  public static OpDescription of(Op op) {
    Record record = record(op);
    List<String> names = Records.names(record.getClass());
    List<Object> values = Records.components(record);
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      attributes.put(names.get(i), values.get(i));
    }
    return new OpDescription(WireNames.of(record.getClass()), attributes);
  }

  /**
   * Returns the record that an op is, or that stands for it.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Record record(Op op) {
    return switch (op) {
      case SerializableOp defined -> (Record) defined.definition();
      case Record record -> record;
      default ->
          throw Refusal.of(
              op.name(),
              "needs to be a record, so that what it is made of is known",
              op.getClass().getName(),
              "make it one, or compute with Tapedeck's ops in its place");
    };
  }
}
