package dev.tapedeck.keras;

import dev.tapedeck.config.Records;
import dev.tapedeck.config.SnakeCase;
import dev.tapedeck.metrics.BuiltInMetric;
import dev.tapedeck.metrics.MeanMetricWrapper;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Trainable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Writer of objects as {@link ConfigReader} reads them: by the records of their arguments. */
final class ConfigWriter {
  /** Schedules beyond Keras's. */
  private static final Set<String> ONLY_HERE = Set.of("OneCycle", "Warmup");

  /** Arguments whose sizes of -1, those of the input, are None in Keras. */
  private static final Set<String> INPUT_SIZES = Set.of("noise_shape", "output_shape");

  /** Ranges that Keras makes of a number, but does not take if they begin below 0. */
  private static final Set<String> AROUND_ZERO = Set.of("x_factor", "y_factor");

  private final CustomObjects custom;
  private final Function<AbstractLayer<?, ?>, Map<String, Object>> models;

  /** The type of the layer whose arguments are written: one among them may be a mere pattern. */
  private DType outer = DType.FLOAT32;

  /**
   * Makes a writer.
   *
   * @param models writer of the models among layers
   */
  ConfigWriter(CustomObjects custom, Function<AbstractLayer<?, ?>, Map<String, Object>> models) {
    this.custom = custom;
    this.models = models;
  }

