package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.ops.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;

/** Convolutions and their gradients, of dense images {@code [n, spatial.., c]}. */
final class Convolutions {
  private static final int KIND = 2;

  private Convolutions() {}

  /**
   * Computes one of three tensors from the others, {@code bias} with it, or also from it.
   *
   * @param bias null if there is none
   */
  static boolean run(
      Direction direction,
      Window window,
      int groups,
      EagerTensor images,
      EagerTensor kernel,
      EagerTensor output,
      EagerTensor bias,
      boolean relu) {
    if (images.dtype() != DType.FLOAT32
        || images.shape().count() == 0
        || kernel.shape().count() == 0
        || output.shape().count() == 0) {
      return false;
    }
    EagerTensor x = images.contiguous();
    EagerTensor w = kernel.contiguous();
    EagerTensor y = output.contiguous();
    EagerTensor b = bias == null ? null : bias.contiguous();
    Workspace workspace = Workspace.ofThread();
    Signature signature =
        workspace
            .signature()
            .add(KIND)
            .add(direction.ordinal())
            .add((bias == null ? 0 : 1) + (relu ? 2 : 0))
            .add(groups)
            .add(window.rank())
            .add(x.shape().size(0))
            .add(x.shape().size(-1))
            .add(y.shape().size(-1));
    for (int i = 1; i <= window.rank(); i++) {
      signature.add(x.shape().size(i));
    }
    Slide.sign(window, x.shape(), signature);
    EagerTensor[] tensors =
        bias == null ? new EagerTensor[] {x, w, y} : new EagerTensor[] {x, w, y, b};
    Plan plan =
        workspace.plan(
            () -> {
              Convolution convolution =
                  new Convolution(
                      direction,
                      window,
                      groups,
                      x.shape(),
                      w.shape(),
                      y.shape(),
                      bias != null,
                      relu);
              return Fastest.of(convolution.candidates(), workspace, direction.ordinal(), tensors);
            });
    if (plan == null) {
      return false;
    }
    plan.run(workspace, tensors);
    return true;
  }
}
