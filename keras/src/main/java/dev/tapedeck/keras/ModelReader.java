package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reader of models in Keras's descriptions: sequential ones, and functional ones, whose layers are
 * called again as the file says.
 */
final class ModelReader {
  private final ConfigReader objects;

  /**
   * Makes a reader.
   *
   * @param former whether the descriptions are of Keras 2
   */
  ModelReader(CustomObjects custom, boolean former) {
    objects = new ConfigReader(custom, former, this::model);
  }

  /** Returns the reader of the other objects. */
  ConfigReader objects() {
    return objects;
  }

  /** Returns whether a description is of a model that can be made. */
  static boolean isModel(JsonNode json) {
    return switch (ConfigReader.className(json)) {
      case "Sequential" -> true;
      case "Functional", "Model" -> json.path("config").has("layers");
      default -> false;
    };
  }

  /** Makes a model, with variables of initial values. */
  AbstractLayer<?, ?> model(JsonNode json) {
    if (!isModel(json)) {
      throw new KerasFileException(
          "KerasFiles: the file has a model of class "
              + ConfigReader.className(json)
              + ", whose Python code is not in it; write the class in Java, and load the weights:"
              + " KerasFiles.loadWeights(model, path)");
    }
    JsonNode config = json.path("config");
    AbstractLayer<?, ?> made =
        ConfigReader.className(json).equals("Sequential") ? sequential(config) : functional(config);
    if (config.hasNonNull("name")) {
      Settings.name(made, config.get("name").asText());
    }
    if (!config.path("trainable").asBoolean(true)) {
      Settings.trainable(made, false);
    }
    return made;
  }

