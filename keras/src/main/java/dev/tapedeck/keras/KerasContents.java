package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.checkpoint.CheckpointException;
import dev.tapedeck.checkpoint.CheckpointReader;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import io.jhdf.api.Dataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A reader of a {@code .keras}, {@code .weights.h5} or {@code .h5} file without the model: the
 * weights by path, {@code layers/dense/vars/0}, and as metadata the model's class, its number of
 * layers, and what it is compiled with.
 */
public final class KerasContents extends CheckpointReader {
  private final Hdf5File file;
  private final Map<String, Dataset> datasets;
  private final Map<String, String> metadata;

  private KerasContents(
      Path path, Hdf5File file, Map<String, Dataset> datasets, Map<String, String> metadata) {
    super(path, descriptions(file, datasets));
    this.file = file;
    this.datasets = datasets;
    this.metadata = metadata;
  }

  /**
   * Opens a file, whose name ends in {@code .keras}, {@code .h5} or {@code .hdf5}.
   *
   * @throws KerasFileException if it is damaged
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static KerasContents at(Path path) {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (KerasFiles.isHdf5(path)) {
      return of(path, Hdf5File.open(path), file -> addTexts(path, file, metadata), metadata);
    }
    try (KerasArchive archive = KerasArchive.open(path)) {
      if (archive.has(KerasArchive.METADATA)) {
        JsonNode saved = archive.json(KerasArchive.METADATA);
        saved.properties().forEach(field -> metadata.put(field.getKey(), text(field.getValue())));
      }
      JsonNode config = archive.json(KerasArchive.CONFIG);
      addModel(config, config.path("compile_config"), metadata);
      return of(path, archive.weights(), _ -> {}, metadata);
    }
  }

  /** Reader of a part of an open file. */
  private interface Part {
    void read(Hdf5File file);
  }

  private static KerasContents of(
      Path path, Hdf5File file, Part more, Map<String, String> metadata) {
    boolean opened = false;
    try {
      more.read(file);
      KerasContents contents =
          new KerasContents(path, file, file.datasets(), Collections.unmodifiableMap(metadata));
      opened = true;
      return contents;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /** Adds what the texts of a model in one HDF5 file say. */
  private static void addTexts(Path path, Hdf5File file, Map<String, String> metadata) {
    String version = file.text("", "keras_version");
    if (version != null) {
      metadata.put("keras_version", version);
    }
    String model = file.text("", "model_config");
    if (model != null) {
      String training = file.text("", "training_config");
      addModel(
          json(path, "model_config", model),
          json(path, "training_config", training == null ? "{}" : training),
          metadata);
    }
  }

  private static JsonNode json(Path path, String name, String text) {
    return KerasArchive.parse(path + ", " + name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void addModel(JsonNode model, JsonNode compiled, Map<String, String> metadata) {
    metadata.put("class", ConfigReader.className(model));
    JsonNode config = model.path("config");
    if (config.path("name").isTextual()) {
      metadata.put("name", config.path("name").asText());
    }
    if (config.path("layers").isArray()) {
      long layers =
          StreamSupport.stream(config.path("layers").spliterator(), false)
              .filter(layer -> !ConfigReader.className(layer).equals("InputLayer"))
              .count();
      metadata.put("layers", Long.toString(layers));
    }
    for (String part : List.of("optimizer", "loss", "metrics", "weighted_metrics")) {
      JsonNode of =
          part.equals("optimizer") && compiled.has("optimizer_config")
              ? compiled.get("optimizer_config")
              : compiled.path(part);
      if (!of.isMissingNode() && !of.isNull()) {
        metadata.put(part, text(of));
      }
    }
  }

  /** Returns a part of a description in short: objects by their classes or names. */
  private static String text(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(KerasContents::text)
          .collect(Collectors.joining(", "));
    }
    if (value.path("class_name").isTextual()) {
      return value.path("class_name").asText().equals("function")
          ? text(value.path("config"))
          : value.path("class_name").asText();
    }
    return value.isObject()
        ? value.properties().stream()
            .map(field -> field.getKey() + ": " + text(field.getValue()))
            .collect(Collectors.joining(", "))
        : value.asText();
  }

  private static Map<String, Description> descriptions(
      Hdf5File file, Map<String, Dataset> datasets) {
    Map<String, Description> descriptions = new LinkedHashMap<>();
    datasets.forEach(
        (path, dataset) ->
            descriptions.put(
                path,
                file.guarded(
                    "dataset " + path + " cannot be read",
                    () -> description(file, path, dataset))));
    return descriptions;
  }

  private static Description description(Hdf5File file, String path, Dataset dataset) {
    try {
      TensorSpec spec = file.spec(path, dataset);
      return new Description(path, spec.dtype().toString(), spec.shape(), spec.bytes());
    } catch (KerasFileException e) { // no numbers; read only if they are asked for
      String type = dataset.getDataType().getClass().getSimpleName().replace("DataType", "");
      Shape shape = Shape.of(dataset.getDimensionsAsLong());
      return new Description(
          path,
          type.toLowerCase(Locale.ROOT),
          shape,
          shape.count() * dataset.getDataType().getSize());
    }
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  protected Set<String> outsideOfModels() {
    return entries().keySet().stream()
        .filter(WeightFile::isOfOptimizer)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  protected EagerTensor read(String key) {
    Dataset dataset = datasets.get(key);
    return file.read(key, dataset, file.spec(key, dataset));
  }

  @Override
  protected void check(String key) {
    try (Scope _ = new Scope()) {
      read(key);
    } catch (KerasFileException e) {
      throw new CheckpointException(e.getMessage());
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
