package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
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
   * Calls a layer, and returns its outputs in Keras's order.
   *
   * @param returnsStates whether the layer's output has its states beside it
   */
  static List<Tensor> call(
      AbstractLayer<?, ?> layer, List<Object> positional, Map<String, Object> named) {
    LayerCalls call = new LayerCalls(layer, positional, named);
    Boolean training = call.named.containsKey("training") ? true : null;
    call.named.remove("training");
    List<Tensor> outputs = call.outputs(training);
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

  private List<Tensor> outputs(Boolean training) {
    return switch (layer) {
      case RecurrentLayer<?, ?> _, Bidirectional _ -> recurrent(training);
      case AttentionLayer<?, ?> attention -> attention(attention, training);
      case Layer one -> {
        Tensor input = (Tensor) only();
        yield List.of(training == null ? one.apply(input) : one.apply(input, training));
      }
      case LayerOf<?, ?> several -> TensorTree.tensorsOf(apply(several, only(), training));
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
  private static <I, O> O apply(LayerOf<I, O> layer, Object input, Boolean training) {
    return training == null ? layer.apply((I) input) : layer.apply((I) input, training);
  }

  @SuppressWarnings("unchecked") // states are a list
  private List<Tensor> recurrent(Boolean training) {
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
    boolean returnsStates = layer.arguments().toString().contains("returnState=true");
    RecurrentOutput output;
    if (!returnsStates && states.isEmpty()) {
      return List.of(((Layer) layer).apply(given));
    }
    output =
        layer instanceof Bidirectional both
            ? both.applyWithState(given, states)
            : training == null
                ? ((RecurrentLayer<?, ?>) layer).applyWithState(given, states)
                : ((RecurrentLayer<?, ?>) layer).applyWithState(given, states, training);
    List<Tensor> all = new ArrayList<>(List.of(output.output()));
    if (returnsStates) {
      all.addAll(output.states());
    }
    return all;
  }

  private List<Tensor> attention(AttentionLayer<?, ?> attention, Boolean training) {
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
      AttentionOutput output =
          training == null
              ? attention.applyWithScores(inputs)
              : attention.applyWithScores(inputs, training);
      return List.of(output.output(), output.scores());
    }
    return List.of(apply(attention, inputs, training));
  }
}
