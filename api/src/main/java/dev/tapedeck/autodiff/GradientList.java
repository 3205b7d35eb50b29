package dev.tapedeck.autodiff;

import dev.tapedeck.tensor.Tensor;
import java.util.AbstractList;
import java.util.List;

/**
 * Gradients, one for each source. An entry is null where the target does not depend on the source
 * through differentiable ops, and {@link #reason} says where the chain broke.
 */
public final class GradientList extends AbstractList<Tensor> {
  private final Tensor[] gradients;
  private final String[] reasons;

  GradientList(Tensor[] gradients, String... reasons) {
    this.gradients = gradients;
    this.reasons = reasons;
  }

  @Override
  public Tensor get(int index) {
    return gradients[index];
  }

  @Override
  public int size() {
    return gradients.length;
  }

  /** Returns why a gradient is null, as the end of a sentence; null where there is a gradient. */
  public String reason(int index) {
    return reasons[index];
  }

  /** Returns why an entry of any list of gradients is null, as far as it is known. */
  public static String reason(List<Tensor> gradients, int index) {
    return gradients instanceof GradientList known
        ? known.reason(index)
        : "the loss does not depend on it through differentiable ops";
  }
}
