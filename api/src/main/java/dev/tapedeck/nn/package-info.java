/**
 * The stateless parts of neural networks, with Keras's names.
 *
 * <p>Functions: {@link dev.tapedeck.nn.Activations}. Values, which are records of Keras's
 * arguments: initializers, made by {@link dev.tapedeck.nn.Initializers}; regularizers, by {@link
 * dev.tapedeck.nn.Regularizers}; constraints, by {@link dev.tapedeck.nn.Constraints}. {@link
 * dev.tapedeck.nn.Windows} are those of signal processing, for {@link dev.tapedeck.nn.STFT}.
 *
 * <p>A function or lambda is an initializer, regularizer or constraint of your own.
 */
package dev.tapedeck.nn;
