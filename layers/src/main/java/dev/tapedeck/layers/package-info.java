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
 *         new MaxPool2D(),
 *         new Flatten(),
 *         new Dropout(0.5),
 *         new Dense(10).kernelInitializer(Initializers.heNormal()));
 * Tensor logits = digits.apply(images); // [n, h, w, 1] -> [n, 10]
 * }</pre>
 *
 * <p>Inputs are batches: the first axis counts examples. Images are {@code [n, h, w, c]}. A layer
 * of your own extends {@link dev.tapedeck.train.Layer}.
 *
 * <p>There are {@link dev.tapedeck.layers.Dense}, {@link dev.tapedeck.layers.Embedding}, {@link
 * dev.tapedeck.layers.Activation} and {@link dev.tapedeck.layers.Masking}; {@link
 * dev.tapedeck.layers.Conv2D}, {@link dev.tapedeck.layers.MaxPool2D} and {@link
 * dev.tapedeck.layers.AvgPool2D} of images; {@link dev.tapedeck.layers.BatchNormalization}, {@link
 * dev.tapedeck.layers.Dropout}; {@link dev.tapedeck.layers.Flatten}, and {@link
 * dev.tapedeck.layers.Concatenate} of several tensors.
 */
package dev.tapedeck.layers;
