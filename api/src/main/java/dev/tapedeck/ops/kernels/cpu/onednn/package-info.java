/** Matrix products and convolutions by oneDNN, called through {@code java.lang.foreign}. */
package dev.tapedeck.ops.kernels.cpu.onednn;
