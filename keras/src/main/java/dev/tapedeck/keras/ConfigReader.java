package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tapedeck.layers.Bidirectional;
import dev.tapedeck.layers.Lambda;
import dev.tapedeck.layers.preprocessing.RandomColorDegeneration;
import dev.tapedeck.layers.preprocessing.RandomSaturation;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Windows;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LearningRateSchedule;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Reader of Keras's descriptions of objects: {@code {"class_name": "Dense", "config": {"units": 10,
 * ..}}}, or a name alone.
 *
 * <p>An argument that the class here does not have is refused by name, unless it has the value that
 * changes nothing.
 */
final class ConfigReader {
  /** Arguments that change nothing here, or are set by methods of their own. */
  private static final Set<String> SET_APART =
      Set.of("name", "trainable", "dtype", "batch_input_shape", "batch_shape", "input_dtype");

  /** A size among others that Keras writes as None: it is that of the input. */
  private static final JsonNode INPUT_SIZE = IntNode.valueOf(-1);

  private static final Set<Kind> COMPILED = Set.of(Kind.OPTIMIZER, Kind.LOSS, Kind.METRIC);

  private static final String WITHOUT = "; load(path, custom, false) does not compile the model";

  private final CustomObjects custom;
  private final boolean former;
  private final Function<JsonNode, AbstractLayer<?, ?>> models;

  /**
   * Makes a reader.
   *
   * @param former whether the descriptions are of Keras 2
   * @param models reader of the models among layers
   */
  ConfigReader(
      CustomObjects custom, boolean former, Function<JsonNode, AbstractLayer<?, ?>> models) {
    this.custom = custom;
    this.former = former;
    this.models = models;
  }

  /** Returns the name of an object's class. */
  static String className(JsonNode json) {
    return json.path("class_name").asText("");
  }

  /** Makes a layer, without its variables, or a model. */
  AbstractLayer<?, ?> layer(JsonNode json) {
    if (ModelReader.isModel(json)) {
      return models.apply(json);
    }
    String name = className(json);
    String registered = json.path("registered_name").asText("");
    JsonNode config = json.path("config");
    requireFull(name, config);
    Optional<AbstractLayer<?, ?>> own =
        custom.make(registered, map(config)).or(() -> custom.make(name, map(config)));
    AbstractLayer<?, ?> made = own.orElseGet(() -> (AbstractLayer<?, ?>) make(Kind.LAYER, json));
    if (config.hasNonNull("name")) {
      Settings.name(made, config.get("name").asText());
    }
    DTypePolicy policy = policy(config.path("dtype"));
    if (policy != null) {
      Settings.dtype(made, policy);
    }
    if (!config.path("trainable").asBoolean(true)) {
      Settings.trainable(made, false);
    }
    return made;
  }

  /** Refuses a quantized layer, whose policy tells it. */
  private static void requireFull(String layer, JsonNode config) {
    JsonNode policy = config.path("dtype");
    String mode = policy.at("/config/mode").asText(policy.asText().replaceAll("_from_.*", ""));
    boolean quantized =
        className(policy).startsWith("Quantized") || policy.asText().contains("_from_");
    if (quantized) {
      throw new KerasFileException(
          "KerasFiles: layer \""
              + config.path("name").asText(layer)
              + "\" is quantized to "
              + mode
              + "; save the model in Keras before model.quantize, and quantize it here");
    }
  }

  /** Makes an object of a kind. */
  Object make(Kind kind, JsonNode json) {
    if (json.isTextual()) {
      return byName(kind, json.asText());
    }
    String name = className(json);
    if (name.equals("function")) {
      return byName(kind, json.path("config").asText());
    }
    Class<?> type =
        kind.find(name)
            .filter(found -> found != Lambda.class) // which is Java code
            .orElseThrow(() -> unknown(kind, json));
    return make(kind, type, json.path("config"));
  }

  private Object byName(Kind kind, String name) {
    Class<?> type =
        Aliases.find(kind, name)
            .orElseThrow(
                () ->
                    new KerasFileException(
                        "KerasFiles: there is no "
                            + kind.title()
                            + " \""
                            + name
                            + "\""
                            + (COMPILED.contains(kind) ? WITHOUT : "")));
    return make(kind, type, JsonNodeFactory.instance.objectNode());
  }

