package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tapedeck.config.SnakeCase;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.LossScaleOptimizer;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import dev.tapedeck.train.Quantization;
import dev.tapedeck.train.Trainable;
import dev.tapedeck.train.VariableBudget;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Functions that read and write the files of Keras 3: models as {@code .keras}, weights as {@code
 * .weights.h5}.
 *
 * <pre>{@code
 * Model model = KerasFiles.load(Path.of("model.keras"));
 * model.fit(data, FitOptions.epochs(3));                 // compiled as the file says, slots included
 * KerasFiles.save(model, Path.of("trained.keras"));
 * }</pre>
 *
 * <p>Sequential and functional models are read whole. A class of one's own has only its weights in
 * a file: write the class in Java, with fields of the same names, and load them.
 */
public final class KerasFiles {
  private KerasFiles() {}

  /**
   * Reads a model of one input and one output.
   *
   * @throws KerasFileException if the file is damaged, or holds what Tapedeck lacks, by name; or if
   *     the model has several inputs or outputs
   * @throws UncheckedIOException if it cannot be read
   */
  public static Model load(Path path) {
    return load(path, new CustomObjects());
  }

  /** Reads a model of one input and one output, with layers of one's own. */
  public static Model load(Path path, CustomObjects custom) {
    return load(path, custom, true);
  }

  /**
   * Reads a model of one input and one output.
   *
   * @param compile whether it is compiled as the file says; false leaves out losses and metrics
   *     that are not here, with the optimizer
   */
  public static Model load(Path path, CustomObjects custom, boolean compile) {
    if (read(path, custom, compile) instanceof Model model) {
      return model;
    }
    throw new KerasFileException(
        "KerasFiles.load: " + path + " has several inputs or outputs; call loadOf");
  }

  /**
   * Reads a model of several inputs or outputs: lists, or maps by name, as they were made.
   *
   * @throws KerasFileException as {@link #load(Path)}; or if it has one input and one output
   */
  public static ModelOf<Object, Object> loadOf(Path path) {
    return loadOf(path, new CustomObjects());
  }

  /** Reads a model of several inputs or outputs, with layers of one's own. */
  public static ModelOf<Object, Object> loadOf(Path path, CustomObjects custom) {
    return loadOf(path, custom, true);
  }

  /** Reads a model of several inputs or outputs; {@code compile} as {@link #load} has it. */
  @SuppressWarnings("unchecked") // of what it was made with
  public static ModelOf<Object, Object> loadOf(Path path, CustomObjects custom, boolean compile) {
    if (read(path, custom, compile) instanceof ModelOf<?, ?> model) {
      return (ModelOf<Object, Object>) model;
    }
    throw new KerasFileException(
        "KerasFiles.loadOf: " + path + " has one input and one output; call load");
  }

  /**
   * Reads a model of any inputs and outputs, for tools: a {@link Model} or {@link ModelOf}.
   *
   * @throws KerasFileException as {@link #load(Path)}
   */
  public static AbstractLayer<?, ?> read(Path path, CustomObjects custom) {
    return read(path, custom, true);
  }

  /** Reads a model of any inputs and outputs; {@code compile} as {@link #load} has it. */
  public static AbstractLayer<?, ?> read(Path path, CustomObjects custom, boolean compile) {
    try {
      return isHdf5(path)
          ? H5Model.read(path, custom, compile)
          : readArchive(path, custom, compile);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) { // of a description that makes no sense
      throw new KerasFileException(
          "KerasFiles: " + path + " describes a model that cannot be made (" + e + ")", e);
    }
  }

  private static AbstractLayer<?, ?> readArchive(Path path, CustomObjects custom, boolean compile) {
    try (KerasArchive archive = KerasArchive.open(path)) {
      JsonNode json = archive.json(KerasArchive.CONFIG);
      Assets.complete(json, archive);
      ModelReader reader = new ModelReader(custom, false);
      try (Hdf5File file = archive.weights()) {
        WeightFile weights = new WeightFile(path.toString(), file);
        AbstractLayer<?, ?> model =
            VariableBudget.within(weights.budget(), () -> reader.model(json));
        weights.initialize("KerasFiles.load", "", WeightPaths.of(model));
        JsonNode compiled = json.path("compile_config");
        if (compile && compiled.isObject() && model instanceof Trainable<?, ?> trained) {
          reader.compile(trained, scaled(compiled, weights), json.path("config"));
          restore(trained, model, weights);
        }
        return model;
      }
    }
  }