  /** Returns the description of an object. */
  static Map<String, Object> described(
      String module, String className, Object config, String registered) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("module", module);
    json.put("class_name", className);
    json.put("config", config);
    json.put("registered_name", registered);
    return json;
  }

  /** Returns the description of a layer. */
  Map<String, Object> layer(AbstractLayer<?, ?> layer) {
    if (layer instanceof Trainable<?, ?>) {
      return models.apply(layer);
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", layer.name());
    if (!layer.trainable()) {
      config.put("trainable", false);
    }
    config.put("dtype", policy(layer));
    String who = "layer \"" + layer.name() + "\"";
    if (layer.namedVariables().keySet().stream().anyMatch(name -> name.contains("lora_"))) {
      throw refusal(who + " has an adaptation (LoRA), which Keras's files do not keep apart");
    }
    if (Kind.LAYER.has(layer.getClass())) {
      layerArguments(who, layer, config);
      return described(Kind.LAYER.module(), layer.getClass().getSimpleName(), config, null);
    }
    String name =
        custom
            .name(layer.getClass())
            .orElseThrow(
                () ->
                    refusal(
                        who
                            + " is of class "
                            + layer.getClass().getName()
                            + ", which Keras does not know; register it under the name it has in"
                            + " Python: new CustomObjects().layer(..)"));
    if (layer.arguments() != null) {
      layerArguments(who, layer, config);
    }
    return described(null, name.substring(name.indexOf('>') + 1), config, name);
  }

  private void layerArguments(String who, AbstractLayer<?, ?> layer, Map<String, Object> config) {
    DType before = outer;
    outer = type(layer);
    try {
      arguments(who, layer.arguments(), config);
    } finally {
      outer = before;
    }
  }

  private Map<String, Object> policy(AbstractLayer<?, ?> layer) {
    DTypePolicy policy = layer.dtypePolicy();
    String name = policy == null ? type(layer).toString() : policy.name();
    return described("keras", "DTypePolicy", new LinkedHashMap<>(Map.of("name", name)), null);
  }

  /** Returns the type that a layer without a policy has taken from its first input. */
  private DType type(AbstractLayer<?, ?> layer) {
    return Stream.concat(
            layer.variables().stream().map(Variable::dtype),
            layer.inputTree() == null
                ? Stream.of()
                : layer.inputTree().specs().stream().map(TensorSpec::dtype))
        .filter(DType::isFloating)
        .findFirst()
        .orElse(outer);
  }

  /** Returns the description of an optimizer. */
  Map<String, Object> optimizer(Optimizer optimizer) {
    requireKnown(Kind.OPTIMIZER, "the optimizer", optimizer);
    String name = optimizer.getClass().getSimpleName();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", SnakeCase.of(name));
    arguments("the optimizer", optimizer.arguments(), config);
    if (!config.containsKey("inner_optimizer")) {
      arguments("the optimizer", optimizer.options(), config);
    }
    if (optimizer.schedule() instanceof LearningRateSchedule.Constant
        && config.containsKey("learning_rate")) {
      config.put("learning_rate", optimizer.learningRate().value().item());
    }
    return described(Kind.OPTIMIZER.module(), name, config, null);
  }

  /** Returns the description of a loss. */
  Object loss(Object loss) {
    requireKnown(Kind.LOSS, "the loss", loss);
    String name = loss.getClass().getSimpleName();
    Map<String, Object> config = new LinkedHashMap<>(Map.of("name", SnakeCase.of(name)));
    arguments("the loss", Factory.argumentsOf(loss), config);
    return described(Kind.LOSS.module(), name, config, null);
  }

  /** Returns the description of a metric. */
  Object metric(Object metric) {
    requireKnown(Kind.METRIC, "a metric", metric);
    if (metric instanceof MeanMetricWrapper) {
      throw refusal("metric \"" + ((BuiltInMetric<?, ?>) metric).name() + "\" is Java code");
    }
    BuiltInMetric<?, ?> built = (BuiltInMetric<?, ?>) metric;
    Map<String, Object> config = new LinkedHashMap<>(Map.of("name", built.name()));
    arguments("metric \"" + built.name() + "\"", built.arguments(), config);
    return described(Kind.METRIC.module(), metric.getClass().getSimpleName(), config, null);
  }

  private static void requireKnown(Kind kind, String what, Object object) {
    if (!kind.has(object.getClass())) {
      throw refusal(
          what + " is of class " + object.getClass().getName() + ", which Keras does not know");
    }
  }

  private void arguments(String who, Record arguments, Map<String, Object> config) {
    List<String> names = Records.names(arguments.getClass());
    List<Object> values = Records.components(arguments);
    for (int i = 0; i < values.size(); i++) {
      String name = Names.argument(names.get(i));
      Object written = value(who + ", " + names.get(i), values.get(i));
      if (INPUT_SIZES.contains(name)) {
        written = sizes(written);
      } else if (AROUND_ZERO.contains(name)) {
        written = asGiven(written);
      }
      config.put(name, written);
    }
  }

  private static Object asGiven(Object written) {
    return written instanceof List<?> limits
            && limits.size() == 2
            && ((Number) limits.get(0)).doubleValue() == -((Number) limits.get(1)).doubleValue()
        ? limits.get(1)
        : written;
  }

  private static Object sizes(Object written) {
    return written instanceof List<?> sizes
        ? Arrays.asList(sizes.stream().map(size -> size.equals(-1) ? null : size).toArray())
        : written;
  }

  @SuppressWarnings("unchecked") // a function in arguments is of tensors
  private Object value(String who, Object value) {
    return switch (value) {
      case null -> null;
      case Number _, Boolean _, String _ -> value;
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
      case List<?> list -> {
        List<Object> written = new ArrayList<>();
        list.forEach(part -> written.add(value(who, part)));
        yield written;
      }
      case UnaryOperator<?> function ->
          Activations.nameOf((UnaryOperator<Tensor>) function)
              .map(Names::argument)
              .orElseThrow(() -> refusal(who + " is Java code"));
      case AbstractLayer<?, ?> layer -> layer(layer);
      case LearningRateSchedule.Constant rate -> rate.rate();
      case Optimizer optimizer -> optimizer(optimizer);
      case Record record when kind(record) != null -> {
        Map<String, Object> config = new LinkedHashMap<>();
        arguments(who, record, config);
        String name = record.getClass().getSimpleName();
        if (record instanceof LearningRateSchedule) {
          if (ONLY_HERE.contains(name)) {
            throw refusal(who + " is a " + name + ", which Keras lacks");
          }
          config.put("name", name);
        }
        yield described(kind(record).module(), name, config, null);
      }
      default -> throw refusal(who + " is a " + value.getClass().getName());
    };
  }

  /** Returns the kind of a record that Keras knows; null for none. */
  private static Kind kind(Record record) {
    return Kind.of(record.getClass()).filter(kind -> kind.has(record.getClass())).orElse(null);
  }

  /** Returns the error for what a file cannot hold. */
  static IllegalArgumentException refusal(String what) {
    return Refusal.of(
        "KerasFiles.save",
        "writes what Keras knows",
        what,
        "nothing was written; save the weights alone, or a function as .tapedeck");
  }
}
