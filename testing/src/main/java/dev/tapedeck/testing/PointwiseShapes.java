package dev.tapedeck.testing;

import java.util.Arrays;
import java.util.stream.Stream;

/** The shapes that pointwise ops are tried in: equal, broadcast, scalar, empty and large ones. */
final class PointwiseShapes {
  /** The shapes of each operand, by case, for one, two and three operands. */
  private static final int[][][][] SHAPES = {
    {{{3, 4}}, {{20, 30}}, {{}}, {{0, 3}}},
    {
      {{3, 4}, {3, 4}},
      {{3, 1}, {1, 4}},
      {{1, 4}, {3, 1}},
      {{2, 3, 4}, {4}},
      {{4}, {2, 3, 4}},
      {{}, {3, 4}},
      {{3, 4}, {}},
      {{}, {}},
      {{1, 1}, {1}},
      {{20, 30}, {20, 30}},
      {{20, 1}, {1, 30}},
      {{20, 30}, {30}},
      {{1, 30}, {20, 30}},
      {{20, 30}, {}},
      {{}, {20, 30}},
      {{0, 3}, {0, 3}},
      {{0, 3}, {1, 3}},
      {{}, {0}},
    },
    {
      {{3, 4}, {3, 4}, {3, 4}},
      {{3, 1}, {1, 4}, {}},
      {{4}, {2, 3, 4}, {3, 1}},
      {{}, {3, 1}, {4}},
      {{}, {}, {}},
      {{20, 30}, {20, 30}, {20, 30}},
      {{20, 1}, {30}, {20, 30}},
      {{20, 30}, {}, {1, 30}},
      {{0, 3}, {3}, {}},
    }
  };

  private PointwiseShapes() {}

  /** Returns operands of given kinds in each combination of shapes for their number. */
  static Stream<Operand[]> of(Operand... operands) {
    return Arrays.stream(SHAPES[operands.length - 1])
        .map(
            shapes -> {
              Operand[] shaped = new Operand[operands.length];
              Arrays.setAll(shaped, i -> operands[i].shaped(shapes[i]));
              return shaped;
            });
  }
}
