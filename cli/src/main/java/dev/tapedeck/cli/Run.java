package dev.tapedeck.cli;

import dev.tapedeck.datasets.NpyReader;
import dev.tapedeck.datasets.NpyWriter;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck run}, which runs a model on arrays in files. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a model of Keras, or a saved function, on arrays of NumPy.",
      "A model is run on batches of rows, so that inputs and outputs may be larger than the memory."
    })
final class Run implements Callable<Integer> {
  private static final int BATCH = 32;
  private static final String ENDING = ".npy";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A .keras, .h5 or .tapedeck file.")
  private Path file;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "X.npy",
      description = "An input; give one for each that the model has, in its order.")
  private List<Path> inputs;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "OUT.npy",
      description = "Where to write the output; of several, OUT_0.npy, OUT_1.npy and so on.")
  private Path output;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description =
          "Rows at a time: 32 for a model; a function is called once with all, unless this is given.")
  private Integer batchSize;

  private final List<NpyReader> readers = new ArrayList<>();
  private final List<NpyWriter> writers = new ArrayList<>();

  @Override
  public Integer call() {
    if (batchSize != null) {
      Train.requirePositive(spec, "--batch-size", batchSize);
    }
    if (!output.toString().endsWith(ENDING)) {
      throw new ParameterException(
          spec.commandLine(), "--output must end in .npy, received " + output);
    }
    ModelFile model = ModelFile.read(spec, file);
    try {
      inputs.forEach(input -> readers.add(new NpyReader(input)));
      run(model);
    } finally {
      readers.forEach(NpyReader::close);
      writers.forEach(NpyWriter::close);
    }
    return 0;
  }

  private void run(ModelFile model) {
    ConcreteFunction function = model.function();
    List<TensorSpec> expected = TensorTree.specs(function.parameters());
    requireFitting(model, expected);
    boolean batched = !expected.isEmpty() && expected.stream().allMatch(ModelFile::isBatched);
    if (batchSize != null && !batched) {
      throw new ParameterException(
          spec.commandLine(),
          "--batch-size: the model takes inputs of fixed sizes, "
              + model.inputs()
              + "; leave it out");
    }
    if (batched && (batchSize != null || model.isByRows())) {
      runInBatches(function, requireEqualRows(), batchSize == null ? BATCH : batchSize);
    } else {
      runWhole(function);
    }
    writers.forEach(NpyWriter::finish);
  }

  private void requireFitting(ModelFile model, List<TensorSpec> expected) {
    if (readers.size() != expected.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "run: the model takes %d input%s, %s; received %d --input",
              expected.size(),
              expected.size() == 1 ? "" : "s",
              model.inputs(),
              readers.size()));
    }
    for (int i = 0; i < expected.size(); i++) {
      TensorSpec given = readers.get(i).spec();
      if (!given.fits(expected.get(i))) {
        boolean wrongType = given.dtype() != expected.get(i).dtype();
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "run: input %d of the model is %s, %s has %s; %s",
                i,
                model.inputs().get(i),
                inputs.get(i),
                given,
                wrongType
                    ? "save x.astype('" + expected.get(i).dtype() + "')"
                    : "give an array of that shape, in which ? is any size"));
      }
    }
  }

  private long requireEqualRows() {
    long rows = readers.getFirst().spec().shape().size(0);
    for (int i = 1; i < readers.size(); i++) {
      long others = readers.get(i).spec().shape().size(0);
      if (others != rows) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "run: expected inputs of equally many rows, received %d in %s and %d in %s",
                rows,
                inputs.getFirst(),
                others,
                inputs.get(i)));
      }
    }
    return rows;
  }

  private void runWhole(ConcreteFunction function) {
    try (Scope _ = new Scope()) {
      List<Tensor> outputs = outputs(function, readers.stream().map(NpyReader::readAll).toList());
      outputs.forEach(of -> begin(outputs.size(), of.spec()));
      write(outputs);
    }
  }

  private void runInBatches(ConcreteFunction function, long rows, int batch) {
    if (rows <= batch) {
      runWhole(function);
      return;
    }
    for (long from = 0; from < rows; from += batch) {
      long to = Math.min(from + batch, rows);
      try (Scope _ = new Scope()) {
        List<Tensor> parts = new ArrayList<>();
        for (NpyReader reader : readers) {
          parts.add(reader.rows(from, to));
        }
        List<Tensor> outputs = outputs(function, parts);
        for (Tensor of : outputs) {
          requireRows(of, to - from);
          if (from == 0) {
            begin(outputs.size(), new TensorSpec(of.dtype(), of.shape().with(0, rows)));
          }
        }
        write(outputs);
      }
    }
  }

  private static void requireRows(Tensor of, long rows) {
    if (of.shape().isScalar() || of.shape().size(0) != rows) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "run: expected an output of as many rows as the input has, %d, received %s; leave out"
                  + " --batch-size, or give one of all rows",
              rows,
              of.spec()));
    }
  }

  /** Returns the outputs in the model's order; NumPy has no bfloat16. */
  private static List<Tensor> outputs(ConcreteFunction function, List<Tensor> given) {
    Iterator<Tensor> tensors = given.iterator();
    Object result = function.call(TensorTree.build(function.parameters(), tensors).toArray());
    return TensorTree.tensorsOf(result).stream()
        .map(of -> of.dtype() == DType.BFLOAT16 ? Casting.cast(of, DType.FLOAT32) : of)
        .toList();
  }

  /** Begins the file of the next output. */
  private void begin(int count, TensorSpec whole) {
    String name = output.getFileName().toString();
    String stem = name.substring(0, name.length() - ENDING.length());
    Path place = count == 1 ? output : output.resolveSibling(stem + "_" + writers.size() + ENDING);
    writers.add(new NpyWriter(place, whole));
    PrintWriter out = spec.commandLine().getOut();
    out.println(PlainText.oneLine(place + ": " + whole));
  }

  private void write(List<Tensor> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      writers.get(i).add(outputs.get(i));
    }
  }
}
