package dev.tapedeck.keras;

import dev.tapedeck.checkpoint.Mismatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import io.jhdf.api.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The values of variables by path, in an HDF5 file. */
final class WeightFile {
  static final String OPTIMIZER = "optimizer/";

  /** Elements that variables beside those of the file may have, such as states of generators. */
  private static final double SPARE = 1 << 17;

  private static final String FORMER_OPTIMIZER = "optimizer_weights/";

  private final String name;
  private final Hdf5File file;
  private final Map<String, Dataset> datasets;

  WeightFile(String name, Hdf5File file) {
    this.name = name;
    this.file = file;
    this.datasets = file.datasets();
  }

  /**
   * Returns the bytes that variables with the values of this file need at most: of the values that
   * are in it, rather than those that its shapes promise.
   */
  long budget() {
    double elements = 0;
    double bytes = 0;
    for (Map.Entry<String, Dataset> entry : datasets.entrySet()) {
      TensorSpec spec = file.spec(entry.getKey(), entry.getValue());
      double stored = Math.min(spec.bytes(), file.stored(entry.getKey(), entry.getValue()));
      elements += stored / spec.dtype().bytes();
      bytes += stored;
    }
    double whole = (double) Hdf5File.RATIO * file.length(); // datasets may share their bytes
    double share = bytes > whole ? whole / bytes : 1;
    return (long) Math.min(Long.MAX_VALUE, Long.BYTES * (SPARE + share * elements));
  }

  /** Returns whether there are paths that begin with one. */
  boolean has(String path) {
    return !paths(path).isEmpty();
  }

  /** Returns the paths that begin with one. */
  Set<String> paths(String below) {
    return datasets.keySet().stream()
        .filter(path -> path.startsWith(below))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Assigns the values of all variables; those of other types are cast. Nothing is assigned if
   * paths or shapes differ, or a value cannot be read.
   *
   * @param below beginning of the paths that are looked at: {@link #OPTIMIZER} for the optimizer's
   *     variables, which are left out otherwise
   * @throws IllegalArgumentException with the differences
   */
  void assign(String who, String below, Map<String, Variable> variables) {
    requireFitting(who, below, variables);
    assign(variables);
  }

  /**
   * Assigns as {@link #assign}, but one value after the other: for new variables, that take less
   * memory so.
   */
  void initialize(String who, String below, Map<String, Variable> variables) {
    requireFitting(who, below, variables);
    variables.forEach((path, variable) -> assign(Map.of(path, variable)));
  }

  private void requireFitting(String who, String below, Map<String, Variable> variables) {
    Map<String, Shape> expected = new LinkedHashMap<>();
    variables.forEach((path, variable) -> expected.put(path, variable.shape()));
    Map<String, Shape> found = new LinkedHashMap<>();
    datasets.forEach(
        (path, dataset) -> {
          if (path.startsWith(below) && isOfOptimizer(path) == below.equals(OPTIMIZER)) {
            found.put(path, file.spec(path, dataset).shape());
          }
        });
    new Mismatch(expected, found).requireNone(who + ": " + name, "the model");
  }

  /** Assigns the values of the variables that the file has with their shapes. */
  LoadedWeights assignMatching(Map<String, Variable> variables) {
    Map<String, Variable> matching = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    Map<String, String> differing = new TreeMap<>();
    variables.forEach(
        (path, variable) -> {
          Dataset dataset = datasets.get(path);
          if (dataset == null) {
            missing.add(path);
          } else if (file.spec(path, dataset).shape().equals(variable.shape())) {
            matching.put(path, variable);
          } else {
            differing.put(path, file.spec(path, dataset).shape() + ", not " + variable.shape());
          }
        });
    List<String> unused =
        datasets.keySet().stream()
            .filter(path -> !variables.containsKey(path) && !isOfOptimizer(path))
            .toList();
    assign(matching);
    return new LoadedWeights(List.copyOf(matching.keySet()), missing, differing, unused);
  }

  static boolean isOfOptimizer(String path) {
    return path.startsWith(OPTIMIZER) || path.startsWith(FORMER_OPTIMIZER);
  }

  /** Reads all before the first is assigned. */
  private void assign(Map<String, Variable> variables) {
    try (Scope _ = new Scope()) {
      Map<Variable, Tensor> values = new LinkedHashMap<>();
      variables.forEach(
          (path, variable) -> {
            Dataset dataset = datasets.get(path);
            TensorSpec spec = file.spec(path, dataset);
            if (spec.dtype() == DType.INT8 && variable.dtype().isFloating()) {
              throw new KerasFileException(
                  "KerasFiles: "
                      + name
                      + " has a quantized weight, "
                      + path
                      + "; save the weights before model.quantize");
            }
            EagerTensor value = file.read(path, dataset, spec);
            values.put(variable, Casting.cast(value, variable.dtype()));
          });
      values.forEach(Variable::assign);
    }
  }

  /** Returns the groups and datasets of variables by path. */
  static Hdf5Group of(Map<String, Variable> variables, Map<String, String> names) {
    Hdf5Group root = new Hdf5Group();
    names.forEach((path, called) -> root.group(path).attribute("name", called));
    variables.forEach(
        (path, variable) -> {
          int end = path.lastIndexOf('/');
          root.group(path.substring(0, end)).put(path.substring(end + 1), stored(variable));
        });
    return root;
  }

  /** Returns a variable's memory, or, of a type that HDF5 lacks, its values in float32. */
  private static EagerTensor stored(Variable variable) {
    EagerTensor memory = variable.memory();
    return memory.dtype() == DType.BFLOAT16
        ? (EagerTensor) Casting.cast(memory, DType.FLOAT32)
        : memory;
  }
}
