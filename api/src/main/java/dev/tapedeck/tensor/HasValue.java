package dev.tapedeck.tensor;

/** What is no tensor, but has a value that is one: a variable. */
public interface HasValue {
  /** Returns the present value. */
  Tensor value();
}