  private Sequential sequential(JsonNode config) {
    Tensor input = null;
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : config.path("layers")) {
      if (ConfigReader.className(layer).equals("InputLayer")) {
        input = input(layer);
      } else if (objects.layer(layer) instanceof Layer one) {
        layers.add(one);
      } else {
        throw new KerasFileException(
            "KerasFiles: \""
                + layer.at("/config/name").asText()
                + "\" takes several tensors, so it cannot be in a Sequential");
      }
    }
    JsonNode shape = config.path("build_input_shape");
    if (input == null && shape.isArray() && !shape.isEmpty() && !shape.get(0).isContainerNode()) {
      input = Input.of("input", new TensorSpec(DType.FLOAT32, shape(shape)));
    }
    boolean ofIds = !layers.isEmpty() && layers.getFirst() instanceof Embedding;
    return new Sequential(
        input != null && ofIds ? ids(input) : input, layers.toArray(Layer[]::new));
  }

  /** Returns the input of an Embedding, which Keras casts to whole numbers if they are not. */
  private static Tensor ids(Tensor input) {
    return input.dtype().isFloating()
        ? Input.of(
            ModelCalls.inputName(input).orElseThrow(), new TensorSpec(DType.INT32, input.shape()))
        : input;
  }

  private static Tensor input(JsonNode layer) {
    JsonNode config = layer.path("config");
    JsonNode shape =
        config.has("batch_shape") ? config.get("batch_shape") : config.path("batch_input_shape");
    if (config.path("sparse").asBoolean()
        || config.path("ragged").asBoolean()
        || !shape.isArray()) {
      throw new KerasFileException(
          "KerasFiles: input \""
              + config.path("name").asText()
              + "\" is sparse, ragged or has no shape");
    }
    JsonNode dtype = config.path("dtype");
    String type = dtype.isObject() ? dtype.at("/config/name").asText() : dtype.asText("float32");
    return Input.of(config.path("name").asText("input"), new TensorSpec(dtype(type), shape(shape)));
  }

  private static DType dtype(String name) {
    return Arrays.stream(DType.values())
        .filter(type -> type.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new KerasFileException("KerasFiles: there are no inputs of type " + name));
  }

  private static Shape shape(JsonNode sizes) {
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes.get(i).isNull() ? Shape.UNKNOWN : JsonValues.whole(sizes.get(i));
    }
    return Shape.of(shape);
  }

  /** A call that a file names: that of a layer or op, by its number. */
  private record Place(String layer, int call) {}

  /** The calls of one layer, or op, that a file describes. */
  private final class Called {
    private final Object operation; // a layer or an op
    private final Deque<JsonNode> waiting = new ArrayDeque<>();
    private final Deque<Place> open = new ArrayDeque<>(); // inputs of the first that waits
    private final List<List<Tensor>> outputs = new ArrayList<>();

    Called(JsonNode json, boolean ofIds) {
      if (ConfigReader.className(json).equals("InputLayer")) {
        operation = null;
        outputs.add(List.of(ofIds ? ids(input(json)) : input(json)));
      } else {
        operation = isOp(json) ? Operation.of(json) : objects.layer(json);
        for (JsonNode node : json.path("inbound_nodes")) {
          waiting.add(isOp(json) ? node : LayerCalls.withoutMasks(node, Map.of()));
        }
        next();
      }
    }

    /** Returns the first input of the next call that is not made yet; null if all are. */
    Place missing(Map<String, Called> called) {
      while (!open.isEmpty()) {
        Called maker = called.get(open.peek().layer());
        if (maker == null || open.peek().call() >= maker.outputs.size()) {
          return open.peek();
        }
        open.poll();
      }
      return null;
    }

    /** Goes to the next call. */
    void next() {
      if (!waiting.isEmpty()) {
        CallArguments.histories(waiting.peek())
            .forEach(of -> open.add(new Place(of.path(0).asText(), of.path(1).asInt())));
      }
    }

    /** Returns 1 for a functional model, of which Keras counts the call that it was made with. */
    int made() {
      return operation instanceof Trainable<?, ?> && !(operation instanceof Sequential) ? 1 : 0;
    }

    List<Tensor> call(List<Object> positional, Map<String, Object> named) {
      return operation instanceof Operation op
          ? op.call(positional, named)
          : LayerCalls.call((AbstractLayer<?, ?>) operation, positional, named);
    }
  }

  private AbstractLayer<?, ?> functional(JsonNode config) {
    Map<String, Called> called = new LinkedHashMap<>();
    Map<String, JsonNode> needed = needed(config);
    Set<String> ids = ids(needed);
    needed.forEach((name, layer) -> called.put(name, new Called(layer, ids.contains(name))));
    callAll(called);
    Object inputs = ends(config.path("input_layers"), called);
    Object outputs = ends(config.path("output_layers"), called);
    return inputs instanceof Tensor one && outputs instanceof Tensor other
        ? Model.of(one, other)
        : Model.of(inputs, outputs);
  }

  /**
   * Returns the layers that the outputs depend on, by name. Keras lists the ops of masks as well,
   * which pass through the layers here by themselves.
   */
  private static Map<String, JsonNode> needed(JsonNode config) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    for (JsonNode layer : config.path("layers")) {
      String name = name(layer);
      if (all.put(name, layer) != null) {
        throw new KerasFileException("KerasFiles: two layers are named \"" + name + "\"");
      }
    }
    Set<String> reached = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    histories(config.path("input_layers")).forEach(history -> open.add(history.path(0).asText()));
    histories(config.path("output_layers")).forEach(history -> open.add(history.path(0).asText()));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (all.containsKey(name) && reached.add(name)) {
        for (JsonNode node : all.get(name).path("inbound_nodes")) {
          JsonNode call = isOp(all.get(name)) ? node : LayerCalls.withoutMasks(node, all);
          CallArguments.histories(call).forEach(history -> open.add(history.path(0).asText()));
        }
      }
    }
    all.keySet().retainAll(reached);
    return all;
  }

  /** Returns the names of what only Embeddings are called with. */
  private static Set<String> ids(Map<String, JsonNode> layers) {
    Set<String> ofEmbeddings = new HashSet<>();
    Set<String> ofOthers = new HashSet<>();
    for (JsonNode layer : layers.values()) {
      boolean embeds = ConfigReader.className(layer).equals(Embedding.class.getSimpleName());
      for (JsonNode node : layer.path("inbound_nodes")) {
        CallArguments.histories(node)
            .forEach(of -> (embeds ? ofEmbeddings : ofOthers).add(of.path(0).asText()));
      }
    }
    ofEmbeddings.removeAll(ofOthers);
    return ofEmbeddings;
  }

  static boolean isOp(JsonNode layer) {
    return layer.path("module").asText("").startsWith("keras.src.ops");
  }

  private static String name(JsonNode layer) {
    return layer.path("name").asText(layer.at("/config/name").asText());
  }

  private static List<JsonNode> histories(JsonNode structure) {
    if (isHistory(structure)) {
      return List.of(structure);
    }
    return structure.valueStream().flatMap(part -> histories(part).stream()).toList();
  }

  private static boolean isHistory(JsonNode json) {
    return json.isArray() && json.size() == 3 && json.get(0).isTextual();
  }

  /** Makes the calls in an order in which each has its inputs. */
  private static void callAll(Map<String, Called> called) {
    Map<Place, List<String>> awaited = new HashMap<>();
    Deque<String> ready = new ArrayDeque<>(called.keySet());
    while (!ready.isEmpty()) {
      String name = ready.poll();
      Called one = called.get(name);
      while (!one.waiting.isEmpty()) {
        Place missing = one.missing(called);
        if (missing != null) {
          awaited.computeIfAbsent(missing, _ -> new ArrayList<>()).add(name);
          break;
        }
        CallArguments arguments =
            CallArguments.of(one.waiting.poll(), history -> symbol(history, called));
        one.outputs.add(one.call(arguments.positional(), arguments.named()));
        one.next();
        List<String> freed = awaited.remove(new Place(name, one.outputs.size() - 1));
        ready.addAll(freed == null ? List.of() : freed);
      }
    }
    called.forEach(
        (name, one) -> {
          if (!one.waiting.isEmpty()) {
            throw new KerasFileException(
                "KerasFiles: the inputs of \"" + name + "\" come from no layer, or from itself");
          }
        });
  }

  private static Tensor symbol(JsonNode history, Map<String, Called> called) {
    return symbol(history, history.path(1).asInt(-1), called);
  }

  private static Tensor symbol(JsonNode history, int call, Map<String, Called> called) {
    Called maker = called.get(history.path(0).asText());
    int output = history.path(2).asInt(-1);
    if (maker == null
        || call < 0
        || call >= maker.outputs.size()
        || output < 0
        || output >= maker.outputs.get(call).size()) {
      throw new KerasFileException("KerasFiles: the file has no output " + history);
    }
    return maker.outputs.get(call).get(output);
  }

  /** Returns the model's inputs or outputs in the structure in which a file lists them. */
  private static Object ends(JsonNode json, Map<String, Called> called) {
    if (isHistory(json)) {
      Called maker = called.get(json.path(0).asText());
      return symbol(json, json.path(1).asInt() - (maker == null ? 0 : maker.made()), called);
    } else if (json.isArray()) {
      List<Object> list = new ArrayList<>();
      json.forEach(part -> list.add(ends(part, called)));
      return list.size() == 1 && list.getFirst() instanceof Tensor one ? one : list;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    json.properties().forEach(part -> map.put(part.getKey(), ends(part.getValue(), called)));
    return map;
  }

  /** Compiles a model as its file says. */
  void compile(Trainable<?, ?> model, JsonNode compiled, JsonNode config) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    JsonNode layers = config.path("output_layers");
    switch (((AbstractLayer<?, ?>) model.layer()).output()) {
      case Tensor one -> {
        outputs.put(Objective.ALL, one);
        names.add(layers.at(layers.path(0).isArray() ? "/0/0" : "/0").asText());
      }
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          outputs.put(Integer.toString(i), (Tensor) list.get(i));
          names.add(layers.path(i).path(0).asText());
        }
      }
      case Map<?, ?> map ->
          map.forEach(
              (key, output) -> {
                outputs.put((String) key, (Tensor) output);
                names.add((String) key);
              });
      default -> throw new KerasFileException("KerasFiles: the outputs are nested");
    }
    new CompileReader(objects, outputs, names).compile(model, compiled);
  }
}
