package dev.tapedeck.tensor;

/** An object that is not a tensor but has one as its value: a variable. */
public interface HasValue {
  /** Returns the present value. */
  Tensor value();
}
