package dev.tapedeck.train;

import dev.tapedeck.config.Records;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;

/** Copies of layers, made of their arguments. */
final class LayerCopies {
  private LayerCopies() {}

  /**
   * Returns a new layer of the same arguments, layers among them copied, name and trainable flag.
   */
  @SuppressWarnings("unchecked") // of the same class
  static <L extends AbstractLayer<?, ?>> L of(L layer) {
    Record arguments = layer.arguments();
    if (arguments == null) {
      throw cannot(layer, null);
    }
    try {
      Constructor<?> constructor = layer.getClass().getDeclaredConstructor(arguments.getClass());
      constructor.setAccessible(true);
      return named(layer, (L) constructor.newInstance(withCopies(arguments)));
    } catch (InvocationTargetException e) {
      throw cannot(layer, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw cannot(layer, e);
    }
  }

  /** Returns arguments with copies of the layers among them. */
  private static Record withCopies(Record arguments) {
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
      case List<?> list -> list.stream().map(LayerCopies::copied).toList();
      case null, default -> argument;
    };
  }

  /** Returns a copy with the name and the trainable flag of its original. */
  static <L extends AbstractLayer<?, ?>> L named(AbstractLayer<?, ?> original, L copy) {
    if (original.givenName() != null) {
      copy.rename(original.givenName());
    }
    if (!(copy instanceof Trainable)) {
      copy.choose(original.dtypePolicy());
    }
    if (!original.trainable()) {
      copy.freeze(false);
    }
    return copy;
  }

  private static IllegalStateException cannot(AbstractLayer<?, ?> layer, Throwable cause) {
    return new IllegalStateException(
        "copy: "
            + LayerNames.type(layer)
            + " cannot be made of its arguments; keep them in a record, give it to super(arguments),"
            + " and have a constructor that takes the record alone",
        cause);
  }
}
