package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Trainable;
import dev.tapedeck.train.VariableBudget;
import io.jhdf.api.Dataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A whole model in one HDF5 file, as Keras 2 saved it: descriptions as texts, and the weights of
 * each layer in the order in which the layer has them. The optimizer's variables are not read.
 */
final class H5Model {
  private static final String WEIGHTS = "model_weights";

  private H5Model() {}

  /** Reads a model. */
  static AbstractLayer<?, ?> read(Path path, CustomObjects custom, boolean compile) {
    try (Hdf5File file = Hdf5File.open(path)) {
      JsonNode config = json(path, file, "model_config");
      String version = file.text("", "keras_version");
      boolean former = version == null || !version.startsWith("3");
      ModelReader reader = new ModelReader(custom, former);
      AbstractLayer<?, ?> model =
          VariableBudget.within(
              new WeightFile(path.toString(), file).budget(), () -> reader.model(config));
      assign(path, file, model);
      if (compile
          && file.text("", "training_config") != null
          && model instanceof Trainable<?, ?> trained) {
        reader.compile(trained, former(json(path, file, "training_config")), config.path("config"));
      }
      return model;
    }
  }

  private static JsonNode json(Path path, Hdf5File file, String attribute) {
    String text = file.text("", attribute);
    if (text == null) {
      throw new KerasFileException(
          "KerasFiles: " + path + " has weights alone; make the model, and call loadWeights");
    }
    return KerasArchive.parse(path + ", " + attribute, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a description of Keras 2 under the names of Keras 3. */
  private static JsonNode former(JsonNode training) {
    return training.has("optimizer_config")
        ? ((ObjectNode) training).set("optimizer", training.get("optimizer_config"))
        : training;
  }

  /** Assigns the weights of each layer, by its name. */
  static void assign(Path path, Hdf5File file, AbstractLayer<?, ?> model) {
    Map<String, Dataset> datasets = file.datasets();
    String root =
        datasets.keySet().stream().anyMatch(one -> one.startsWith(WEIGHTS + "/")) ? WEIGHTS : "";
    Map<String, Variable> variables = new LinkedHashMap<>();
    for (AbstractLayer<?, ?> layer : LayerOrder.of(model)) {
      List<Variable> own = weights(layer);
      if (!own.isEmpty()) {
        String group = root.isEmpty() ? layer.name() : root + "/" + layer.name();
        List<String> names = file.texts(group, "weight_names");
        for (int i = 0; i < own.size(); i++) {
          String name = i < names.size() ? names.get(i) : "weight " + i;
          variables.put(group + "/" + name, own.get(i));
        }
      }
    }
    new WeightFile(path.toString(), file).initialize("KerasFiles.load", root, variables);
  }

  /**
   * Returns the variables of a layer or nested model in Keras's order: those that training changes,
   * then the others, among which are all of a frozen layer.
   */
  private static List<Variable> weights(AbstractLayer<?, ?> layer) {
    Set<Variable> all = new LinkedHashSet<>();
    collect(layer, all);
    Set<Variable> trained = new HashSet<>(layer.trainableVariables());
    List<Variable> ordered = new ArrayList<>();
    all.stream().filter(trained::contains).forEach(ordered::add);
    all.stream().filter(one -> !trained.contains(one)).forEach(ordered::add);
    return ordered;
  }

  private static void collect(AbstractLayer<?, ?> layer, Set<Variable> all) {
    List<Variable> own =
        layer.parts().values().stream()
            .filter(Variable.class::isInstance)
            .map(Variable.class::cast)
            .toList();
    own.stream().filter(Variable::trainable).forEach(all::add);
    all.addAll(own);
    List<AbstractLayer<?, ?>> inner =
        ModelCalls.of(layer).isPresent() ? LayerOrder.of(layer) : layer.layers();
    inner.forEach(one -> collect(one, all));
    all.addAll(layer.variables()); // those in lists and records
  }
}
