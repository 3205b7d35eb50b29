package dev.tapedeck.tensor;

/** Thrown when tensor memory is exhausted and a collection did not help; names the limit. */
public final class TensorMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TensorMemoryException(String message) {
    super(message);
  }
}
