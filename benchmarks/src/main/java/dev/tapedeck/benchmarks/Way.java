package dev.tapedeck.benchmarks;

/** A way to do a piece of work: one of ours, or a peer's. */
enum Way {
  EAGER("eager", Ours.class.getName()),
  TRACED("traced", Ours.class.getName()),
  FIT("fit", Ours.class.getName()),
  TORCH("PyTorch eager", null),
  TENSORFLOW("TensorFlow eager", null),
  FUNCTION("tf.function", null),
  XLA("XLA-compiled Keras step", null),
  KERAS("Keras fit", null),
  DJL("DJL with PyTorch", "dev.tapedeck.benchmarks.Djl"),
  DL4J("DL4J", "dev.tapedeck.benchmarks.Dl4j");

  private final String title;

  /** The class whose main method does it; null for the Python script. */
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
    return compareTo(FIT) <= 0;
  }
}
