package dev.tapedeck.ops;

import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;

import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.linalg.Complex;
import dev.tapedeck.ops.linalg.Fourier;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import dev.tapedeck.testing.Types;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Fourier transforms by their definition; real and imaginary parts are the first axis. */
final class FourierTable {
  private static final double[] WINDOW = {0.5, 1, -0.25, 0.75};

  private FourierTable() {}

  private interface Transform {
    Complex of(Complex x);
  }

  private static OpCheck complex(String name, Transform transform) {
    return op(name, (re, im) -> joined(transform.of(complex(re, im)))).within(16);
  }

  private static Complex complex(Object real, Object imaginary) {
    return new Complex(Operands.tensor(real), Operands.tensor(imaginary));
  }

  private static Tensor joined(Complex x) {
    return Joining.stack(0, x.real(), x.imaginary());
  }

  static final List<OpCheck> ROWS =
      List.of(
          op("ofReal", x -> joined(Complex.ofReal(Operands.tensor(x))))
              .on(real(2, 3))
              .takes(Types.ANY)
              .matches(x -> joined(x[0], Grid.of(x[0].shape(), i -> 0))),
          complex("fft", Fourier::fft)
              .on(real(8), real(8))
              .on(real(2, 3, 5), real(2, 3, 5))
              .on(real(1), real(1))
              .on(real(2, 0), real(2, 0))
              .on(real(12, 60), real(12, 60))
              .matches(x -> both(x[0], x[1], x[0].size(last(x[0])), false)),
          complex("ifft", Fourier::ifft)
              .on(real(4), real(4))
              .on(real(2, 7), real(2, 7))
              .on(real(0, 3), real(0, 3))
              .matches(x -> both(x[0], x[1], x[0].size(last(x[0])), true)),
          complex("fft2", Fourier::fft2)
              .on(real(4, 3), real(4, 3))
              .on(real(2, 2, 4), real(2, 2, 4))
              .matches(x -> twice(false, x)),
          complex("ifft2", Fourier::ifft2)
              .on(real(5, 4), real(5, 4))
              .on(real(2, 3, 2), real(2, 3, 2))
              .matches(x -> twice(true, x)),
          op("rfft", x -> joined(Fourier.rfft(x)))
              .on(real(8))
              .on(real(2, 3, 5))
              .on(real(1))
              .on(real(0, 4))
              .within(16)
              .matches(x -> half(x[0], x[0].size(last(x[0])))),
          op("rfft of more", x -> joined(Fourier.rfft(x, 7)))
              .on(real(2, 4))
              .within(16)
              .matches(x -> half(x[0], 7)),
          op("rfft of fewer", x -> joined(Fourier.rfft(x, 4)))
              .on(real(2, 6))
              .within(16)
              .matches(x -> half(x[0], 4)),
          op("irfft", (re, im) -> Fourier.irfft(complex(re, im)))
              .on(real(5), real(5))
              .on(real(2, 3, 4), real(2, 3, 4))
              .on(real(2, 2), real(2, 2))
              .within(16)
              .matches(x -> whole(x[0], x[1], 2 * x[0].size(last(x[0])) - 2)),
          op("irfft of more", (re, im) -> Fourier.irfft(complex(re, im), 9))
              .on(real(2, 4), real(2, 4))
              .within(16)
              .matches(x -> whole(x[0], x[1], 9)),
          op("irfft of one", (re, im) -> Fourier.irfft(complex(re, im), 1))
              .on(real(2, 4), real(2, 4))
              .within(16)
              .matches(x -> whole(x[0], x[1], 1)),
          op("stft", x -> joined(Fourier.stft(x, 4, 3, 6, WINDOW, true)))
              .on(real(12))
              .on(real(2, 9))
              .within(16)
              .matches(x -> shortTime(x[0], true, WINDOW)),
          op("stft without window", x -> joined(Fourier.stft(x, 6, 3, 6, null, false)))
              .on(real(2, 10))
              .within(16)
              .matches(x -> shortTime(x[0], false, 1, 1, 1, 1, 1, 1)),
          op("istft", (re, im) -> Fourier.istft(complex(re, im), 4, 3, 6, null, WINDOW, true))
              .on(real(4, 4), real(4, 4))
              .on(real(2, 3, 4), real(2, 3, 4))
              .within(32)
              .matches(x -> inverse(x[0], x[1], true, null, WINDOW)),
          op(
                  "istft of a length",
                  (re, im) -> Fourier.istft(complex(re, im), 6, 3, 6, 5, null, false))
              .on(real(2, 3, 4), real(2, 3, 4))
              .within(32)
              .matches(x -> inverse(x[0], x[1], false, 5, 1, 1, 1, 1, 1, 1)));

  private static int last(Grid x) {
    return x.shape().length - 1;
  }

  private static double at(Grid x, int[] index, int k) {
    int[] other = index.clone();
    other[index.length - 1] = k;
    return x.contains(other) ? x.at(other) : 0;
  }