  private Object make(Kind kind, Class<?> type, JsonNode config) {
    Factory factory = Factory.of(type);
    if (type == Bidirectional.class) { // which sets it itself
      config
          .findParents("zero_output_for_mask")
          .forEach(of -> ((ObjectNode) of).remove("zero_output_for_mask"));
    }
    Map<String, JsonNode> values = new LinkedHashMap<>();
    Map<String, JsonNode> others = new LinkedHashMap<>();
    Set<String> known = factory.names();
    config
        .properties()
        .forEach(
            option -> {
              String argument = Aliases.argument(type, option.getKey());
              (known.contains(argument) ? values : others)
                  .put(known.contains(argument) ? argument : option.getKey(), option.getValue());
            });
    values.computeIfPresent("factor", (_, factor) -> asGiven(type, factor));
    try {
      Object made = factory.make(values, this::value);
      made =
          switch (kind) {
            case OPTIMIZER -> Settings.options(made, others, this::value);
            case METRIC -> Settings.name(made, others);
            default -> made;
          };
      requireNoOthers(type, others);
      return made;
    } catch (KerasFileException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new KerasFileException(
          "KerasFiles: "
              + config.path("name").asText(type.getSimpleName())
              + ", a "
              + type.getSimpleName()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** Returns the number that a factor was given as, where Keras writes a range around 0 for it. */
  private static JsonNode asGiven(Class<?> type, JsonNode factor) {
    boolean ranges = type == RandomColorDegeneration.class || type == RandomSaturation.class;
    return ranges && factor.size() == 2 && factor.get(0).asDouble() == -factor.get(1).asDouble()
        ? factor.get(1)
        : factor;
  }

  private static void requireNoOthers(Class<?> type, Map<String, JsonNode> others) {
    others.forEach(
        (name, value) -> {
          boolean harmless =
              SET_APART.contains(name)
                  || value.isNull()
                  || (value.isBoolean() && !value.asBoolean())
                  || (value.isContainerNode() && value.isEmpty())
                  || Unused.changesNothing(name, value);
          if (!harmless) {
            throw new KerasFileException(
                "KerasFiles: "
                    + type.getSimpleName()
                    + " has no argument "
                    + name
                    + " here, the file has "
                    + name
                    + "="
                    + value);
          }
        });
  }

  private KerasFileException unknown(Kind kind, JsonNode json) {
    String name = className(json);
    String registered = json.path("registered_name").asText("");
    String called =
        "KerasFiles: " + kind.title() + " \"" + json.at("/config/name").asText("") + "\"";
    if (name.equals("Lambda")) {
      return new KerasFileException(
          called
              + " is a Lambda, whose Python code cannot run here; replace it by layers in Python, or"
              + " register a layer for it: new CustomObjects().layer(\"Lambda\", ..)");
    }
    String own = registered.isEmpty() ? name : registered;
    if (kind != Kind.LAYER) {
      return new KerasFileException(
          called
              + " is of class "
              + own
              + ", which Tapedeck lacks"
              + (COMPILED.contains(kind) ? WITHOUT : ""));
    }
    return new KerasFileException(
        called
            + " is of class "
            + own
            + ", which Tapedeck lacks; register it: new CustomObjects().layer(\""
            + own
            + "\", ..)");
  }

  /**
   * Returns a policy of types; null where a file has none, and for types of whole numbers, which
   * layers of ids have there.
   */
  private static DTypePolicy policy(JsonNode json) {
    String name = json.isObject() ? json.at("/config/name").asText("") : json.asText("");
    if (name.isEmpty() || name.equals("null")) {
      return null;
    } else if (name.equals("mixed_bfloat16")) {
      return DTypePolicy.mixedBfloat16();
    } else if (name.equals("mixed_float16")) {
      return DTypePolicy.mixedFloat16();
    }
    DType type =
        Arrays.stream(DType.values())
            .filter(one -> one.toString().equals(name))
            .findFirst()
            .orElseThrow(
                () -> new KerasFileException("KerasFiles: there is no dtype policy " + json));
    return type.isFloating() ? DTypePolicy.of(type) : null;
  }

  /** Converts a value of a file to one of a Java type. */
  private Object value(JsonNode json, Type declared, Class<?> owner) {
    Class<?> type = raw(declared);
    if (json.isNull() && !type.isPrimitive()) {
      return null;
    }
    Optional<Object> constant = constant(type, json, owner);
    if (constant.isPresent()) {
      return constant.get();
    }
    Optional<Kind> kind = type == Object.class ? Optional.empty() : Kind.of(type);
    if (type == UnaryOperator.class) {
      return activation(json);
    } else if (type == LearningRateSchedule.class && json.isNumber()) {
      return LearningRateSchedule.constant(JsonValues.number(json));
    } else if (AbstractLayer.class.isAssignableFrom(type)) {
      return layer(json);
    } else if (kind.isPresent()) {
      return make(kind.get(), json);
    } else if (type == List.class) {
      Type of = ((ParameterizedType) declared).getActualTypeArguments()[0];
      List<Object> values = new ArrayList<>();
      (json.isArray() ? json : List.of(json)).forEach(part -> values.add(value(part, of, owner)));
      return values;
    } else if (type.isArray()) {
      List<JsonNode> parts = json.isArray() ? json.valueStream().toList() : List.of(json);
      Object values = Array.newInstance(type.getComponentType(), parts.size());
      for (int i = 0; i < parts.size(); i++) {
        JsonNode part = parts.get(i).isNull() ? INPUT_SIZE : parts.get(i);
        Array.set(values, i, value(part, type.getComponentType(), owner));
      }
      return values;
    } else if (type == int.class || type == Integer.class) {
      return Math.toIntExact(JsonValues.whole(json));
    } else if (type == long.class || type == Long.class) {
      return JsonValues.whole(json);
    } else if (type == double.class || type == Double.class) {
      return JsonValues.number(json);
    } else if (type == boolean.class || type == Boolean.class) {
      return JsonValues.truth(json);
    } else if (type == String.class) {
      return JsonValues.text(json);
    } else if (type == Object.class) {
      return json.isObject() ? layer(json) : plain(json);
    }
    throw new KerasFileException(
        "KerasFiles: nothing makes a " + type.getSimpleName() + " of " + json);
  }

  private static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      default -> Object.class;
    };
  }

  /** Returns the constant of an enum: the type itself, one within it or its owner, or windows. */
  private static Optional<Object> constant(Class<?> type, JsonNode json, Class<?> owner) {
    if (!json.isTextual() || type == String.class || type == Object.class) {
      return Optional.empty();
    }
    String text = json.asText().toUpperCase(Locale.ROOT);
    return Stream.of(
            Stream.of(type, Windows.class),
            Arrays.stream(type.getClasses()),
            Arrays.stream(owner.getClasses()))
        .flatMap(classes -> classes)
        .filter(named -> named.isEnum() && type.isAssignableFrom(named))
        .flatMap(named -> Arrays.stream(named.getEnumConstants()))
        .filter(one -> ((Enum<?>) one).name().equals(text))
        .map(one -> (Object) one)
        .findFirst();
  }

  private UnaryOperator<Tensor> activation(JsonNode json) {
    if (json.isObject() && !className(json).equals("function")) {
      Layer layer = (Layer) layer(json);
      return layer::apply;
    }
    String name = json.isObject() ? json.path("config").asText() : json.asText();
    if (former && name.equals("hard_sigmoid")) {
      return x -> Maths.clip(x.mul(0.2).add(0.5), 0, 1); // the slope of Keras 3 is 1/6
    }
    return Activations.named(Aliases.activation(name))
        .orElseThrow(
            () -> new KerasFileException("KerasFiles: there is no activation \"" + name + "\""));
  }

  /** Returns numbers, texts, booleans, lists and maps of JSON. */
  static Object plain(JsonNode json) {
    if (json.isObject()) {
      return map(json);
    } else if (json.isArray()) {
      List<Object> values = new ArrayList<>();
      json.forEach(part -> values.add(plain(part)));
      return values;
    } else if (json.isIntegralNumber() && json.canConvertToLong()) {
      long number = json.asLong();
      return number == (int) number ? (Object) (int) number : (Object) number;
    } else if (json.isNumber()) {
      return json.asDouble();
    } else if (json.isBoolean()) {
      return json.asBoolean();
    }
    return json.isNull() ? null : json.asText();
  }

  private static Map<String, Object> map(JsonNode json) {
    Map<String, Object> values = new LinkedHashMap<>();
    json.properties().forEach(entry -> values.put(entry.getKey(), plain(entry.getValue())));
    return values;
  }
}
