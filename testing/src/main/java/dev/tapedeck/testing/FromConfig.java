package dev.tapedeck.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.WindowFunction;
import dev.tapedeck.nn.Windows;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.Optimizer;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Makes objects of Keras's names and arguments, {@code Conv2D} and {@code {"filters": 3,
 * "kernel_size": 2, "padding": "same"}}, as Keras's {@code from_config} does.
 *
 * <p>Of the constructors or static functions it calls the one that takes most of the arguments by
 * name, {@code kernelSize}, as a number or a list; the others go to methods of their names, {@code
 * padding(..)}; to one without parameters, {@code fromLogits()}, if the argument is true. It needs
 * classes compiled with {@code -parameters}, as Tapedeck's are.
 */
public final class FromConfig {
  private static final List<String> LAYERS =
      List.of("dev.tapedeck.layers", "dev.tapedeck.layers.preprocessing");
  private static final String OPTIMIZERS = "dev.tapedeck.optim";

  private FromConfig() {}

  /** Calls a constructor of the class of a name, in the package of another class. */
  public static Object construct(Class<?> neighbour, String name, JsonNode arguments) {
    return construct(neighbour.getPackageName(), name, arguments);
  }

  private static Object construct(String inPackage, String name, JsonNode arguments) {
    try {
      Class<?> type = Class.forName(inPackage + "." + name);
      return make(name, Arrays.stream(type.getConstructors()), arguments);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException("package " + inPackage + " has no class " + name, e);
    }
  }

  /** Calls a static function of a class: {@code meanSquaredError} for {@code MeanSquaredError}. */
  public static Object call(Class<?> functions, String name, JsonNode arguments) {
    Stream<Method> named =
        Arrays.stream(functions.getMethods())
            .filter(method -> isStatic(method) && method.getName().equalsIgnoreCase(name));
    return make(name, named, arguments);
  }

  private static boolean isStatic(Method method) {
    return Modifier.isStatic(method.getModifiers());
  }

  private static Stream<Method> methods(Class<?> type, String name) {
    return Arrays.stream(type.getMethods()).filter(method -> method.getName().equals(name));
  }

