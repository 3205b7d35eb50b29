package dev.tapedeck.summaries;

import dev.tapedeck.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A run with a summary of each kind that the callback does not write. */
final class OtherKinds {
  private OtherKinds() {}

  static void write(Path folder) {
    try (var writer = SummaryWriter.open(folder)) {
      writer.hparams(Map.of("rate", 0.5, "optimizer", "sgd"));
      writer.histogram("evenly", Tensor.of(new float[] {0, 1, 2, 3}), 2, 7);
      writer.scalar("epoch_loss", 0.25, 1);
      writer.audio("tone", Tensor.of(new float[][] {{0}, {0.5f}, {-1}, {1}}), 8000, 2);
      writer.prCurve(
          "digit", new boolean[] {true, false, true}, new float[] {0.9f, 0.6f, 0.2f}, 3, 4);
      writer.mesh(
          "shape",
          Tensor.of(new float[][] {{0, 0, 0}, {1, 0, 0}, {0, 2, 0}}),
          Tensor.of(new int[][] {{0, 1, 2}}),
          null,
          5);
      writer.customScalars(
          new CustomScalarsLayout().category("losses").multiline("both", "epoch_.*"));
    }
    Projector.write(
        folder, "points", Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}}), List.of("one", "two"));
  }
}
