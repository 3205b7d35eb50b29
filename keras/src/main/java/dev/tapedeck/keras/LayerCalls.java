package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tapedeck.config.Records;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.layers.AttentionInputs;
import dev.tapedeck.layers.AttentionLayer;
import dev.tapedeck.layers.AttentionOutput;
import dev.tapedeck.layers.Bidirectional;
import dev.tapedeck.layers.RecurrentLayer;
import dev.tapedeck.layers.RecurrentOutput;
import dev.tapedeck.layers.SequenceAttention;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Calls of layers with Keras's arguments: tensors, lists and maps of them, and options by name.
 *
 * <p>Keras returns states and scores beside the output if it is asked to; here other methods do.
 */
final class LayerCalls {
  /** Arguments of a call that the masks of the tensors themselves stand for. */
  private static final Set<String> MASKS = Set.of("mask", "query_mask", "value_mask", "key_mask");

  private final AbstractLayer<?, ?> layer;
  private final List<Object> positional;
  private final Map<String, Object> named;

  private LayerCalls(
      AbstractLayer<?, ?> layer, List<Object> positional, Map<String, Object> named) {
    this.layer = layer;
    this.positional = positional;
    this.named = new LinkedHashMap<>(named);
    this.named.values().removeIf(value -> value == null || value.equals(false));
  }

  /**
   * Returns a call without the masks of its tensors, which they have here themselves.
   *
   * @param layers the layers by name; a mask that one of them made, rather than ops, is refused
   */
  static JsonNode withoutMasks(JsonNode node, Map<String, JsonNode> layers) {
    if (!node.path("kwargs").isObject()) {
      return node;
    }
    ObjectNode call = node.deepCopy();
    for (String mask : MASKS) {
      JsonNode given = ((ObjectNode) call.get("kwargs")).remove(mask);
      if (given != null) {
        ObjectNode alone = JsonNodeFactory.instance.objectNode();
        alone.putObject("kwargs").set(mask, given);
        for (JsonNode history : CallArguments.histories(alone)) {
          JsonNode maker = layers.get(history.path(0).asText());
          if (maker != null && !ModelReader.isOp(maker)) {
            throw new KerasFileException(
                "KerasFiles: a layer is called with a "
                    + mask
                    + " that \""
                    + history.path(0).asText()
                    + "\" made; masks are those of the tensors here: use Masking, or maskZero");
          }
        }
      }
    }
    return call;
  }

  /** Calls a layer, and returns its outputs in Keras's order. */
  static List<Tensor> call(
      AbstractLayer<?, ?> layer, List<Object> positional, Map<String, Object> named) {
    LayerCalls call = new LayerCalls(layer, positional, named);
    call.named.remove("training"); // a functional model of Keras overrides it by its own flag
    List<Tensor> outputs = call.outputs();
    if (!call.named.isEmpty()) {
      throw new KerasFileException(
          "KerasFiles: layer \""
              + layer.name()
              + "\" is called with "
              + new TreeSet<>(call.named.keySet())
              + ", which cannot be said here");
    }
    return outputs;
  }

  private List<Tensor> outputs() {
    return switch (layer) {
      case RecurrentLayer<?, ?> _, Bidirectional _ -> recurrent();
      case AttentionLayer<?, ?> attention -> attention(attention);
      case Layer one -> List.of(one.apply(only()));
      case LayerOf<?, ?> several -> TensorTree.tensorsOf(apply(several, only()));
    };
  }

  private Object only() {
    if (positional.size() != 1) {
      throw new KerasFileException(
          "KerasFiles: layer \""
              + layer.name()
              + "\" is called with "
              + positional.size()
              + " arguments, it takes one here");
    }
    return positional.getFirst();
  }

  @SuppressWarnings("unchecked") // a wrong structure is refused by the layer
  private static <I, O> O apply(LayerOf<I, O> layer, Object input) {
    return layer.apply((I) input);
  }

  @SuppressWarnings("unchecked") // states are a list
  private List<Tensor> recurrent() {
    Object given = only();
    List<Tensor> states = List.of();
    if (given instanceof List<?> list) {
      given = list.getFirst();
      states = (List<Tensor>) list.subList(1, list.size());
    }
    Object initial = named.remove("initial_state");
    if (initial != null) {
      states = initial instanceof Tensor state ? List.of(state) : (List<Tensor>) initial;
    }
    boolean returnsStates = returnsStates(layer);
    if (!returnsStates && states.isEmpty()) {
      return List.of(((Layer) layer).apply(given));
    }
    RecurrentOutput output =
        layer instanceof Bidirectional both
            ? both.applyWithState(given, states)
            : ((RecurrentLayer<?, ?>) layer).applyWithState(given, states);
    List<Tensor> all = new ArrayList<>(List.of(output.output()));
    if (returnsStates) {
      all.addAll(output.states());
    }
    return all;
  }

  private static boolean returnsStates(AbstractLayer<?, ?> layer) {
    return layer instanceof Bidirectional
        ? returnsStates((AbstractLayer<?, ?>) Records.component(layer.arguments(), "layer"))
        : (boolean) Records.component(layer.arguments(), "returnState");
  }

  private List<Tensor> attention(AttentionLayer<?, ?> attention) {
    List<?> given = attention instanceof SequenceAttention<?, ?> ? (List<?>) only() : positional;
    Object key = given.size() > 2 ? given.get(2) : named.remove("key");
    AttentionInputs inputs =
        new AttentionInputs(
            (Tensor) given.get(0),
            (Tensor) (given.size() > 1 ? given.get(1) : named.remove("value")),
            (Tensor) key,
            (Tensor) named.remove("attention_mask"),
            named.remove("use_causal_mask") != null);
    if (named.remove("return_attention_scores") != null) {
      AttentionOutput output = attention.applyWithScores(inputs);
      return List.of(output.output(), output.scores());
    }
    return List.of(apply(attention, inputs));
  }
}