  private static Object make(
      String name, Stream<? extends Executable> candidates, JsonNode arguments) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    arguments.forEachEntry((argument, value) -> values.put(camelCase(argument), value));
    Executable best =
        candidates
            .filter(one -> parameters(one).allMatch(p -> fits(p, values.get(p.getName()))))
            .max(Comparator.comparingInt(Executable::getParameterCount))
            .orElseThrow(
                () -> new IllegalArgumentException("nothing makes " + name + " of " + arguments));
    Object made =
        invoke(best, null, parameters(best).map(p -> value(p, values.get(p.getName()))).toArray());
    parameters(best).map(Parameter::getName).forEach(values::remove);
    for (Map.Entry<String, JsonNode> option : values.entrySet()) {
      made = set(made, option.getKey(), option.getValue());
    }
    return made;
  }

  /** Returns whether a parameter has a value: an array if it takes several, else one. */
  private static boolean fits(Parameter parameter, JsonNode value) {
    if (parameter.isVarArgs()) {
      return value != null;
    }
    boolean several = parameter.getType() == List.class || parameter.getType().isArray();
    return value != null
        && several == value.isArray()
        && !(value.isObject() && parameter.getType().isPrimitive());
  }

  private static Stream<Parameter> parameters(Executable called) {
    return Arrays.stream(called.getParameters());
  }

  /** Returns what an option's method returns: the same object or one that has it. */
  private static Object set(Object made, String option, JsonNode value) {
    Method method =
        methods(made.getClass(), option)
            .filter(one -> !one.isBridge() && sets(one, value))
            .min(
                Comparator.comparing((Method one) -> one.getParameterCount() == 0) // an accessor
                    .thenComparing(one -> isOfMany(one) != value.isArray()))
            .orElseThrow(
                () -> new IllegalArgumentException(made.getClass() + " has no option " + option));
    return method.getParameterCount() == 1
        ? invoke(method, made, value(method.getParameters()[0], value))
        : value.asBoolean() ? invoke(method, made) : made;
  }

  /** Returns whether a method takes a value, or is a switch that a truth value turns on. */
  private static boolean sets(Method option, JsonNode value) {
    return option.getParameterCount() == 1
        || (option.getParameterCount() == 0 && value.isBoolean());
  }

  /** Calls a method of an object by its name, the one of as many parameters. */
  static Object call(Object target, String name, Object... arguments) {
    Method method =
        methods(target.getClass(), name)
            .filter(one -> one.getParameterCount() == arguments.length && !one.isBridge())
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(target + " has no " + name));
    return invoke(method, target, arguments);
  }

  /** Returns a class by its name. */
  static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException("there is no class " + name, e);
    }
  }

  /** Has a layer learn from data, by its method {@code adapt}. */
  static void adapt(AbstractLayer<?, ?> layer, Tensor data) {
    Object _ = call(layer, "adapt", data);
  }

  /** Returns whether an option takes a list or an array, of several of the same name. */
  private static boolean isOfMany(Method option) {
    return option.getParameterCount() == 1
        && (option.getParameterTypes()[0] == List.class || option.isVarArgs());
  }

  private static Object invoke(Executable called, Object target, Object... values) {
    try {
      called.setAccessible(true); // public, but its class may not be
      return called instanceof Constructor<?> constructor
          ? constructor.newInstance(values)
          : ((Method) called).invoke(target, values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(called + " of " + Arrays.toString(values), e);
    }
  }

  /** Returns {@code kernelSize} for {@code kernel_size}. */
  private static String camelCase(String name) {
    return Pattern.compile("_(.)")
        .matcher(name)
        .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an enum of a class known at run time
  private static Object value(Parameter parameter, JsonNode json) {
    Class<?> type = parameter.getType();
    if (json.isNull() && !type.isPrimitive()) {
      return null;
    } else if (json.isTextual() && constant(parameter, json.asText()).isPresent()) {
      return constant(parameter, json.asText()).get();
    } else if (type == UnaryOperator.class) {
      return activation(json.asText());
    } else if (type.isEnum()) {
      return Enum.valueOf((Class<? extends Enum>) type, json.asText().toUpperCase(Locale.ROOT));
    } else if (type == LearningRateSchedule.class) {
      return json.isObject()
          ? construct(OPTIMIZERS, json.get("schedule").asText(), json.get("arguments"))
          : LearningRateSchedule.constant(json.asDouble());
    } else if (type == Optimizer.class) {
      return optimizer(json);
    } else if (type == Map.class) {
      Map<String, Object> values = new LinkedHashMap<>();
      json.forEachEntry((name, value) -> values.put(name, optimizer(value)));
      return values;
    } else if (type == String[].class) {
      return json.valueStream().map(JsonNode::asText).toArray(String[]::new);
    } else if (type == List.class && ofType(parameter, Double.class)) {
      return numbers(json).boxed().toList();
    } else if (type == List.class && ofType(parameter, Long.class)) {
      return json.valueStream().map(JsonNode::asLong).toList();
    } else if (type == List.class || type == Object.class) {
      return element(json);
    } else if (type == int[].class) {
      return json.isArray()
          ? json.valueStream().mapToInt(size -> size.isNull() ? -1 : size.asInt()).toArray()
          : new int[] {json.asInt()};
    } else if (type == long[].class) {
      return json.isArray()
          ? json.valueStream().mapToLong(JsonNode::asLong).toArray()
          : new long[] {json.asLong()};
    } else if (type == double[].class) {
      return numbers(json).toArray();
    } else if (AbstractLayer.class.isAssignableFrom(type)) {
      return element(json);
    } else if (type == Integer.class) {
      return json.asInt();
    } else if (type == Double.class) {
      return json.asDouble();
    } else if (type == WindowFunction.class) {
      return Windows.valueOf(json.asText().toUpperCase(Locale.ROOT));
    } else if (type == String.class) {
      return json.asText();
    } else if (type == boolean.class || type == Boolean.class) {
      return json.asBoolean();
    } else if (type == double.class) {
      return json.asDouble();
    } else if (type == long.class || type == Long.class) {
      return json.asLong();
    } else if (type == int.class) {
      return json.asInt();
    }
    throw new IllegalArgumentException("no JSON makes a " + type.getName() + ": " + parameter);
  }

  /** Returns the numbers of nested arrays, or a single one. */
  private static DoubleStream numbers(JsonNode json) {
    return json.isArray()
        ? json.valueStream().flatMapToDouble(FromConfig::numbers)
        : DoubleStream.of(json.asDouble());
  }

  /** Returns the constant of an enum within the class of an option that has the option's type. */
  private static Optional<Object> constant(Parameter parameter, String name) {
    return Arrays.stream(parameter.getDeclaringExecutable().getDeclaringClass().getClasses())
        .filter(type -> type.isEnum() && parameter.getType().isAssignableFrom(type))
        .flatMap(type -> Arrays.stream(type.getEnumConstants()))
        .filter(one -> one.toString().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .map(one -> (Object) one);
  }

  private static boolean ofType(Parameter parameter, Class<?> element) {
    return parameter.getParameterizedType() instanceof ParameterizedType list
        && list.getActualTypeArguments()[0] == element;
  }

  /** Returns a number, a text, a layer, or a list of those. */
  private static Object element(JsonNode json) {
    if (json.isArray()) {
      return json.valueStream().map(FromConfig::element).toList();
    } else if (json.isObject()) {
      return layer(json);
    } else if (json.isTextual()) {
      return json.asText();
    }
    return json.isIntegralNumber() ? (Object) json.asInt() : (Object) json.asDouble();
  }

  /** Makes a built-in layer of {@code {"layer": name, "arguments": {..}}}. */
  public static AbstractLayer<?, ?> layer(JsonNode json) {
    String name = json.get("layer").asText();
    String inPackage =
        LAYERS.stream()
            .filter(one -> exists(one + "." + name))
            .findFirst()
            .orElse(LAYERS.getFirst());
    return (AbstractLayer<?, ?>) construct(inPackage, name, json.get("arguments"));
  }

  /** Makes an optimizer of {@code {"optimizer": name, "arguments": {..}}}. */
  public static Optimizer optimizer(JsonNode json) {
    return (Optimizer) construct(OPTIMIZERS, json.get("optimizer").asText(), json.get("arguments"));
  }

  private static boolean exists(String type) {
    try {
      Class.forName(type);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static UnaryOperator<Tensor> activation(String name) {
    Method method =
        methods(Activations.class, camelCase(name))
            .filter(one -> one.getParameterCount() == 1)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no activation " + name));
    return x -> (Tensor) invoke(method, null, x);
  }
}
