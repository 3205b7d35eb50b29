package dev.tapedeck.ops;

import static dev.tapedeck.tensor.DType.BOOL;
import static dev.tapedeck.tensor.DType.FLOAT64;
import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;

import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.List;

/** Random draws. */
final class RandomTable {
  private RandomTable() {}

  private static final RandomKey KEY = new RandomKey(0x123456789abcdefL, 7);

  static final List<OpCheck> ROWS =
      List.of(
          op("uniform", () -> Randoms.uniform(KEY, FLOAT64, 0, 1, 5, 3))
              .gives(FLOAT64)
              .matches(References.uniform(KEY, 5, 3)),
          op("normal", () -> Randoms.normal(KEY, FLOAT64, 0, 1, 5, 3))
              .gives(FLOAT64)
              .matches(References.normal(KEY, 5, 3)),
          op("truncatedNormal", () -> Randoms.truncatedNormal(KEY, FLOAT64, 0, 1, 4))
              .gives(FLOAT64)
              .matches(References.normal(KEY, 4)),
          op("randint", () -> Randoms.randint(KEY, -2, 3, 5, 3))
              .gives(INT32)
              .matches(
                  x ->
                      Grid.pointwise(
                          v -> Math.floor(5 * v[0] - 2), References.uniform(KEY, 5, 3).of())),
          op("bernoulli", x -> Randoms.bernoulli(KEY, x))
              .on(real(5, 3).within(0, 1))
              .on(real(0, 3).within(0, 1))
              .gives(BOOL)
              .matches(
                  x ->
                      Grid.pointwise(
                          v -> v[0] < v[1] ? 1 : 0,
                          References.uniform(KEY, x[0].shape()).of(),
                          x[0])),
          op("categorical", x -> Randoms.categorical(KEY, x, 4))
              .on(real(3, 5))
              .gives(INT32)
              .matches(References.categorical(KEY, 4)),
          op("uniformLike", x -> Randoms.uniformLike(KEY, FLOAT64, x))
              .on(real(5, 3))
              .takes(ANY)
              .gives(FLOAT64)
              .matches(x -> References.uniform(KEY, x[0].shape()).of()),
          op("normalLike", x -> Randoms.normalLike(KEY, FLOAT64, 0, 1, x))
              .on(real(5, 3))
              .takes(ANY)
              .gives(FLOAT64)
              .matches(x -> References.normal(KEY, x[0].shape()).of()),
          op("permutation", () -> Randoms.permutation(KEY, 7))
              .gives(INT32)
              .matches(x -> References.permutation(KEY, 7)),
          op("shuffle", x -> Randoms.shuffle(KEY, x))
              .on(real(7, 2))
              .takes(ANY)
              .matches(x -> References.gather(0).of(x[0], References.permutation(KEY, 7))),
          op("dropout", x -> Regularization.dropout(x, 0.4, KEY))
              .on(real(5, 3))
              .on(real(20, 30))
              .matches(
                  x -> {
                    Grid drawn = References.uniform(KEY, x[0].shape()).of();
                    return Grid.pointwise(v -> v[1] < 0.4 ? 0 : v[0] / 0.6, x[0], drawn);
                  }),
          op("dropout of rows", x -> Regularization.dropout(x, 0.4, KEY, 1))
              .on(real(5, 3))
              .matches(
                  x -> {
                    Grid drawn = References.uniform(KEY, 5, 1).of();
                    return Grid.of(
                        x[0].shape(), i -> drawn.at(i[0], 0) < 0.4 ? 0 : x[0].at(i) / 0.6);
                  }),
          op("alphaDropout", x -> Regularization.alphaDropout(x, 0.4, KEY))
              .on(real(5, 3))
              .matches(
                  x -> {
                    Grid drawn = References.uniform(KEY, 5, 3).of();
                    double limit = -1.0507009873554805 * 1.6732632423543772;
                    double scale = 1 / Math.sqrt(0.6 * (1 + 0.4 * limit * limit));
                    return Grid.pointwise(
                        v -> scale * ((v[1] < 0.4 ? limit : v[0]) - 0.4 * limit), x[0], drawn);
                  })
              .within(16),
          op("dropout of nothing", x -> Regularization.dropout(x, 0, KEY))
              .on(real(5, 3))
              .is(x -> x));
}
