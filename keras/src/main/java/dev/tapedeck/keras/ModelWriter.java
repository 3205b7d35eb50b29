package dev.tapedeck.keras;

import dev.tapedeck.config.Records;
import dev.tapedeck.config.SnakeCase;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.layers.AttentionInputs;
import dev.tapedeck.layers.AttentionOutput;
import dev.tapedeck.layers.RecurrentInput;
import dev.tapedeck.layers.SequenceAttention;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writer of sequential and functional models in Keras's descriptions. */
final class ModelWriter {
  private final ConfigWriter objects;

  ModelWriter(CustomObjects custom) {
    objects = new ConfigWriter(custom, this::model);
  }

  ConfigWriter objects() {
    return objects;
  }

  /** Returns the description of a model. */
  Map<String, Object> model(AbstractLayer<?, ?> model) {
    if (model instanceof Sequential sequential) {
      return ConfigWriter.described("keras", "Sequential", sequential(sequential), null);
    }
    ModelCalls calls =
        ModelCalls.of(model)
            .orElseThrow(
                () ->
                    ConfigWriter.refusal(
                        "model \""
                            + model.name()
                            + "\" is of class "
                            + model.getClass().getName()
                            + ", a class of one's own"));
    return ConfigWriter.described(
        "keras.src.models.functional",
        "Functional",
        new Graph(model, calls).config(),
        "Functional");
  }

  private Map<String, Object> sequential(Sequential model) {
    List<Object> layers = new ArrayList<>();
    ModelCalls.of(model)
        .map(calls -> (Tensor) calls.inputs())
        .or(() -> builtInput(model))
        .ifPresent(symbol -> layers.add(input(symbol)));
    Map<Object, String> names = names(model);
    model.layers().forEach(layer -> layers.add(named(names.get(layer), objects.layer(layer))));
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", model.name());
    config.put("trainable", model.trainable());
    config.put("layers", layers);
    return config;
  }

  /** Returns an input like that which built the variables, of any batch; empty for none. */
  private static Optional<Tensor> builtInput(Sequential model) {
    TensorSpec spec = model.inputSpec();
    if (spec == null && !model.layers().isEmpty()) {
      spec = ((Layer) model.layers().getFirst()).inputSpec();
    }
    if (spec == null || spec.shape().rank() == 0) {
      if (!model.variables().isEmpty()) {
        throw ConfigWriter.refusal(
            "model \"" + model.name() + "\" has variables, and no input; call it once");
      }
      return Optional.empty();
    }
    Shape anyBatch = spec.shape().with(0, Shape.UNKNOWN);
    return Optional.of(Input.of("input", new TensorSpec(spec.dtype(), anyBatch)));
  }

  /** Returns the names that a model has for its layers. */
  private static Map<Object, String> names(AbstractLayer<?, ?> model) {
    Map<Object, String> names = new IdentityHashMap<>();
    model.parts().forEach((name, part) -> names.putIfAbsent(part, name));
    return names;
  }

  /** Sets the name in a description, and returns it. */
  @SuppressWarnings("unchecked") // a configuration is a map
  private static Map<String, Object> named(String name, Map<String, Object> described) {
    ((Map<String, Object>) described.get("config")).put("name", name);
    return described;
  }

