/**
 * Models and weights in the files of Keras: {@link dev.tapedeck.keras.KerasFiles} reads and writes
 * them.
 *
 * <p>A {@code .keras} archive is a zip of {@code config.json}, which describes the model, and
 * {@code model.weights.h5}. {@code ModelReader} and {@code ModelWriter} go through the layers and
 * their calls; {@code ConfigReader} and {@code ConfigWriter} convert objects by the records of
 * their arguments, so that no class is listed here; {@code WeightPaths} knows where a variable is
 * in the weights.
 */
package dev.tapedeck.keras;
