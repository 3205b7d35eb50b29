package dev.tapedeck.cli;

import dev.tapedeck.checkpoint.SavedFunction;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.keras.CustomObjects;
import dev.tapedeck.keras.KerasFiles;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.InferenceFunction;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Trainable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A model of Keras or a saved function, read from the file that a command names. */
sealed interface ModelFile {
  /** A model. */
  record OfModel(Trainable<?, ?> model) implements ModelFile {
    @Override
    public ConcreteFunction function() {
      return ModelFile.traced(model.layer());
    }

    @Override
    public List<String> inputs() {
      List<String> inputs = new ArrayList<>();
      for (Tensor symbol : TensorTree.tensorsOf(model.layer().input())) {
        String name =
            ModelCalls.inputName(symbol).map(of -> PlainText.oneLine(of) + ": ").orElse("");
        inputs.add(name + symbol.spec());
      }
      return inputs;
    }

    @Override
    public boolean isByRows() {
      return true;
    }
  }

  /** A function. */
  record OfFunction(SavedFunction saved) implements ModelFile {
    @Override
    public ConcreteFunction function() {
      return saved.function();
    }

    @Override
    public List<String> inputs() {
      return TensorTree.specs(function().parameters()).stream().map(TensorSpec::toString).toList();
    }

    @Override
    public boolean isByRows() {
      return false;
    }
  }

  /** Returns the function that predicts. */
  ConcreteFunction function();

  /** Returns descriptions of the inputs in their order. */
  List<String> inputs();

  /** Returns whether each row of an output is known to depend on that row of the inputs alone. */
  boolean isByRows();

  /** Returns whether a file is one of Keras's, by its name. */
  static boolean isOfKeras(Path path) {
    String name = path.toString();
    return name.endsWith(".keras") || name.endsWith(".h5") || name.endsWith(".hdf5");
  }

  /**
   * Reads a file.
   *
   * @throws ParameterException if its name ends otherwise
   */
  static ModelFile read(CommandSpec spec, Path path) {
    return path.toString().endsWith(".tapedeck")
        ? new OfFunction(SavedFunction.load(path))
        : new OfModel(readModel(spec, path, ".keras, .h5 or .tapedeck"));
  }

  /**
   * Reads a model of Keras.
   *
   * @throws ParameterException if its name ends otherwise
   */
  static Trainable<?, ?> readModel(CommandSpec spec, Path path) {
    return readModel(spec, path, ".keras or .h5");
  }

  private static Trainable<?, ?> readModel(CommandSpec spec, Path path, String endings) {
    if (!isOfKeras(path)) {
      throw new ParameterException(
          spec.commandLine(), "expected a file that ends in " + endings + ", received " + path);
    }
    if (path.toString().endsWith(".weights.h5")) {
      throw new ParameterException(
          spec.commandLine(),
          path + " has weights alone; give the .keras file that model.save writes");
    }
    if (!Files.isRegularFile(path)) { // opening a named pipe would block
      throw new IllegalArgumentException(
          spec.name()
              + ": "
              + (Files.exists(path) ? path + " is no file" : "there is no file " + path));
    }
    try {
      return (Trainable<?, ?>) KerasFiles.read(path, new CustomObjects());
    } catch (IllegalArgumentException e) { // it may be compiled with Python code
      Trainable<?, ?> model = (Trainable<?, ?>) KerasFiles.read(path, new CustomObjects(), false);
      spec.commandLine().getErr().println("not compiled: " + e.getMessage());
      return model;
    }
  }

  /** Returns a model's call without training as a function. */
  static ConcreteFunction traced(AbstractLayer<?, ?> model) {
    return InferenceFunction.of("tapedeck", model).function();
  }

  /** Returns whether an input takes any number of rows. */
  static boolean isBatched(TensorSpec input) {
    Shape shape = input.shape();
    return shape.rank() > 0 && shape.size(0) == Shape.UNKNOWN;
  }
}
