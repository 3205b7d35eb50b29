/**
 * Export of models and traced functions as ONNX, for ONNX Runtime and other programs that run it.
 *
 * <p>Begin with {@link dev.tapedeck.onnx.Onnx}.
 */
package dev.tapedeck.onnx;
