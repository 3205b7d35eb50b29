package dev.tapedeck.keras;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Concatenate;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Lambda;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.MeanAbsoluteError;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be read or written, which the messages name. */
class RefusalsTest {
  @TempDir private Path temp;

  private static Sequential model(Layer... layers) {
    return new Sequential(Input.of(3), layers);
  }

  private void assertNotWritten(AbstractLayer<?, ?> model, String what) {
    Path file = temp.resolve("refused.keras");
    String message =
        assertThrows(IllegalArgumentException.class, () -> KerasFiles.save(model, file))
            .getMessage();
    assertTrue(message.contains(what), message);
    assertFalse(Files.exists(file));
  }

  private Path described(String config) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Path weights = temp.resolve("w.weights.h5");
    KerasFiles.saveWeights(model(new Dense(2)), weights);
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(KerasArchive.CONFIG));
      zip.write(config.getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry(KerasArchive.WEIGHTS));
      zip.write(Files.readAllBytes(weights));
    }
    return Files.write(temp.resolve("described.keras"), out.toByteArray());
  }

  private static String sequential(String layer) {
    return """
        {"class_name": "Sequential", "config": {"name": "s", "layers": [
          {"class_name": "InputLayer", "config": {"batch_shape": [null, 3], "name": "x"}}, %s]}}
        """
        .formatted(layer);
  }

  private void assertNotRead(String config, String message) {
    Path file = assertDoesNotThrow(() -> described(config));
    assertEquals(
        message, assertThrows(KerasFileException.class, () -> KerasFiles.load(file)).getMessage());
  }

  /** As Keras 3.15 writes them, and as its policies are named. */
  @Test
  void quantizedModelsAreNotRead() {
    String policy =
        """
        {"module": "keras.dtype_policies", "class_name": "QuantizedDTypePolicy",
         "config": {"mode": "int8", "source_name": "float32"}, "registered_name": null}""";
    for (String dtype : List.of(policy, "\"int8_from_float32\"")) {
      assertNotRead(
          sequential(
              """
              {"class_name": "Dense", "config": {"name": "hidden", "dtype": %s, "units": 2,
                "quantization_config": {"class_name": "Int8QuantizationConfig", "config": {}}}}"""
                  .formatted(dtype)),
          "KerasFiles: layer \"hidden\" is quantized to int8; save the model in Keras before"
              + " model.quantize, and quantize it here");
    }
  }

  @Test
  void quantizedModelsAreNotWritten() {
    Path weights = temp.resolve("full.weights.h5");
    for (String mode : List.of("int8", "float16")) {
      Sequential model = model(new Dense(2).name("hidden"));
      KerasFiles.saveWeights(model, weights);
      model.quantize(mode);
      assertNotWritten(
          model,
          "KerasFiles.save: needs a model that is not quantized, received layer \"hidden\" of "
              + mode);
      Path refused = temp.resolve("refused.weights.h5");
      assertThrows(IllegalArgumentException.class, () -> KerasFiles.saveWeights(model, refused));
      assertFalse(Files.exists(refused));
      assertThrows(IllegalArgumentException.class, () -> KerasFiles.loadWeights(model, weights));
      assertThrows(
          IllegalArgumentException.class, () -> KerasFiles.loadMatchingWeights(model, weights));
    }
  }

  @Test
  void javaCodeIsNotWritten() {
    assertNotWritten(model(new Dense(2, x -> x.mul(3))), "layer \"dense");
    assertNotWritten(model(new Lambda(x -> x.mul(3))), "layer \"lambda");
    Sequential own = model(new Dense(2));
    own.compile(new Adam(), (y, p) -> y.sub(p).abs());
    assertNotWritten(own, "the loss is of class");
  }

  @Test
  void classesOfOnesOwnAreNotWritten() {
    assertNotWritten(
        model(
            new Layer() {
              @Override
              protected Tensor call(Tensor x) {
                return x;
              }
            }),
        "which Keras does not know; register it");
    assertNotWritten(
        new Model() {
          @Override
          protected Tensor call(Tensor x) {
            return x;
          }
        },
        "a class of one's own");
  }

  @Test
  void adaptationsAreNotWritten() {
    assertNotWritten(model(new Dense(2).loraRank(1)), "has an adaptation (LoRA)");
  }

  @Test
  void opsThatKerasDoesNotKnowAreNotWritten() {
    Tensor x = Input.of(3);
    assertNotWritten(Model.of(x, Cumulative.cumsum(x, 1)), "the op cumsum");
    assertNotWritten(Model.of(x, Activations.relu(x, 0.1, 6, 0)), "the op relu");
  }

  @Test
  void productsThatTransposeAreNotWritten() {
    Tensor x = Input.of(3, 3);
    assertNotWritten(Model.of(x, Linalg.matmul(x, x, false, true)), "transposes an operand");
    assertNotWritten(Model.of(x, Linalg.matmul(x, x, true, false)), "transposes an operand");
  }

  @Test
  void valuesOfAnotherKindAreNotRead() {
    Map.of(
            "\"units\": 2.9", "a whole number, the file has 2.9",
            "\"units\": \"2\"", "a whole number, the file has \"2\"",
            "\"units\": 2, \"use_bias\": \"yes\"", "true or false, the file has \"yes\"")
        .forEach(
            (config, message) -> {
              String layer =
                  "{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", " + config + "}}";
              assertNotRead(
                  sequential(layer), "KerasFiles: d, a Dense: an argument must be " + message);
            });
    assertNotRead(
        sequential(
            "{\"class_name\": \"Dropout\", \"config\": {\"name\": \"d\", \"rate\": \"abc\"}}"),
        "KerasFiles: d, a Dropout: an argument must be a number, the file has \"abc\"");
  }

  @Test
  void pythonCodeOfACompilationCanBeLeftOut() throws IOException {
    String layer = "{\"class_name\": \"Dense\", \"config\": {\"units\": 2}}";
    String compiled =
        sequential(layer).strip().replaceAll("}$", "")
            + ", \"compile_config\": {\"optimizer\": \"adam\", \"loss\": \"ours\"}}";
    assertNotRead(
        compiled,
        "KerasFiles: there is no loss \"ours\"; load(path, custom, false) does not compile the"
            + " model");
    Model model = KerasFiles.load(described(compiled), new CustomObjects(), false);
    assertTrue(model.objective().isEmpty());
  }

  @Test
  void aListOfOneAxisIsTheAxis() throws IOException {
    String layer = "{\"class_name\": \"BatchNormalization\", \"config\": {\"axis\": [1]}}";
    ConfigReader reader = new ConfigReader(new CustomObjects(), true, _ -> null);
    assertEquals(
        new BatchNormalization(1).arguments(),
        reader.layer(KerasArchive.parse("", layer.getBytes(StandardCharsets.UTF_8))).arguments());
  }

  @Test
  void classesThatAreNotHereAreNotRead() {
    assertNotRead(
        sequential("{\"class_name\": \"Lambda\", \"config\": {\"name\": \"twice\"}}"),
        "KerasFiles: layer \"twice\" is a Lambda, whose Python code cannot run here; replace it by"
            + " layers in Python, or register a layer for it: new CustomObjects().layer(\"Lambda\","
            + " ..)");
    assertNotRead(
        sequential(
            "{\"class_name\": \"Scale\", \"config\": {\"name\": \"scale\"}, \"registered_name\":"
                + " \"shop>Scale\"}"),
        "KerasFiles: layer \"scale\" is of class shop>Scale, which Tapedeck lacks; register it: new"
            + " CustomObjects().layer(\"shop>Scale\", ..)");
    assertNotRead(
        "{\"class_name\": \"Shop\", \"config\": {}}",
        "KerasFiles: the file has a model of class Shop, whose Python code is not in it; write the"
            + " class in Java, and load the weights: KerasFiles.loadWeights(model, path)");
  }

  @Test
  void noClassIsLoadedByANameOfAFile() throws IOException {
    for (String name : List.of("java.lang.Runtime", "../x", "Wrapper", "package-info", "Kind")) {
      assertThrows(
          KerasFileException.class,
          () ->
              KerasFiles.load(
                  described(sequential("{\"class_name\": \"" + name + "\", \"config\": {}}"))),
          name);
    }
  }

  @Test
  void argumentsThatAreNotHereAreNotRead() {
    assertNotRead(
        sequential(
            "{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 2, \"sharpness\":"
                + " 3}}"),
        "KerasFiles: Dense has no argument sharpness here, the file has sharpness=3");
    assertNotRead(
        sequential("{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": -2}}"),
        "KerasFiles: d, a Dense: Dense: units must be 1 or more, received -2");
  }

  @Test
  void minimalDescriptionsAreRead() throws IOException {
    Path file =
        described(
            sequential(
                "{\"class_name\": \"Dense\", \"config\": {\"units\": 2, \"activation\": \"relu\"}}"));
    assertEquals(8, KerasFiles.load(file).countParams());
  }

  @Test
  void weightsOfAnotherShapeAreNotRead() throws IOException {
    Path file = described(sequential("{\"class_name\": \"Dense\", \"config\": {\"units\": 4}}"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> KerasFiles.load(file)).getMessage();
    assertTrue(
        message.contains("wrong: \"layers/dense/vars/0\" is (3, 4), in the file (3, 2)"), message);
  }

  @Test
  void descriptionsThatNeedMoreMemoryThanTheFileHasAreNotRead() throws IOException {
    Path file =
        described(sequential("{\"class_name\": \"Dense\", \"config\": {\"units\": 2000000000}}"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> KerasFiles.load(file)).getMessage();
    assertTrue(message.contains("needs no more variables than the file has values for"), message);
  }

  @Test
  void deepDescriptionsAreNotRead() throws IOException {
    Path file = described("{\"class_name\": " + "[".repeat(100_000));
    assertThrows(KerasFileException.class, () -> KerasFiles.load(file));
  }

  @Test
  void otherFilesAreNotRead() throws IOException {
    Path file = Files.writeString(temp.resolve("text.keras"), "no zip");
    assertThrows(KerasFileException.class, () -> KerasFiles.load(file));
    assertThrows(
        KerasFileException.class,
        () -> KerasFiles.load(Files.writeString(temp.resolve("text.h5"), "no HDF5")));
    assertThrows(UncheckedIOException.class, () -> KerasFiles.load(temp.resolve("nowhere.keras")));
    Path weights = temp.resolve("alone.weights.h5");
    KerasFiles.saveWeights(model(new Dense(2)), weights);
    assertEquals(
        "KerasFiles: " + weights + " has weights alone; make the model, and call loadWeights",
        assertThrows(KerasFileException.class, () -> KerasFiles.load(weights)).getMessage());
  }

  @Test
  void weightsAreReadIntoVariablesThatExist() {
    Path weights = temp.resolve("alone.weights.h5");
    KerasFiles.saveWeights(model(new Dense(2)), weights);
    Sequential unbuilt = new Sequential(new Dense(2));
    unbuilt.name("unbuilt");
    String expected =
        "KerasFiles.%s: needs a model with variables, received unbuilt; call it once with an input,"
            + " which builds them";
    assertEquals(
        expected.formatted("loadWeights"),
        assertThrows(IllegalArgumentException.class, () -> KerasFiles.loadWeights(unbuilt, weights))
            .getMessage());
    assertEquals(
        expected.formatted("loadMatchingWeights"),
        assertThrows(
                IllegalArgumentException.class,
                () -> KerasFiles.loadMatchingWeights(unbuilt, weights))
            .getMessage());
  }

  @Test
  void modelsOfSeveralInputsAreReadAsSuch() {
    Tensor a = Input.of("a", DType.FLOAT32, 2);
    Tensor b = Input.of("b", DType.FLOAT32, 2);
    Path file = temp.resolve("two.keras");
    KerasFiles.save(Model.of(List.of(a, b), new Concatenate().apply(List.of(a, b))), file);
    assertEquals(
        "KerasFiles.load: " + file + " has several inputs or outputs; call loadOf",
        assertThrows(KerasFileException.class, () -> KerasFiles.load(file)).getMessage());
    Tensor out =
        (Tensor)
            KerasFiles.loadOf(file)
                .apply(
                    List.of(Tensor.of(new float[][] {{1, 2}}), Tensor.of(new float[][] {{3, 4}})));
    assertEquals("[1.0, 2.0, 3.0, 4.0]", Arrays.toString(out.toDoubleArray()));
  }

  @Test
  void aModelThatRunsEagerlyIsReadAsSuch() {
    Sequential model = model(new Dense(1));
    model.compile(new Adam(0.1), Losses.meanSquaredError());
    model.runEagerly(true);
    Path file = temp.resolve("eager.keras");
    KerasFiles.save(model, file);
    assertTrue(KerasFiles.load(file).runsEagerly());
  }

  @Test
  void descriptionsThatArePackedTooWellAreNotRead() throws IOException {
    String message = "has more than 4194304 bytes";
    Path file = described("{\"a\": [" + "{},".repeat(2 << 20) + "0]}");
    assertTrue(
        assertThrows(KerasFileException.class, () -> KerasFiles.load(file))
            .getMessage()
            .endsWith(message));
  }

  @Test
  void layersInAnyOrderAreRead() throws IOException {
    List<String> layers = new ArrayList<>();
    String last = "shared";
    for (int i = 0; i < 200; i++) {
      layers.add(graphLayer("Identity", "l" + i, "{}", history(last, 0)));
      last = "l" + i;
    }
    layers.add(graphLayer("Dense", "dense", "{\"units\": 2}", history("shared", 1)));
    layers.add(
        graphLayer(
            "Activation",
            "shared",
            "{\"activation\": \"relu\"}",
            history("x", 0),
            history(last, 0)));
    layers.add(graphLayer("InputLayer", "x", "{\"batch_shape\": [null, 3]}"));
    Path file =
        described(
            """
            {"class_name": "Functional", "config": {"name": "m", "layers": %s,
              "input_layers": [["x", 0, 0]], "output_layers": [["dense", 0, 0]]}}
            """
                .formatted(layers));
    assertEquals(8, KerasFiles.load(file).countParams());
  }

  private static String history(String layer, int call) {
    return """
        {"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["%s", %d, 0]}}]}
        """
        .formatted(layer, call);
  }

  private static String graphLayer(String type, String name, String config, String... calls) {
    return """
        {"class_name": "%s", "name": "%s", "config": %s, "inbound_nodes": %s}
        """
        .formatted(type, name, config, List.of(calls));
  }

  @Test
  void aModelGoesOnWithTheSameBits() {
    Sequential model = model(new Dense(4), new Dense(1));
    model.compile(new Adam(0.1).clipnorm(1), Losses.meanSquaredError(), new MeanAbsoluteError());
    float[][] x = {{1, 2, 3}, {3, 1, 2}};
    float[][] y = {{1}, {2}};
    model.trainOnBatch(x, y);
    Path file = temp.resolve("trained.keras");
    KerasFiles.save(model, file);
    Model loaded = KerasFiles.load(file);
    assertFalse(loaded.runsEagerly());
    assertEquals(model.trainOnBatch(x, y), loaded.trainOnBatch(x, y));
    assertEquals(model.getWeights().toString(), loaded.getWeights().toString());
    model.name("same");
    assertEquals(model.summary(), loaded.name("same").summary());
  }
}
