package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.savedmodel.proto.MetaGraph;
import dev.tapedeck.savedmodel.proto.SavedModel;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.InferenceFunction;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A SavedModel in the making: several endpoints over shared variables, as Keras's ExportArchive.
 *
 * <pre>{@code
 * new ExportArchive()
 *     .track(model)
 *     .endpoint("serve", model)
 *     .endpoint("embed", embed.concreteFunction(new TensorSpec(DType.INT32, Shape.of(-1, 10))))
 *     .write(Path.of("exported"));
 * }</pre>
 *
 * <p>In Python, {@code loaded.embed(ids)} calls an endpoint, {@code loaded.signatures["embed"]} its
 * form of named tensors; the first endpoint is {@code serving_default}, too. {@code
 * loaded.variables}, {@code trainable_variables} and {@code non_trainable_variables} are lists.
 */
public final class ExportArchive {
  static final String DEFAULT = "serving_default";

  /** The name in messages. */
  private static final String WHO = "SavedModels.export";

  private final Map<Variable, String> names = new LinkedHashMap<>();
  private final Map<String, InferenceFunction> endpoints = new LinkedHashMap<>();
  private boolean frozen;
  private boolean overwrite;

  /** Makes an archive without endpoints. */
  public ExportArchive() {}

  /**
   * Adds a layer's or model's variables, which are written whether endpoints use them or not.
   * Without it, the variables are those that endpoints use.
   */
  public ExportArchive track(AbstractLayer<?, ?> layer) {
    layer.namedVariables().forEach((name, variable) -> names.putIfAbsent(variable, name));
    return this;
  }

  /**
   * Adds a traced function. Inputs are named by the components of records and the keys of maps,
   * else {@code inputs}, or {@code arg0, arg1, ..}; outputs likewise, else {@code output_0, ..}.
   *
   * @throws IllegalArgumentException if the name is taken, or no name in Python
   */
  public ExportArchive endpoint(String name, ConcreteFunction function) {
    return add(name, new InferenceFunction(function, Optional.empty()));
  }

  /**
   * Adds the inference of a functional model, or of a {@code Sequential} model with an input; its
   * inputs have their names.
   *
   * @throws IllegalArgumentException if the name is taken, or the model has no symbolic input
   */
  public ExportArchive endpoint(String name, AbstractLayer<?, ?> model) {
    return track(model).add(name, InferenceFunction.of(WHO, model));
  }

  /**
   * Adds the inference of any layer or model.
   *
   * @param inputs types and shapes of its tensors, in their order; -1 for an unknown size, as that
   *     of the batch
   * @throws IllegalArgumentException if the name is taken
   */
  public ExportArchive endpoint(String name, AbstractLayer<?, ?> model, List<TensorSpec> inputs) {
    return track(model).add(name, InferenceFunction.of(WHO, model, inputs));
  }

  private ExportArchive add(String name, InferenceFunction traced) {
    boolean taken = endpoints.containsKey(name) || ObjectGraph.RESERVED.contains(name);
    if (taken || !name.equals(Names.keyword(name))) {
      throw Refusal.of(
          "ExportArchive.endpoint",
          "needs a free name of letters, digits and _",
          "\"" + name + "\"",
          "choose another, as serve");
    }
    endpoints.put(name, traced);
    return this;
  }

  /**
   * Writes variables as constants: one file, {@code saved_model.pb}, which can be run but not
   * trained, of at most 2 GiB.
   */
  public ExportArchive frozen() {
    frozen = true;
    return this;
  }

  /** Replaces a SavedModel that is in the folder; without it, an existing folder is refused. */
  public ExportArchive overwrite() {
    overwrite = true;
    return this;
  }

  /**
   * Writes the folder, which appears complete or not at all.
   *
   * @throws IllegalArgumentException if TensorFlow has no counterpart of an op; nothing is written
   * @throws IllegalStateException if Java code in a function reads values of tensors
   * @throws UncheckedIOException if it cannot be written
   */
  public void write(Path folder) {
    if (endpoints.isEmpty()) {
      throw Refusal.of(
          "ExportArchive.write",
          "needs an endpoint",
          "none",
          "add one, as endpoint(\"serve\", model)");
    }
    ModelFolder target = new ModelFolder(folder, overwrite);
    try (Scope _ = new Scope()) {
      write(target);
    }
  }

  private void write(ModelFolder target) {
    Library library = new Library(frozen, names);
    Map<String, Endpoint> written = new LinkedHashMap<>();
    endpoints.forEach(
        (name, traced) ->
            written.put(
                name,
                Endpoint.write(
                    name, traced.function().definition(), traced.inputs().orElse(null), library)));
    for (Endpoint endpoint : written.values()) {
      endpoint.variables().forEach(variable -> names.putIfAbsent(variable, variable.name()));
    }
    MetaGraph.Builder meta = MetaGraph.newBuilder();
    meta.setMetaInfoDef(MetaGraph.Info.newBuilder().addTags("serve"));
    Map<String, List<Variable>> lists = frozen ? Map.of() : lists();
    addMainGraph(meta, library, written, lists);
    if (!frozen) {
      addObjects(meta, written, lists);
    }
    SavedModel model =
        SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
    target.write(model, frozen ? null : checkpoint(lists));
  }

  /** Returns the lists of variables, by their names. */
  private Map<String, List<Variable>> lists() {
    List<Variable> variables = List.copyOf(names.keySet());
    Map<String, List<Variable>> lists = new LinkedHashMap<>();
    lists.put(ObjectGraph.VARIABLES, variables);
    lists.put("trainable_variables", variables.stream().filter(Variable::trainable).toList());
    lists.put(
        "non_trainable_variables", variables.stream().filter(one -> !one.trainable()).toList());
    return lists;
  }

  private void addMainGraph(
      MetaGraph.Builder meta,
      Library library,
      Map<String, Endpoint> written,
      Map<String, List<Variable>> lists) {
    MainGraph graph = new MainGraph(meta);
    if (!frozen) {
      Map<Variable, String> keys = new LinkedHashMap<>();
      for (Variable variable : lists.get(ObjectGraph.VARIABLES)) {
        graph.variable(variable, names.get(variable), keys.size());
        keys.put(
            variable, ObjectGraph.VARIABLES + "/" + keys.size() + "/.ATTRIBUTES/VARIABLE_VALUE");
      }
      graph.saver(keys);
    }
    signatures(written).forEach(graph::signature);
    graph.write(library);
  }

  private void addObjects(
      MetaGraph.Builder meta, Map<String, Endpoint> written, Map<String, List<Variable>> lists) {
    ObjectGraph objects = new ObjectGraph();
    objects.variables(lists, names);
    written.values().forEach(objects::function);
    objects.signatures(signatures(written));
    meta.setObjectGraphDef(objects.write());
  }

  /** Returns the endpoints by the names of their signatures; the first is the default, too. */
  private static Map<String, Endpoint> signatures(Map<String, Endpoint> written) {
    Map<String, Endpoint> signatures = new TreeMap<>(written);
    signatures.putIfAbsent(DEFAULT, written.values().iterator().next());
    return Collections.unmodifiableMap(signatures);
  }

  private static Checkpoint checkpoint(Map<String, List<Variable>> lists) {
    Checkpoint checkpoint = null;
    for (Map.Entry<String, List<Variable>> list : lists.entrySet()) {
      List<Variable> variables = new ArrayList<>(list.getValue());
      checkpoint =
          checkpoint == null
              ? Checkpoint.of(list.getKey(), variables)
              : checkpoint.and(list.getKey(), variables);
    }
    return checkpoint;
  }
}