  private static int[] sized(Grid x, int size) {
    int[] shape = x.shape().clone();
    shape[last(x)] = size;
    return shape;
  }

  /** One part of the transform along the last axis, of {@code length} elements. */
  private static Grid part(
      Grid re, Grid im, int length, int results, boolean inverse, boolean imaginary) {
    return Grid.of(
        sized(re, results),
        i -> {
          double sum = 0;
          for (int t = 0; t < length; t++) {
            double angle = (inverse ? 2 : -2) * Math.PI * t * i[last(re)] / length;
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            double a = at(re, i, t);
            double b = at(im, i, t);
            sum += imaginary ? a * sin + b * cos : a * cos - b * sin;
          }
          return inverse ? sum / length : sum;
        });
  }

  private static Grid joined(Grid re, Grid im) {
    int[] shape = IntStream.concat(IntStream.of(2), Arrays.stream(re.shape())).toArray();
    return Grid.of(shape, i -> (i[0] == 0 ? re : im).at(Arrays.copyOfRange(i, 1, i.length)));
  }

  private static Grid both(Grid re, Grid im, int length, boolean inverse) {
    return joined(
        part(re, im, length, length, inverse, false), part(re, im, length, length, inverse, true));
  }

  private static Grid half(Grid x, int length) {
    Grid zeros = Grid.of(x.shape(), i -> 0);
    int results = length / 2 + 1;
    return joined(
        part(x, zeros, length, results, false, false),
        part(x, zeros, length, results, false, true));
  }

  private static Grid twice(boolean inverse, Grid... x) {
    int n = x[0].size(last(x[0]));
    int m = x[0].size(last(x[0]) - 1);
    Grid re = swapped(part(x[0], x[1], n, n, inverse, false));
    Grid im = swapped(part(x[0], x[1], n, n, inverse, true));
    return joined(
        swapped(part(re, im, m, m, inverse, false)), swapped(part(re, im, m, m, inverse, true)));
  }

  private static Grid swapped(Grid x) {
    int[] order = IntStream.range(0, x.shape().length).toArray();
    order[order.length - 1]--;
    order[order.length - 2]++;
    return References.transpose(order).of(x);
  }

  /** The real numbers of which the first half of a transform is given. */
  private static Grid whole(Grid re, Grid im, int length) {
    return Grid.of(
        sized(re, length),
        i -> {
          double sum = 0;
          for (int k = 0; k < length; k++) {
            int other = k > length / 2 ? length - k : k;
            boolean alone = k == 0 || 2 * k == length;
            double angle = 2 * Math.PI * k * i[last(re)] / length;
            double b = alone ? 0 : k > length / 2 ? -at(im, i, other) : at(im, i, other);
            sum += at(re, i, other) * Math.cos(angle) - b * Math.sin(angle);
          }
          return sum / length;
        });
  }

  /** Transforms of 6 elements, 3 apart, of which a window takes those in the middle. */
  private static Grid shortTime(Grid x, boolean center, double... window) {
    int size = x.size(last(x));
    int pad = center ? 3 : 0;
    int count = (size + 2 * pad - 6) / 3 + 1;
    int[] shape = Arrays.copyOf(sized(x, count), x.shape().length + 1);
    shape[shape.length - 1] = 6;
    return half(
        Grid.of(
            shape,
            i -> {
              int place = i[shape.length - 1];
              int before = (6 - window.length) / 2;
              int at = i[shape.length - 2] * 3 + place - pad;
              int mirrored = at < 0 ? -at : at < size ? at : 2 * size - 2 - at;
              boolean inside = place >= before && place < before + window.length;
              return inside
                  ? window[place - before] * at(x, Arrays.copyOf(i, last(x) + 1), mirrored)
                  : 0;
            }),
        6);
  }

  private static Grid inverse(Grid re, Grid im, boolean center, Integer length, double... window) {
    Grid parts = whole(re, im, 6);
    int count = re.size(last(re) - 1);
    int all = (count - 1) * 3 + 6;
    int start = center ? 3 : 0;
    int[] shape = Arrays.copyOf(re.shape(), last(re));
    shape[shape.length - 1] = length == null ? all - 2 * start : length;
    return Grid.of(
        shape,
        i -> {
          double sum = 0;
          double norm = 0;
          int[] index = Arrays.copyOf(i, i.length + 1);
          for (int t = 0; t < count; t++) {
            int place = start + i[i.length - 1] - 3 * t;
            int inWindow = place - (6 - window.length) / 2;
            if (inWindow >= 0 && inWindow < window.length) {
              index[i.length - 1] = t;
              index[i.length] = place;
              sum += parts.at(index) * window[inWindow];
              norm += window[inWindow] * window[inWindow];
            }
          }
          return norm == 0 ? 0 : sum / norm;
        });
  }
}
