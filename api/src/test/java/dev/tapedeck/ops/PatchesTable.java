package dev.tapedeck.ops;

import static dev.tapedeck.testing.Grid.shape;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;
import static dev.tapedeck.testing.Types.NUMERIC;

import dev.tapedeck.ops.array.Patches;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.List;

/** Parts of sequences and images. */
final class PatchesTable {
  private static final Window SAME = Window.of(3, 2).strides(2, 1).padding(Window.Padding.SAME);
  private static final Window WIDE = Window.of(2, 3).dilations(2, 1).strides(1, 2).padding(1, 0);

  private PatchesTable() {}

  static final List<OpCheck> ROWS =
      List.of(
          op("extractSequences", x -> Patches.extractSequences(x, 4, 3))
              .on(real(2, 11))
              .on(real(4))
              .on(real(0, 9))
              .takes(ANY)
              .matches(PatchesTable::sequences),
          op("extractSequences of none", x -> Patches.extractSequences(x, 4, 3))
              .on(real(2, 3))
              .takes(ANY)
              .matches(x -> new Grid(shape(2, 0, 4))),
          op("overlapAdd", x -> Patches.overlapAdd(x, 2))
              .on(real(4, 3))
              .on(real(2, 3, 5))
              .on(real(2, 3, 1))
              .on(real(2, 0, 3))
              .takes(NUMERIC)
              .matches(PatchesTable::overlapping),
          op("extractPatches", x -> Patches.extractPatches(x, Window.of(2)))
              .on(real(1, 3, 3, 2))
              .on(real(2, 4, 2))
              .on(real(1, 2, 3, 2, 1))
              .takes(ANY)
              .matches(x -> images(x[0])),
          op("extractPatches of padded images", x -> Patches.extractPatches(x, SAME))
              .on(real(2, 4, 3, 2))
              .takes(ANY)
              .matches(
                  x ->
                      Grid.of(
                          shape(2, 2, 3, 12),
                          i ->
                              inside(
                                  x[0],
                                  i[0],
                                  2 * i[1] + i[3] / 4, // one row of padding, behind
                                  i[2] + i[3] / 2 % 2,
                                  i[3] % 2))),
          op("unfold", x -> Patches.unfold(x, WIDE))
              .on(real(2, 2, 4, 5))
              .takes(ANY)
              .matches(
                  x ->
                      Grid.of(
                          shape(2, 12, 8),
                          i ->
                              inside(
                                  x[0],
                                  i[0],
                                  i[1] / 6,
                                  i[2] / 2 + i[1] / 3 % 2 * 2 - 1,
                                  2 * (i[2] % 2) + i[1] % 3))),
          op("fold", x -> Patches.fold(x, 4, 5, WIDE))
              .on(real(2, 12, 8))
              .takes(NUMERIC)
              .matches(
                  x ->
                      Grid.of(
                          shape(2, 2, 4, 5),
                          i -> {
                            double sum = 0;
                            for (int k = 0; k < 6; k++) {
                              for (int at = 0; at < 8; at++) {
                                boolean here =
                                    at / 2 + k / 3 * 2 - 1 == i[2] && 2 * (at % 2) + k % 3 == i[3];
                                sum += here ? x[0].at(i[0], 6 * i[1] + k, at) : 0;
                              }
                            }
                            return sum;
                          })));

  private static double inside(Grid x, int... index) {
    return x.contains(index) ? x.at(index) : 0;
  }

  private static Grid sequences(Grid... x) {
    int rank = x[0].shape().length;
    int count = (x[0].size(rank - 1) - 4) / 3 + 1;
    int[] shape = rank == 1 ? shape(count, 4) : shape(x[0].size(0), count, 4);
    return Grid.of(
        shape,
        i -> {
          int at = 3 * i[rank - 1] + i[rank];
          return rank == 1 ? x[0].at(at) : x[0].at(i[0], at);
        });
  }

  private static Grid overlapping(Grid... x) {
    int rank = x[0].shape().length;
    int parts = x[0].size(rank - 2);
    int length = x[0].size(rank - 1);
    int size = parts == 0 ? 0 : (parts - 1) * 2 + length;
    return Grid.of(
        rank == 2 ? shape(size) : shape(x[0].size(0), size),
        i -> {
          double sum = 0;
          for (int t = 0; t < parts; t++) {
            int at = i[rank - 2] - 2 * t;
            boolean within = at >= 0 && at < length;
            sum += !within ? 0 : rank == 2 ? x[0].at(t, at) : x[0].at(i[0], t, at);
          }
          return sum;
        });
  }

  /** Patches of two elements along each spatial axis. */
  private static Grid images(Grid x) {
    int rank = x.shape().length;
    int channels = x.size(rank - 1);
    int[] shape = x.shape().clone();
    for (int axis = 1; axis < rank - 1; axis++) {
      shape[axis]--;
      shape[rank - 1] *= 2;
    }
    return Grid.of(
        shape,
        i -> {
          int[] at = i.clone();
          at[rank - 1] = i[rank - 1] % channels;
          int rest = i[rank - 1] / channels;
          for (int axis = rank - 2; axis > 0; axis--, rest /= 2) {
            at[axis] += rest % 2;
          }
          return x.at(at);
        });
  }
}