  private static Map<String, Object> input(Tensor symbol) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("batch_shape", shape(symbol.shape()));
    config.put("dtype", symbol.dtype().toString());
    config.put("sparse", false);
    config.put("name", ModelCalls.inputName(symbol).orElse("input"));
    return ConfigWriter.described("keras.layers", "InputLayer", config, null);
  }

  private static List<Long> shape(Shape shape) {
    List<Long> sizes = new ArrayList<>();
    for (long size : shape.toArray()) {
      sizes.add(size == Shape.UNKNOWN ? null : (Long) size);
    }
    return sizes;
  }

  /** A functional model's layers, with the places that their outputs have in the file. */
  private final class Graph {
    private final AbstractLayer<?, ?> model;
    private final ModelCalls calls;
    private final Map<Object, String> held;
    private final Map<Tensor, List<Object>> histories = new HashMap<>();
    private final Map<Object, String> names = new IdentityHashMap<>();
    private final Map<Object, List<Object>> nodes = new IdentityHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<Object> models = new HashSet<>();

    Graph(AbstractLayer<?, ?> model, ModelCalls calls) {
      this.model = model;
      this.calls = calls;
      this.held = ModelWriter.names(model);
      for (Object operation : LayerOrder.operations(calls)) {
        names.put(operation, unique(name(operation)));
        nodes.put(operation, new ArrayList<>());
        if (operation instanceof Trainable<?, ?> && !(operation instanceof Sequential)) {
          models.add(names.get(operation));
        }
        if (operation instanceof Tensor input) {
          histories.put(input, List.of(names.get(input), 0, 0));
        }
      }
      for (ModelCalls.Call call : calls.calls()) {
        Object operation = LayerOrder.operation(call);
        List<Object> of = nodes.get(operation);
        int number = of.size();
        of.add(node(call));
        List<Tensor> outputs = outputs(call);
        for (int i = 0; i < outputs.size(); i++) {
          histories.put(outputs.get(i), List.of(names.get(operation), number, i));
        }
      }
    }

    private String unique(String name) {
      String unique = name;
      for (int i = 1; !taken.add(unique); i++) {
        unique = name + "_" + i;
      }
      return unique;
    }

    private String name(Object operation) {
      return switch (operation) {
        case AbstractLayer<?, ?> layer -> held.get(layer);
        case Tensor input -> ModelCalls.inputName(input).orElse("input");
        case ModelCalls.OfOp call -> SnakeCase.of(OperationWriter.of(call).name());
        default -> throw new IllegalStateException("not in a graph: " + operation);
      };
    }

    Map<String, Object> config() {
      List<Object> layers = new ArrayList<>();
      for (Object operation : LayerOrder.operations(calls)) {
        Map<String, Object> layer =
            switch (operation) {
              case AbstractLayer<?, ?> one -> objects.layer(one);
              case Tensor symbol -> input(symbol);
              case ModelCalls.OfOp call -> OperationWriter.of(call).describe();
              default -> throw new IllegalStateException("not in a graph: " + operation);
            };
        String name = names.get(operation);
        named(name, layer).put("name", name);
        layer.put("inbound_nodes", nodes.get(operation));
        layers.add(layer);
      }
      Map<String, Object> config = new LinkedHashMap<>();
      config.put("name", model.name());
      config.put("trainable", model.trainable());
      config.put("layers", layers);
      config.put("input_layers", structure("an input", calls.inputs()));
      config.put("output_layers", structure("an output", calls.outputs()));
      return config;
    }

    private Object structure(String what, Object values) {
      return switch (values) {
        case Tensor symbol -> end(history(symbol));
        case List<?> list -> list.stream().map(part -> structure(what, part)).toList();
        case Map<?, ?> map -> {
          Map<Object, Object> written = new LinkedHashMap<>();
          map.forEach((key, part) -> written.put(key, structure(what, part)));
          yield written;
        }
        case Record record -> {
          Map<Object, Object> written = new LinkedHashMap<>();
          List<String> keys = Records.names(record.getClass());
          List<Object> parts = Records.components(record);
          for (int i = 0; i < keys.size(); i++) {
            written.put(keys.get(i), structure(what, parts.get(i)));
          }
          yield written;
        }
        default -> throw ConfigWriter.refusal(what + " of the model is a " + values.getClass());
      };
    }

    /** Returns the history of an output; there Keras counts the call that a model was made with. */
    private List<Object> end(List<Object> history) {
      return models.contains(history.getFirst())
          ? List.of(history.get(0), (int) history.get(1) + 1, history.get(2))
          : history;
    }

    private List<Object> history(Tensor symbol) {
      List<Object> history = histories.get(symbol);
      if (history == null) {
        throw ConfigWriter.refusal("a mask is used as a tensor, " + symbol);
      }
      return history;
    }

    /** Returns the outputs of a call in Keras's order, without those that Keras does not have. */
    private static List<Tensor> outputs(ModelCalls.Call call) {
      return switch (call) {
        case ModelCalls.OfOp op -> op.outputs();
        case ModelCalls.OfLayer layer -> TensorTree.tensorsOf(layer.output());
      };
    }

    private Map<String, Object> node(ModelCalls.Call call) {
      List<Object> positional = new ArrayList<>();
      Map<String, Object> named = new LinkedHashMap<>();
      switch (call) {
        case ModelCalls.OfOp op ->
            positional.addAll(
                OperationWriter.of(op)
                    .arguments(op.inputs().stream().map(this::argument).toList()));
        case ModelCalls.OfLayer layer -> {
          switch (layer.input()) {
            case AttentionInputs inputs -> attention(layer, inputs, positional, named);
            case RecurrentInput inputs -> {
              positional.add(argument(inputs.input()));
              if (!inputs.states().isEmpty()) {
                named.put("initial_state", argument(inputs.states()));
              }
            }
            default -> positional.add(argument(layer.input()));
          }
          if (layer.training() != null) {
            named.put("training", layer.training());
          }
        }
      }
      return new LinkedHashMap<>(Map.of("args", positional, "kwargs", named));
    }

    private void attention(
        ModelCalls.OfLayer call,
        AttentionInputs inputs,
        List<Object> positional,
        Map<String, Object> named) {
      List<Object> all =
          new ArrayList<>(List.of(argument(inputs.query()), argument(inputs.value())));
      if (inputs.key() != null) {
        all.add(argument(inputs.key()));
      }
      if (call.layer() instanceof SequenceAttention<?, ?>) {
        positional.add(all);
      } else {
        positional.addAll(all);
      }
      if (inputs.attentionMask() != null) {
        named.put("attention_mask", argument(inputs.attentionMask()));
      }
      if (inputs.causal()) {
        named.put("use_causal_mask", true);
      }
      if (call.output() instanceof AttentionOutput) {
        named.put("return_attention_scores", true);
      }
    }

    private Object argument(Object value) {
      return switch (value) {
        case SymbolicTensor symbol -> {
          Map<String, Object> config = new LinkedHashMap<>();
          config.put("shape", shape(symbol.shape()));
          config.put("dtype", symbol.dtype().toString());
          config.put("keras_history", history(symbol));
          yield new LinkedHashMap<>(Map.of("class_name", "__keras_tensor__", "config", config));
        }
        case EagerTensor constant when constant.shape().isScalar() -> constant.item();
        case List<?> list -> list.stream().map(this::argument).toList();
        default ->
            throw ConfigWriter.refusal(
                "a call takes " + TensorTree.describe(value) + ", which is no symbol");
      };
    }
  }
}
