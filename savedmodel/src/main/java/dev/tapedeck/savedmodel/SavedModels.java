package dev.tapedeck.savedmodel;

import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import java.nio.file.Path;
import java.util.List;

/**
 * Export of models and functions as TensorFlow's SavedModels, which {@code tf.saved_model.load},
 * Keras's {@code TFSMLayer}, TensorFlow Serving and the TFLite converter read.
 *
 * <p>All write the endpoint {@code serve}, which is the signature {@code serving_default}, too;
 * {@link ExportArchive} writes several, or constants. The inference of a layer has no masks of its
 * inputs. docs/savedmodel.md says what is refused.
 */
public final class SavedModels {
  private static final String SERVE = "serve";

  private SavedModels() {}

  /**
   * Writes the inference of a functional model, or of a {@code Sequential} model with an input.
   *
   * @throws IllegalArgumentException if the model has no symbolic input, TensorFlow has no
   *     counterpart of an op, or the folder exists; then nothing is written
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public static void export(AbstractLayer<?, ?> model, Path folder) {
    new ExportArchive().endpoint(SERVE, model).write(folder);
  }

  /**
   * Writes the inference of any layer or model.
   *
   * @param inputs types and shapes of its tensors, in their order; -1 for an unknown size
   * @throws IllegalArgumentException as {@link #export(AbstractLayer, Path)}
   */
  public static void export(AbstractLayer<?, ?> model, List<TensorSpec> inputs, Path folder) {
    new ExportArchive().endpoint(SERVE, model, inputs).write(folder);
  }

  /**
   * Writes a traced function with the variables that it reads.
   *
   * @throws IllegalArgumentException as {@link #export(AbstractLayer, Path)}
   * @throws IllegalStateException if Java code in the function reads values of tensors
   */
  public static void export(ConcreteFunction function, Path folder) {
    new ExportArchive().endpoint(SERVE, function).write(folder);
  }
}
