package dev.tapedeck.nn;

/** The usual regularizers, with Keras's defaults. */
public final class Regularizers {
  private Regularizers() {}

  /** Returns {@link L1} with a factor of 0.01. */
  public static L1 l1() {
    return l1(0.01);
  }

  /** Returns {@link L1}: {@code l1 * sum(abs(w))}. */
  public static L1 l1(double l1) {
    return new L1(l1);
  }

  /** Returns {@link L2} with a factor of 0.01. */
  public static L2 l2() {
    return l2(0.01);
  }

  /** Returns {@link L2}: {@code l2 * sum(w²)}. */
  public static L2 l2(double l2) {
    return new L2(l2);
  }

  /** Returns {@link L1L2}: {@code l1 * sum(abs(w)) + l2 * sum(w²)}. */
  public static L1L2 l1l2(double l1, double l2) {
    return new L1L2(l1, l2);
  }

  /** Returns {@link OrthogonalRegularizer} for rows with a factor of 0.01. */
  public static OrthogonalRegularizer orthogonal() {
    return orthogonal(0.01, OrthogonalRegularizer.Mode.ROWS);
  }

  /** Returns {@link OrthogonalRegularizer}: {@code factor} times the mean absolute cosine. */
  public static OrthogonalRegularizer orthogonal(double factor, OrthogonalRegularizer.Mode mode) {
    return new OrthogonalRegularizer(factor, mode);
  }
}
