package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.EagerTensor;
import java.util.function.Supplier;

/** Convolutions of dense images {@code [n, spatial.., c]} by oneDNN, and their gradients. */
final class OneDnnConvolutions {
  private static final int KIND = 2;
  private static final int MOST_AXES = 3;

  private OneDnnConvolutions() {}

  /**
   * Computes one of images, kernel and output from the other two.
   *
   * @param again whether the kernel is that of the thread's last call, and is not computed
   */
  static boolean run(
      int threads,
      boolean again,
      Direction direction,
      Window window,
      int groups,
      EagerTensor images,
      EagerTensor kernel,
      EagerTensor output) {
    if (window.rank() > MOST_AXES
        || !Library.computes(images.dtype())
        || images.shape().count() == 0
        || kernel.shape().count() == 0
        || output.shape().count() == 0) {
      return false;
    }
    EagerTensor x = images.dense();
    EagerTensor w = kernel.dense();
    EagerTensor y = output.dense();
    Workspace workspace = Workspace.ofThread();
    Signature signature =
        workspace
            .signature()
            .add(KIND)
            .add(threads)
            .add(x.dtype().bytes())
            .add(direction.written)
            .add(groups)
            .add(window.rank())
            .add(x.shape().size(0))
            .add(x.shape().size(-1))
            .add(y.shape().size(-1));
    for (int i = 1; i <= window.rank(); i++) {
      signature.add(x.shape().size(i));
    }
    ConvGeometry.sign(window, x.shape(), signature);
    Supplier<PrimitivePlan> make =
        () ->
            new ConvolutionPlan(
                    threads, x.dtype(), direction, window, groups, x.shape(), w.shape(), y.shape())
                .plan(workspace, x, w, y);
    return again ? workspace.runAgain(make, x, w, y) : workspace.run(make, x, w, y);
  }
}
