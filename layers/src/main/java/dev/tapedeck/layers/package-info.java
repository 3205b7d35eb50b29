/**
 * Layers, the building blocks of models: functions with variables of their own.
 *
 * <p>A layer's constructor takes the required arguments; everything else has Keras's default, and a
 * method named as Keras's argument sets it before the first call, which makes the variables:
 *
 * <pre>{@code
 * Model digits =
 *     new Sequential(
 *         new Conv2D(32, 3, Activations::relu).padding(Padding.SAME),
 *         new MaxPooling2D(),
 *         new Flatten(),
 *         new Dropout(0.5),
 *         new Dense(10).kernelInitializer(Initializers.heNormal()));
 * Tensor logits = digits.apply(images); // [n, h, w, 1] -> [n, 10]
 * }</pre>
 *
 * <p>Inputs are batches: the first axis counts examples. Images are {@code [n, h, w, c]}. A layer
 * of your own extends {@link dev.tapedeck.train.Layer}.
 *
 * <p>{@code docs/layers.md} lists them by family. Those of several tensors, as {@link
 * dev.tapedeck.layers.Concatenate} and {@link dev.tapedeck.layers.Add}, take a list.
 */
package dev.tapedeck.layers;
