package dev.tapedeck.train;

import dev.tapedeck.config.Records;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies of arguments, with copies of the layers and optimizers among them. */
final class ArgumentCopies {
  private ArgumentCopies() {}

  static Record of(Record arguments) {
    List<Object> values = Records.components(arguments);
    List<Object> copies = new ArrayList<>();
    values.forEach(value -> copies.add(copied(value))); // some are null
    return copies.equals(values)
        ? arguments
        : (Record) Records.construct(arguments.getClass(), copies);
  }

  private static Object copied(Object argument) {
    return switch (argument) {
      case AbstractLayer<?, ?> layer -> layer.copy();
      case Optimizer optimizer -> optimizer.copy();
      case List<?> list -> list.stream().map(ArgumentCopies::copied).toList();
      case Map<?, ?> map -> {
        Map<Object, Object> copies = new LinkedHashMap<>();
        map.forEach((key, value) -> copies.put(key, copied(value)));
        yield copies;
      }
      case null, default -> argument;
    };
  }
}
