package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.RecurrentKernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;

/** Steps of recurrent layers in Java, unit by unit, in double. */
final class JavaRecurrent implements RecurrentKernels {
  private static double get(EagerTensor x, long i) {
    return Elements.getDouble(x.dtype(), x.memory(), x.offset() + i);
  }

  private static void set(EagerTensor x, long i, double value) {
    Elements.setDouble(x.dtype(), x.memory(), x.offset() + i, value);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static boolean isValid(Step step, long row) {
    return step.valid() == null || get(step.valid(), row) != 0;
  }

  @Override
  public void step(Cell cell, Step step) {
    long units = step.output().shape().size(1);
    for (long row = 0; row < step.output().shape().size(0); row++) {
      for (long unit = 0; unit < units; unit++) {
        long i = row * units + unit;
        if (isValid(step, row)) {
          unit(cell, step, row, unit, units);
        } else {
          set(step.output(), i, get(step.before(), i));
          if (cell.hasMemory()) {
            set(step.memory(), i, get(step.memoryBefore(), i));
          }
          for (int k = 0; k < cell.kept(); k++) {
            set(step.kept(), (row * cell.kept() + k) * units + unit, 0);
          }
        }
      }
    }
  }

  private static void unit(Cell cell, Step step, long row, long unit, long units) {
    double[] in = new double[cell.gates()];
    double[] of = new double[cell.gates()];
    for (int gate = 0; gate < in.length; gate++) {
      long at = gate * units + unit;
      in[gate] = get(step.input(), row * in.length * units + at) + get(step.bias(), at);
      of[gate] = get(step.product(), row * in.length * units + at);
      if (cell == Cell.GRU) {
        of[gate] += get(step.bias(), in.length * units + at);
      }
    }
    long i = row * units + unit;
    switch (cell) {
      case SIMPLE -> set(step.output(), i, Math.tanh(in[0] + of[0]));
      case LSTM -> {
        double input = sigmoid(in[0] + of[0]);
        double forget = sigmoid(in[1] + of[1]);
        double g = Math.tanh(in[2] + of[2]);
        double open = sigmoid(in[3] + of[3]);
        double memory = forget * get(step.memoryBefore(), i) + input * g;
        keep(step, row, unit, units, input, forget, g, open);
        set(step.memory(), i, memory);
        set(step.output(), i, open * Math.tanh(memory));
      }
      case GRU -> {
        double z = sigmoid(in[0] + of[0]);
        double r = sigmoid(in[1] + of[1]);
        double g = Math.tanh(in[2] + r * of[2]);
        keep(step, row, unit, units, z, r, g, of[2]);
        set(step.output(), i, z * get(step.before(), i) + (1 - z) * g);
      }
    }
  }

  private static void keep(Step step, long row, long unit, long units, double... values) {
    for (int k = 0; k < values.length; k++) {
      set(step.kept(), (row * values.length + k) * units + unit, values[k]);
    }
  }

  @Override
  public void gradient(Cell cell, StepGradient gradient) {
    long units = gradient.upstream().shape().size(1);
    for (long row = 0; row < gradient.upstream().shape().size(0); row++) {
      for (long unit = 0; unit < units; unit++) {
        unit(cell, gradient, row, unit, units);
      }
    }
  }

  private static void unit(Cell cell, StepGradient gradient, long row, long unit, long units) {
    Step step = gradient.step();
    long i = row * units + unit;
    double dh =
        get(gradient.upstream(), i) + get(gradient.product(), i) + get(gradient.carried(), i);
    double dc = 0;
    if (cell.hasMemory()) {
      dc = get(gradient.memoryCarried(), i);
      dc += gradient.memoryUpstream() == null ? 0 : get(gradient.memoryUpstream(), i);
    }
    double[] in = new double[cell.gates()];
    double product = 0; // of the last gate, where it differs
    double carried = 0;
    if (!isValid(step, row)) {
      carried = dh;
    } else if (cell == Cell.SIMPLE) {
      double y = get(step.output(), i);
      in[0] = dh * (1 - y * y);
    } else {
      double[] k = new double[4];
      for (int gate = 0; gate < 4; gate++) {
        k[gate] = get(step.kept(), (row * 4 + gate) * units + unit);
      }
      if (cell == Cell.LSTM) {
        double t = Math.tanh(get(step.memory(), i));
        dc += dh * k[3] * (1 - t * t);
        in[0] = dc * k[2] * k[0] * (1 - k[0]);
        in[1] = dc * get(step.memoryBefore(), i) * k[1] * (1 - k[1]);
        in[2] = dc * k[0] * (1 - k[2] * k[2]);
        in[3] = dh * t * k[3] * (1 - k[3]);
        dc *= k[1];
      } else {
        in[0] = dh * (get(step.before(), i) - k[2]) * k[0] * (1 - k[0]);
        in[2] = dh * (1 - k[0]) * (1 - k[2] * k[2]);
        in[1] = in[2] * k[3] * k[1] * (1 - k[1]);
        product = in[2] * k[1];
        carried = dh * k[0];
      }
    }
    set(gradient.carried(), i, carried);
    if (cell.hasMemory()) {
      set(gradient.memoryCarried(), i, dc);
    }
    for (int gate = 0; gate < in.length; gate++) {
      long at = (row * in.length + gate) * units + unit;
      set(gradient.inputGradient(), at, in[gate]);
      if (cell == Cell.GRU) {
        set(gradient.productGradient(), at, gate == 2 ? product : in[gate]);
      }
    }
  }
}
