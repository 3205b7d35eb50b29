package dev.tapedeck.onnx;

/** TEMP. */
final class Peepholes {
  private Peepholes() {}

  static OnnxGraph on(OnnxGraph graph) {
    return graph;
  }
}
