package dev.tapedeck.train;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;

/** Copies of layers, made of their arguments. */
final class LayerCopies {
  private LayerCopies() {}

  /** Returns a new layer of the same arguments, name and trainable flag. */
  @SuppressWarnings("unchecked") // of the same class
  static <L extends AbstractLayer<?, ?>> L of(L layer) {
    Record arguments = layer.arguments();
    if (arguments == null) {
      throw cannot(layer, null);
    }
    try {
      Constructor<?> constructor = layer.getClass().getDeclaredConstructor(arguments.getClass());
      constructor.setAccessible(true);
      return named(layer, (L) constructor.newInstance(arguments));
    } catch (InvocationTargetException e) {
      throw cannot(layer, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw cannot(layer, e);
    }
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
