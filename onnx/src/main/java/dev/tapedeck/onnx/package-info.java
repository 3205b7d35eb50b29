/**
 * Export of models and traced functions as ONNX, for ONNX Runtime and other programs that run it.
 *
 * <p>Begin with {@link dev.tapedeck.onnx.Onnx}.
 *
 * <p>Inside: {@code GraphExport} goes through the calls of a traced graph that the outputs need; a
 * {@code Pattern} finds what several of them compute together, and for each step the {@code Row} of
 * its op in the table {@code Rows} writes nodes with an {@code Emitter}. {@code Transposes} and
 * {@code Peepholes} are passes over the nodes, {@code ModelWriter} names them and makes ONNX's
 * messages, and {@code OnnxFile} writes those.
 */
package dev.tapedeck.onnx;
