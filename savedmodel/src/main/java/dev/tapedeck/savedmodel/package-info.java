/**
 * Models and functions as TensorFlow's SavedModels.
 *
 * <p>Begin with {@link dev.tapedeck.savedmodel.SavedModels}; {@link
 * dev.tapedeck.savedmodel.ExportArchive} writes several endpoints.
 *
 * <p>Inside: {@code GraphWriter} walks a traced graph and looks up each op in {@code OpRows}, whose
 * rows write TensorFlow's nodes by an {@code Emitter} into a {@code FunctionBody}. An {@code
 * Endpoint} is two functions in the {@code Library}; {@code MainGraph} has the calls of them for
 * programs without Python, {@code ObjectGraph} what Python makes objects of, {@code ModelFolder}
 * the files.
 */
package dev.tapedeck.savedmodel;
