package dev.tapedeck.onnx;

import java.util.List;

/**
 * A graph that is to be written.
 *
 * @param outputs names of its outputs
 * @param batched whether the first axis of outputs is that of the inputs, as a layer's is
 */
record OnnxModel(OnnxGraph graph, List<String> outputs, boolean batched) {}
