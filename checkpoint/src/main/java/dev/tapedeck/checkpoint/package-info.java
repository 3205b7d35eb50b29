/**
 * Checkpoints in TensorFlow's own format, which it lists, reads and restores, as this package does
 * with TensorFlow's.
 */
package dev.tapedeck.checkpoint;
