package dev.tapedeck.train;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import java.util.List;
import java.util.Map;

/**
 * The quantization of a model: its layers, one by one, store their weights in fewer bits.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class Quantization {
  private static final String WHO = "quantize";
  private static final Map<String, DType> MODES =
      Map.of("int8", DType.INT8, "float16", DType.FLOAT16);

  private Quantization() {}

  /** Quantizes a model; see {@link Trainable#quantize}. */
  static void of(AbstractLayer<?, ?> model, String mode) {
    if (mode == null || !MODES.containsKey(mode)) {
      throw Refusal.of(WHO, "needs a mode \"int8\" or \"float16\"", mode, "give one of them");
    }
    List<AbstractLayer<?, ?>> layers = LayerState.layers(model);
    layers.forEach(Quantization::check);
    boolean any = false;
    for (AbstractLayer<?, ?> layer : layers) {
      any |= layer.quantize(mode, MODES.get(mode));
    }
    if (!any) {
      throw Refusal.of(
          WHO,
          "needs a layer whose weights it can store in fewer bits",
          model.name() + " without",
          "add a Dense, EinsumDense or Embedding layer, or leave the model as it is");
    }
  }

  /**
   * Refuses quantized models, for files that cannot hold them.
   *
   * @param who name of the caller, for messages
   */
  public static void requireNone(String who, AbstractLayer<?, ?> model) {
    for (AbstractLayer<?, ?> layer : LayerState.layers(model)) {
      if (layer.quantizationMode() != null) {
        throw Refusal.of(
            who,
            "needs a model that is not quantized",
            "layer \"" + layer.name() + "\" of " + layer.quantizationMode(),
            "save the model before model.quantize, and quantize it after loading");
      }
    }
  }

  private static void check(AbstractLayer<?, ?> layer) {
    if (layer.isAwaitingState()) {
      throw new IllegalStateException(
          WHO
              + ": layer \""
              + layer.name()
              + "\" has no variables yet; call the model once with an input, or build(spec)");
    }
    if (layer.quantizationMode() != null) {
      throw new IllegalStateException(
          WHO
              + ": layer \""
              + layer.name()
              + "\" is quantized to "
              + layer.quantizationMode()
              + " already; make the model again, and load its weights, for another mode");
    }
  }
}
