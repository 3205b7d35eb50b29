package dev.tapedeck.nn;

import dev.tapedeck.ops.Maths;
import dev.tapedeck.ops.Softmax;
import dev.tapedeck.tensor.Tensor;

/** Activation functions, to be named where a layer takes one: {@code Activations::relu}. */
public final class Activations {
  private Activations() {}

  /** Returns {@code x}. */
  public static Tensor linear(Tensor x) {
    return x;
  }

  /** Returns {@code max(x, 0)}. */
  public static Tensor relu(Tensor x) {
    return Maths.relu(x);
  }

  /** Returns {@code 1 / (1 + exp(-x))}. */
  public static Tensor sigmoid(Tensor x) {
    return Maths.sigmoid(x);
  }

  /** Returns the hyperbolic tangent. */
  public static Tensor tanh(Tensor x) {
    return Maths.tanh(x);
  }

  /** Returns {@code log(1 + exp(x))}. */
  public static Tensor softplus(Tensor x) {
    return Maths.softplus(x);
  }

  /** Returns {@code exp(x) / sum(exp(x))} along the last axis. */
  public static Tensor softmax(Tensor x) {
    return Softmax.softmax(x);
  }
}