  /**
   * Returns what a model is compiled with; under a policy of float16 Keras wraps the optimizer, of
   * which only the variables tell.
   */
  private static JsonNode scaled(JsonNode compiled, WeightFile weights) {
    JsonNode optimizer = compiled.path("optimizer");
    String wrapper = LossScaleOptimizer.class.getSimpleName();
    if (weights.has(OptimizerState.INNER) && !ConfigReader.className(optimizer).equals(wrapper)) {
      ObjectNode wrapped = ((ObjectNode) compiled).putObject("optimizer");
      wrapped.put("class_name", wrapper).putObject("config").set("inner_optimizer", optimizer);
    }
    return compiled;
  }

  /** Assigns the variables of the optimizer. */
  private static void restore(
      Trainable<?, ?> trained, AbstractLayer<?, ?> model, WeightFile weights) {
    if (trained.objective().isPresent() && weights.has(WeightFile.OPTIMIZER)) {
      weights.initialize(
          "KerasFiles.load",
          WeightFile.OPTIMIZER,
          OptimizerState.of(trained.optimizer(), model, weights.paths(WeightFile.OPTIMIZER)));
    }
  }

  /**
   * Assigns the values of a {@code .weights.h5} or {@code .keras} file to a model's variables.
   * Paths and shapes must be the same; types are cast.
   *
   * @throws IllegalArgumentException if the file does not fit the model, with the differences;
   *     nothing is assigned then; also if the model has no variables yet
   */
  public static void loadWeights(AbstractLayer<?, ?> model, Path path) {
    Map<String, Variable> variables = variables("loadWeights", model);
    try (Hdf5File file = open(path)) {
      new WeightFile(path.toString(), file).assign("KerasFiles.loadWeights", "", variables);
    }
  }

  /**
   * Assigns the values of a file to those variables that it has with their shapes, and returns what
   * was loaded and what was not.
   *
   * @throws IllegalArgumentException if the model has no variables yet
   */
  public static LoadedWeights loadMatchingWeights(AbstractLayer<?, ?> model, Path path) {
    Map<String, Variable> variables = variables("loadMatchingWeights", model);
    try (Hdf5File file = open(path)) {
      return new WeightFile(path.toString(), file).assignMatching(variables);
    }
  }

  static boolean isHdf5(Path path) {
    String name = path.toString();
    return name.endsWith(".h5") || name.endsWith(".hdf5");
  }

  private static Hdf5File open(Path path) {
    if (isHdf5(path)) {
      return Hdf5File.open(path);
    }
    try (KerasArchive archive = KerasArchive.open(path)) {
      return archive.weights();
    }
  }

  /**
   * Writes a sequential or functional model, with what it was compiled with and the optimizer's
   * variables; the file is replaced atomically.
   *
   * @throws IllegalArgumentException if Keras does not know a part of it, by name, or the model is
   *     quantized; nothing is written then
   */
  public static void save(AbstractLayer<?, ?> model, Path path) {
    save(model, path, new CustomObjects());
  }

  /** Writes a model with layers of one's own. */
  public static void save(AbstractLayer<?, ?> model, Path path, CustomObjects custom) {
    Quantization.requireNone("KerasFiles.save", model);
    ModelWriter writer = new ModelWriter(custom);
    Map<String, Object> config = writer.model(model);
    Map<String, Variable> variables = new LinkedHashMap<>(WeightPaths.of(model));
    Map<String, String> names = new LinkedHashMap<>(WeightPaths.names(model));
    if (model instanceof Trainable<?, ?> trained && trained.objective().isPresent()) {
      config.put("compile_config", new CompileWriter(writer.objects()).describe(trained));
      variables.putAll(OptimizerState.of(trained.optimizer(), OptimizerState.weights(model)));
      names.put("optimizer/vars", SnakeCase.of(trained.optimizer().getClass().getSimpleName()));
    }
    KerasArchive.write(path, config, new Hdf5Writer(WeightFile.of(variables, names)));
  }

  /** Writes a model's variables as {@code .weights.h5}; the file is replaced atomically. */
  public static void saveWeights(AbstractLayer<?, ?> model, Path path) {
    Map<String, Variable> variables = variables("saveWeights", model);
    KerasArchive.write(path, new Hdf5Writer(WeightFile.of(variables, WeightPaths.names(model))));
  }

  private static Map<String, Variable> variables(String who, AbstractLayer<?, ?> model) {
    Quantization.requireNone("KerasFiles." + who, model);
    Map<String, Variable> variables = WeightPaths.of(model);
    if (variables.isEmpty()) {
      throw Refusal.of(
          "KerasFiles." + who,
          "needs a model with variables",
          model.name(),
          "call it once with an input, which builds them");
    }
    return variables;
  }
}
