package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The best paths of sequences of logarithms of probabilities; see {@link Ctc}. */
record CtcBeamSearch(int beamWidth, int topPaths, int blank) implements Op {
  CtcBeamSearch {
    if (topPaths < 1 || topPaths > beamWidth) {
      throw Refusal.of(
          "ctcBeamSearchDecode",
          "topPaths must be from 1 to the beamWidth " + beamWidth,
          topPaths,
          "use a wider beam");
    }
  }

  /** A beginning of a path, and how probable it is with and without a blank at its end. */
  private static final class Beam {
    final List<Integer> labels;
    double withBlank = Double.NEGATIVE_INFINITY;
    double withLabel = Double.NEGATIVE_INFINITY;

    Beam(List<Integer> labels) {
      this.labels = labels;
    }

    double total() {
      return added(withBlank, withLabel);
    }
  }

  @Override
  public String name() {
    return "ctcBeamSearchDecode";
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    DType dtype = Checks.sameFloating(name(), inputs[0]);
    Checks.rank(name(), "logits [n, time, classes]", 3, inputs[0]);
    Shape logs = inputs[0].shape();
    Checks.spec(name(), new TensorSpec(DType.INT32, Shape.of(logs.size(0))), inputs[1]);
    if (blank < 0 || (logs.size(2) != Shape.UNKNOWN && blank >= logs.size(2))) {
      throw Refusal.of(name(), "needs the class of no label", blank, "give one of the classes");
    }
    return new TensorSpec[] {
      new TensorSpec(DType.INT32, Shape.of(topPaths, logs.size(0), logs.size(1))),
      new TensorSpec(dtype, Shape.of(logs.size(0), topPaths))
    };
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    EagerTensor logs = inputs[0].dense();
    EagerTensor lengths = inputs[1].dense();
    long time = logs.shape().size(1);
    List<List<Beam>> found = new ArrayList<>();
    for (long example = 0; example < logs.shape().size(0); example++) {
      long steps = Elements.getLong(DType.INT32, lengths.elements(), example);
      if (steps < 0 || steps > time) {
        throw Refusal.of(
            name(), "lengths must be from 0 to " + time, steps, "give the number of steps of each");
      }
      found.add(search(logs, example, (int) steps));
    }
    EagerTensor paths = EagerTensor.allocate(outputs[0]);
    EagerTensor scores = EagerTensor.allocate(outputs[1]);
    Elements.fill(paths, -1);
    for (int example = 0; example < found.size(); example++) {
      for (int path = 0; path < topPaths; path++) {
        Beam beam = found.get(example).get(path);
        long row = (long) example * topPaths + path;
        Elements.setDouble(scores.dtype(), scores.elements(), row, beam.total());
        long start = ((long) path * found.size() + example) * time;
        for (int i = 0; i < beam.labels.size(); i++) {
          Elements.setLong(DType.INT32, paths.elements(), start + i, beam.labels.get(i));
        }
      }
    }
    return new EagerTensor[] {paths, scores};
  }

  private List<Beam> search(EagerTensor logs, long example, int steps) {
    Beam empty = new Beam(List.of());
    empty.withBlank = 0;
    List<Beam> beams = List.of(empty);
    int classes = (int) logs.shape().size(2);
    double[] step = new double[classes];
    for (int t = 0; t < steps; t++) {
      long start = (example * logs.shape().size(1) + t) * classes;
      for (int c = 0; c < classes; c++) {
        step[c] = Elements.getDouble(logs.dtype(), logs.elements(), start + c);
      }
      beams = next(beams, step);
    }
    if (beams.size() < topPaths) {
      throw Refusal.of(
          name(),
          "needs " + topPaths + " different paths",
          beams.size() + " in " + steps + " steps of " + classes + " classes",
          "ask for fewer topPaths");
    }
    return beams;
  }

  /** Returns the best of the beams that follow after a step, the best first. */
  private List<Beam> next(List<Beam> beams, double... step) {
    Map<List<Integer>, Beam> found = new LinkedHashMap<>();
    for (Beam beam : beams) {
      double total = beam.total();
      Beam same = found.computeIfAbsent(beam.labels, Beam::new);
      same.withBlank = added(same.withBlank, total + step[blank]);
      int last = beam.labels.isEmpty() ? -1 : beam.labels.getLast();
      if (last >= 0) {
        same.withLabel = added(same.withLabel, beam.withLabel + step[last]);
      }
      for (int c = 0; c < step.length; c++) {
        if (c != blank) {
          List<Integer> labels = new ArrayList<>(beam.labels);
          labels.add(c);
          Beam longer = found.computeIfAbsent(List.copyOf(labels), Beam::new);
          double before = c == last ? beam.withBlank : total;
          longer.withLabel = added(longer.withLabel, before + step[c]);
        }
      }
    }
    return found.values().stream()
        .sorted(Comparator.comparingDouble(Beam::total).reversed())
        .limit(beamWidth)
        .toList();
  }

  private static double added(double x, double y) {
    double larger = Math.max(x, y);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log1p(Math.exp(-Math.abs(x - y)));
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    return new Tensor[2];
  }
}
