package dev.tapedeck.function;

import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Pointwise;
import java.lang.reflect.RecordComponent;
import java.util.Objects;

/** Equality of ops: records with equal components, arrays compared element by element. */
final class OpEquality {
  private OpEquality() {}

  static boolean same(Op one, Op other) {
    return equal(one, other);
  }

  private static boolean equal(Object one, Object other) {
    if (Objects.deepEquals(one, other)) {
      return true;
    }
    if (one == null || other == null || one.getClass() != other.getClass()) {
      return false;
    }
    return switch (one) {
      case Pointwise op -> op.computes((Pointwise) other);
      case Record record -> equalComponents(record, other);
      default -> false;
    };
  }

  private static boolean equalComponents(Record one, Object other) {
    for (RecordComponent component : one.getClass().getRecordComponents()) {
      try {
        if (!component.getAccessor().trySetAccessible()
            || !equal(component.getAccessor().invoke(one), component.getAccessor().invoke(other))) {
          return false;
        }
      } catch (ReflectiveOperationException e) {
        return false; // a custom accessor may throw
      }
    }
    return true;
  }
}
