/**
 * The stateless parts of neural networks: {@link dev.tapedeck.nn.Activations} and {@link
 * dev.tapedeck.nn.Initializers}.
 */
package dev.tapedeck.nn;
