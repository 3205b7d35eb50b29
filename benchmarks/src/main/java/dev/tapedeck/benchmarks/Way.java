package dev.tapedeck.benchmarks;

/** A way to do a task: one of ours, or a peer's. */
enum Way {
  EAGER("eager", TapedeckWork.class.getName()),
  TRACED("traced", TapedeckWork.class.getName()),
  FIT("fit", TapedeckWork.class.getName()),
  PREDICT("predict", TapedeckWork.class.getName()),
  CALL("traced call", TapedeckWork.class.getName()),
  TORCH("PyTorch eager", null),
  TUNED("PyTorch, tuned", null),
  COMPILED("torch.compile", null),
  TENSORFLOW("TensorFlow eager", null),
  FUNCTION("tf.function", null),
  XLA("XLA-compiled Keras step", null),
  KERAS("Keras fit", null),
  ONNX("ONNX Runtime", null),
  ORT("ONNX Runtime, Java", "dev.tapedeck.benchmarks.Ort"),
  DJL("DJL with PyTorch", "dev.tapedeck.benchmarks.Djl"),
  DL4J("DL4J", "dev.tapedeck.benchmarks.Dl4j");

  private final String title;

  /** Main class of the worker; null for the Python script. */
  private final String main;

  Way(String title, String main) {
    this.title = title;
    this.main = main;
  }

  String title() {
    return title;
  }

  String main() {
    return main;
  }

  boolean isOurs() {
    return compareTo(CALL) <= 0;
  }
}
