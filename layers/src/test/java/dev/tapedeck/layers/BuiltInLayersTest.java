package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.config.Records;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.ConcreteClasses;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Layer;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all layers of the package have in common, so that no new one leaves out a part. */
class BuiltInLayersTest {
  @SuppressWarnings("rawtypes") // of any inputs and outputs
  static List<Class<? extends AbstractLayer>> layers() {
    return ConcreteClasses.of(AbstractLayer.class, Dense.class);
  }

  /** Makes a layer by its shortest constructor. */
  private static AbstractLayer<?, ?> make(Class<?> type) throws ReflectiveOperationException {
    Constructor<?> shortest =
        Arrays.stream(type.getConstructors())
            .min(
                Comparator.<Constructor<?>>comparingInt(Constructor::getParameterCount)
                    .thenComparing(c -> List.of(c.getParameterTypes()).contains(List.class)))
            .orElseThrow();
    return (AbstractLayer<?, ?>)
        shortest.newInstance(
            Arrays.stream(shortest.getParameters()).map(BuiltInLayersTest::sample).toArray());
  }

  private static Object sample(Parameter parameter) {
    Class<?> type = parameter.getType();
    if (type == int.class) {
      return 2;
    } else if (type == double.class) {
      return 0.5;
    } else if (type == List.class) {
      return listSample(parameter.getParameterizedType().getTypeName());
    } else if (type == UnaryOperator.class) {
      return (UnaryOperator<Tensor>) Activations::relu;
    } else if (type == String.class) {
      return "ab,bc->ac";
    } else if (type == int[].class) {
      return new int[] {1};
    } else if (type == RecurrentCell.class) {
      return new LSTMCell(2);
    } else if (type == RecurrentLayer.class) {
      return new LSTM(2);
    } else if (type == Layer.class) {
      return new Dense(2);
    }
    throw new IllegalArgumentException("add a sample of " + parameter);
  }

  private static List<?> listSample(String type) {
    return type.contains("RecurrentCell")
        ? List.of(new LSTMCell(2))
        : type.contains("Double") ? List.of(0.5) : List.of(2);
  }

  @Test
  void allAreFound() {
    assertTrue(layers().containsAll(List.of(Dense.class, Concatenate.class, MaxPooling2D.class)));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void argumentsAreAPublicRecordOfThePrivateConstructor(Class<?> type) throws Exception {
    Class<?> record = make(type).arguments().getClass();
    assertEquals(type.getName() + "$Arguments", record.getName());
    assertTrue(Modifier.isPublic(record.getModifiers()));
    assertTrue(Modifier.isFinal(type.getModifiers()));
    assertTrue(Modifier.isPrivate(type.getDeclaredConstructor(record).getModifiers()));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void copiesHaveTheSameArguments(Class<?> type) throws Exception {
    AbstractLayer<?, ?> layer = make(type);
    AbstractLayer<?, ?> named =
        (AbstractLayer<?, ?>) type.getMethod("name", String.class).invoke(layer, "a");
    Method copy = type.getMethod("copy");
    AbstractLayer<?, ?> copied = (AbstractLayer<?, ?>) copy.invoke(named);
    assertNotSame(layer, copied);
    assertEquals(ownArguments(layer), ownArguments(copied));
    assertEquals("a", copied.name());
  }

  /** Returns the arguments but the layers among them, of which a copy has copies. */
  private static List<Object> ownArguments(AbstractLayer<?, ?> layer) {
    List<Object> own = new ArrayList<>(Records.components(layer.arguments()));
    own.removeIf(
        value ->
            value instanceof AbstractLayer
                || (value instanceof List<?> list
                    && list.stream().anyMatch(AbstractLayer.class::isInstance)));
    return own;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void allArgumentsArePrinted(Class<?> type) throws Exception {
    AbstractLayer<?, ?> layer = make(type);
    List<Object> values = Records.components(layer.arguments());
    List<String> names = Records.names(layer.arguments().getClass());
    for (int i = 0; i < values.size(); i++) {
      assertEquals(
          values.get(i) != null, layer.toString().contains(names.get(i) + "="), names.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void eachArgumentIsOfAConstructorOrHasAMethod(Class<?> type) throws Exception {
    Set<String> settable = new HashSet<>();
    for (Constructor<?> constructor : type.getConstructors()) {
      Arrays.stream(constructor.getParameters()).map(Parameter::getName).forEach(settable::add);
    }
    Set<String> arguments = Set.copyOf(Records.names(make(type).arguments().getClass()));
    assertTrue(arguments.containsAll(settable), settable + " are not all of " + arguments);
    for (String argument : arguments) {
      boolean method =
          Arrays.stream(type.getMethods())
              .anyMatch(
                  one ->
                      one.getName().equals(argument)
                          && one.getParameterCount() == 1
                          && !Modifier.isStatic(one.getModifiers()));
      assertTrue(method || settable.contains(argument), argument + " cannot be set");
    }
  }
}
