package dev.tapedeck.ops;

import static dev.tapedeck.ops.NeuralReferences.reshaped;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;

import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.List;

/** Normalization. */
final class NormalizationTable {
  private NormalizationTable() {}

  private static final double EPSILON = 0.001;

  static final List<OpCheck> ROWS =
      List.of(
          op("moments mean", x -> Normalization.moments(x, 0, -1).mean())
              .on(real(3, 4, 2))
              .matches(References.reduce(References::mean, false, 0, 2)),
          op("moments variance", x -> Normalization.moments(x, 0, -1).variance())
              .on(real(3, 4, 2))
              .matches(References.reduce(NeuralReferences::variance, false, 0, 2)),
          op("moments of all", x -> Normalization.moments(x).variance())
              .on(real(3, 4))
              .on(real())
              .matches(References.reduce(NeuralReferences::variance, false)),
          op("moments kept", x -> Normalization.moments(x, true, 1).variance())
              .on(real(3, 4, 2))
              .matches(References.reduce(NeuralReferences::variance, true, 1)),
          op("batchNorm", (x, v, o) -> Normalization.batchNorm(x, o, v, v, o, EPSILON))
              .on(real(2, 5, 3), real(3).within(0.5, 2), real(3))
              .on(real(20, 30), real(30).within(0.5, 2), real(30))
              .matches(x -> NeuralReferences.shifted(EPSILON).of(x[0], x[2], x[1], x[1], x[2]))
              .within(100),
          op("batchNorm alone", (x, v, o) -> Normalization.batchNorm(x, o, v, null, null, EPSILON))
              .on(real(2, 5, 3), real(3).within(0.5, 2), real(3))
              .matches(x -> Grid.pointwise(v -> (v[0] - v[2]) / Math.sqrt(v[1] + EPSILON), x))
              .within(100),
          op("batchNorm along 1", (x, v, o) -> Normalization.batchNorm(x, o, v, v, o, EPSILON, 1))
              .on(real(2, 3, 5), real(3).within(0.5, 2), real(3))
              .matches(
                  x -> {
                    Grid v = reshaped(x[1], 3, 1);
                    Grid o = reshaped(x[2], 3, 1);
                    return NeuralReferences.shifted(EPSILON).of(x[0], o, v, v, o);
                  })
              .within(100),
          op(
                  "batchNormTraining",
                  (x, s, o) -> Normalization.batchNormTraining(x, s, o, EPSILON).y())
              .on(real(2, 5, 3), real(3), real(3))
              .on(real(20, 6, 3), real(3), real(3))
              .on(real(4), real(4), real(4))
              .matches(
                  x ->
                      (x[0].shape().length == 1
                              ? NeuralReferences.normal(EPSILON)
                              : NeuralReferences.normal(EPSILON, 0, 1))
                          .of(x)),
          op(
                  "batchNormTraining along 1",
                  (x, s, o) -> Normalization.batchNormTraining(x, s, o, EPSILON, 1).y())
              .on(real(2, 3, 5), real(3), real(3))
              .within(8)
              .matches(
                  x ->
                      NeuralReferences.normal(EPSILON, 0, 2)
                          .of(x[0], reshaped(x[1], 3, 1), reshaped(x[2], 3, 1))),
          op(
                  "batchNormTraining mean",
                  x -> Normalization.batchNormTraining(x, null, null, EPSILON).mean())
              .on(real(4, 5, 3))
              .matches(References.reduce(References::mean, false, 0, 1)),
          op(
                  "batchNormTraining variance",
                  x -> Normalization.batchNormTraining(x, null, null, EPSILON).variance())
              .on(real(4, 5, 3))
              .matches(References.reduce(NeuralReferences::variance, false, 0, 1)),
          op("layerNorm", (x, s, o) -> Normalization.layerNorm(x, s, o, EPSILON))
              .on(real(4, 5), real(5), real(5))
              .on(real(2, 3, 30), real(30), real(30))
              .on(real(0, 3), real(3), real(3))
              .matches(NeuralReferences.normal(EPSILON, -1)),
          op("layerNorm of two axes", (x, s, o) -> Normalization.layerNorm(x, s, o, EPSILON, 1, 2))
              .on(real(3, 4, 2), real(4, 2), real(4, 2))
              .matches(NeuralReferences.normal(EPSILON, 1, 2)),
          op("layerNorm along 0", (x, s, o) -> Normalization.layerNorm(x, s, o, EPSILON, 0))
              .on(real(4, 3), real(4), real(4))
              .matches(
                  x ->
                      NeuralReferences.normal(EPSILON, 0)
                          .of(x[0], reshaped(x[1], 4, 1), reshaped(x[2], 4, 1))),
          op("groupNorm", (x, s, o) -> Normalization.groupNorm(x, 2, s, o, EPSILON))
              .on(real(2, 3, 4, 4), real(4), real(4))
              .on(real(2, 5, 6), real(6), real(6))
              .on(real(3, 6), real(6), real(6))
              .matches(NormalizationTable::groups),
          op("rmsNorm", (x, s) -> Normalization.rmsNorm(x, s, EPSILON))
              .on(real(4, 5), real(5))
              .on(real(2, 3, 30), real(30))
              .matches(
                  x -> {
                    Grid mean =
                        References.reduce(v -> References.mean(squares(v)), true, -1).of(x[0]);
                    return Grid.pointwise(
                        v -> v[0] / Math.sqrt(v[1] + EPSILON) * v[2], x[0], mean, x[1]);
                  })
              .within(16),
          op("l2Normalize", x -> Normalization.l2Normalize(x, 1, EPSILON))
              .on(real(3, 4, 2))
              .on(real(3, 4).within(-0.001, 0.001))
              .matches(
                  x -> {
                    Grid sum = References.reduce(v -> References.sum(squares(v)), true, 1).of(x[0]);
                    return Grid.pointwise(
                        v -> v[0] / Math.sqrt(Math.max(v[1], EPSILON)), x[0], sum);
                  }));

  private static double[] squares(double... x) {
    return java.util.Arrays.stream(x).map(v -> v * v).toArray();
  }

  /** Normalizes two groups of channels. */
  private static Grid groups(Grid... x) {
    int channels = x[1].size(0);
    int n = x[0].size(0);
    int inner = x[0].values().length / n / channels;
    Grid split = reshaped(x[0], n, inner, 2, channels / 2);
    Grid scale = reshaped(x[1], 2, channels / 2);
    Grid offset = reshaped(x[2], 2, channels / 2);
    return reshaped(NeuralReferences.normal(EPSILON, 1, 3).of(split, scale, offset), x[0].shape());
  }
}
