package dev.tapedeck.savedmodel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.checkpoint.SavedFunction;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.savedmodel.proto.FunctionDef;
import dev.tapedeck.savedmodel.proto.MetaGraph;
import dev.tapedeck.savedmodel.proto.NodeDef;
import dev.tapedeck.savedmodel.proto.SavedModel;
import dev.tapedeck.savedmodel.proto.SignatureDef;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The files that are written, their names, and what is refused. */
class SavedModelsTest {
  private static final TensorSpec ROWS = new TensorSpec(DType.FLOAT32, Shape.of(-1, 4));

  @TempDir Path temp;

  private static Sequential dense() {
    return dense("numbers");
  }

  private static Sequential dense(String input) {
    return new Sequential(
        Input.of(input, DType.FLOAT32, 4), new Dense(3).name("hidden"), new Dense(2).name("top"));
  }

  private static MetaGraph read(Path folder) throws IOException {
    return SavedModel.parseFrom(Files.readAllBytes(folder.resolve("saved_model.pb")))
        .getMetaGraphs(0);
  }

  private static Set<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .collect(Collectors.toSet());
    }
  }

  private static void assertRefused(String message, Executable export) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, export).getMessage());
  }

  @Test
  void layersNameNodesAndVariables() throws IOException {
    SavedModels.export(dense(), temp.resolve("model"));
    assertEquals(
        Set.of(
            "saved_model.pb",
            "variables/variables.index",
            "variables/variables.data-00000-of-00001"),
        files(temp.resolve("model")));
    MetaGraph meta = read(temp.resolve("model"));
    FunctionDef serve = meta.getGraphDef().getLibrary().getFunction(0);
    assertEquals(
        List.of(
            "hidden/kernel/Read",
            "sequential/hidden/MatMul",
            "hidden/bias/Read",
            "sequential/hidden/AddV2",
            "top/kernel/Read",
            "sequential/top/MatMul",
            "top/bias/Read",
            "sequential/top/AddV2"),
        serve.getNodeDefList().stream().map(NodeDef::getName).toList());
    assertEquals(Set.of("serve", "serving_default"), meta.getSignatureDefMap().keySet());
    assertEquals(Set.of("numbers"), meta.getSignatureDefMap().get("serve").getInputsMap().keySet());
    assertEquals(
        List.of("hidden/kernel", "hidden/bias", "top/kernel", "top/bias"),
        meta.getObjectGraphDef().getNodesList().stream()
            .filter(node -> node.hasVariable())
            .map(node -> node.getVariable().getName())
            .toList());
  }

  @Test
  void nodesOfSignaturesHaveNamesOfTheirOwn() throws IOException {
    new ExportArchive()
        .endpoint("a", dense("b_c"))
        .endpoint("a_b", dense("c"))
        .endpoint("serve", dense("call"))
        .write(temp.resolve("model"));
    MetaGraph meta = read(temp.resolve("model"));
    List<String> names = meta.getGraphDef().getNodeList().stream().map(NodeDef::getName).toList();
    assertEquals(names.size(), Set.copyOf(names).size(), names.toString());
    SignatureDef serve = meta.getSignatureDefOrThrow("serve");
    assertEquals("serve_call:0", serve.getInputsOrThrow("call").getName());
    assertEquals("serve_call_1:0", serve.getOutputsOrThrow("output_0").getName());
  }

  @Test
  void sameModelGivesSameBytes() throws IOException {
    Sequential model = dense();
    SavedModels.export(model, temp.resolve("one"));
    SavedModels.export(model, temp.resolve("other"));
    assertArrayEquals(
        Files.readAllBytes(temp.resolve("one/saved_model.pb")),
        Files.readAllBytes(temp.resolve("other/saved_model.pb")));
  }

  @Test
  void frozenModelIsOneFile() throws IOException {
    new ExportArchive().endpoint("serve", dense()).frozen().write(temp.resolve("model"));
    assertEquals(Set.of("saved_model.pb"), files(temp.resolve("model")));
    assertFalse(read(temp.resolve("model")).hasObjectGraphDef());
  }

  @Test
  void layersAreExportedBySpecs() throws IOException {
    SavedModels.export(new Dense(3), List.of(ROWS), temp.resolve("one"));
    SavedModels.export(new Add(), List.of(ROWS, ROWS), temp.resolve("several"));
    MetaGraph several = read(temp.resolve("several"));
    assertEquals(
        Set.of("inputs_0", "inputs_1"),
        several.getSignatureDefMap().get("serve").getInputsMap().keySet());
  }

  @Test
  void savedFunctionsAreExported() throws IOException {
    Sequential model = dense();
    TracedFunction<Tensor> function = TracedFunction.of("dense", (Tensor x) -> model.apply(x));
    SavedFunction.save(function.concreteFunction(ROWS), temp.resolve("dense.tapedeck"));
    SavedModels.export(
        SavedFunction.load(temp.resolve("dense.tapedeck")).function(), temp.resolve("model"));
    assertEquals(
        4,
        read(temp.resolve("model")).getObjectGraphDef().getNodesList().stream()
            .filter(node -> node.hasVariable())
            .count());
  }

  @Test
  void opsThatTensorFlowLacksAreNamedBeforeAnythingIsWritten() {
    Tensor x = Input.of("numbers", DType.FLOAT32, 4);
    Model random = Model.of(x, new Noise().name("noise").apply(x));
    assertRefused(
        "SavedModels.export: needs ops that TensorFlow has, received node \"functional/noise/NextKey\","
            + " op NextRandomKey.1, which has no counterpart in TensorFlow; save it with SavedFunction,"
            + " unless it holds Java code as layers of text do, or compute that part outside",
        () -> SavedModels.export(random, temp.resolve("deep/model")));
    assertFalse(Files.exists(temp.resolve("deep")));
  }

  /** Draws anew in each call, also in inference. */
  private static final class Noise extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return x.add(Randoms.normal(4));
    }
  }

  @Test
  void foldersThatExistAreReplacedOnlyIfAsked() throws IOException {
    Path folder = temp.resolve("model");
    SavedModels.export(dense(), folder);
    assertRefused(
        "SavedModels.export: needs a new folder, received "
            + folder
            + ", which exists; choose another, remove it first, or have ExportArchive.overwrite()"
            + " replace it",
        () -> SavedModels.export(dense(), folder));
    new ExportArchive().endpoint("serve", dense()).frozen().overwrite().write(folder);
    assertEquals(Set.of("saved_model.pb"), files(folder));
    try (Stream<Path> left = Files.list(temp)) {
      assertEquals(List.of(folder), left.toList());
    }
    Path other = Files.createDirectory(temp.resolve("other"));
    assertRefused(
        "SavedModels.export: replaces only SavedModels, received "
            + other
            + ", which has no saved_model.pb; choose another folder, or remove it yourself",
        () -> new ExportArchive().endpoint("serve", dense()).overwrite().write(other));
    assertTrue(Files.exists(other));
  }

  @Test
  void modelsWithoutInputsNeedSpecs() {
    assertRefused(
        "SavedModels.export: needs a functional model, or the types and shapes of the inputs, received"
            + " Sequential without an Input; pass a list of TensorSpec, as List.of(new"
            + " TensorSpec(DType.FLOAT32, Shape.of(-1, 10)))",
        () -> SavedModels.export(new Sequential(new Dense(1)), temp.resolve("model")));
  }

  @Test
  void endpointsHaveNamesOfTheirOwn() {
    for (String name : List.of("serve", "variables", "two words", "2nd", "")) {
      assertRefused(
          "ExportArchive.endpoint: needs a free name of letters, digits and _, received \""
              + name
              + "\"; choose another, as serve",
          () -> new ExportArchive().endpoint("serve", dense()).endpoint(name, dense()));
    }
    assertRefused(
        "ExportArchive.write: needs an endpoint, received none; add one, as endpoint(\"serve\", model)",
        () -> new ExportArchive().write(temp.resolve("model")));
  }

  @Test
  void frozenVariablesAreNotAssigned() {
    Variable total = Variable.untrainable(0f, "total");
    ConcreteFunction add =
        TracedFunction.of(
                "add",
                (Tensor x) -> {
                  total.assignAdd(x.sum());
                  return total.value();
                })
            .concreteFunction(ROWS);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ExportArchive().endpoint("add", add).frozen().write(temp.resolve("model")));
    assertTrue(
        refused.getMessage().contains("which assigns to the variable total, which is frozen"),
        refused.getMessage());
  }

  @Test
  void quantizedModelsAreRefused() {
    ConcreteFunction product =
        TracedFunction.of("product", (Tensor x) -> x.matmul(x))
            .concreteFunction(new TensorSpec(DType.INT8, Shape.of(2, 2)));
    Path folder = temp.resolve("model");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new ExportArchive().endpoint("product", product).write(folder))
            .getMessage();
    assertTrue(message.contains("multiplies int8"), message);
    Sequential model = new Sequential(Input.of("x", DType.FLOAT32, 3), new Dense(2).name("two"));
    model.quantize("int8");
    message =
        assertThrows(IllegalArgumentException.class, () -> SavedModels.export(model, folder))
            .getMessage();
    assertTrue(
        message.contains("needs a model that is not quantized, received layer \"two\" of int8"),
        message);
  }
}
