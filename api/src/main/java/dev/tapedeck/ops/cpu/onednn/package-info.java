/**
 * Matrix products, convolutions and pooling by oneDNN, called through {@code java.lang.foreign}.
 */
package dev.tapedeck.ops.cpu.onednn;
