package dev.tapedeck.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ExtensionRegistryLite;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.Graph;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Bidirectional;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.GRU;
import dev.tapedeck.layers.LSTM;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.onnx.proto.ModelProto;
import dev.tapedeck.onnx.proto.TensorProto;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.pointwise.SpecialFunctions;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import dev.tapedeck.train.Sequential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is exported, under which names, and what is refused. */
class OnnxTest {
  @TempDir Path temp;

  private static Tensor ramp(long... shape) {
    return Creation.linspace(-1, 1, Shape.of(shape).count(), DType.FLOAT32).reshape(shape);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(Path::getFileName).sorted().toList();
    }
  }

  private static TensorSpec spec(DType dtype, long... shape) {
    return new TensorSpec(dtype, Shape.of(shape));
  }

  private String refusal(ConcreteFunction function) {
    Path file = temp.resolve("refused.onnx");
    String message =
        assertThrows(IllegalArgumentException.class, () -> Onnx.export(function, file))
            .getMessage();
    assertFalse(Files.exists(file));
    return message;
  }

  @Test
  void randomDrawsAreRefusedByName() {
    TensorSpec x = spec(DType.FLOAT32, -1, 3);
    Dropout dropout = new Dropout(0.5);
    assertEquals(
        "Onnx.export: node \"dropout/Uniform\": needs an op that has a form in ONNX, received"
            + " uniform (RandomDraw.1); export the part of the model before or after it;"
            + " docs/onnx.md has the table of ops",
        refusal(
            TracedFunction.of("training", (Tensor t) -> dropout.apply(t, true))
                .concreteFunction(x)));
  }

  @Test
  void writesAreRefusedByName() {
    Variable count = Variable.of(0f, "count");
    String message =
        refusal(
            TracedFunction.of(
                    "counting",
                    (Tensor t) -> {
                      count.assignAdd(t.sum());
                      return t.add(count);
                    })
                .concreteFunction(spec(DType.FLOAT32, -1, 3)));
    assertTrue(message.contains("AssignVariable.1"), message);
  }

  @Test
  void functionsWithoutAFormAreRefusedByName() {
    String message =
        refusal(
            TracedFunction.of("gamma", (Tensor t) -> SpecialFunctions.lgamma(t))
                .concreteFunction(spec(DType.FLOAT32, -1)));
    assertEquals(
        "Onnx.export: node \"Lgamma\", op lgamma: needs functions that ONNX has, received LGAMMA;"
            + " export the part of the model before or after it",
        message);
  }

  @Test
  void productsOfInt8AreRefused() {
    ConcreteFunction product =
        TracedFunction.of("product", (Tensor x) -> x.matmul(x))
            .concreteFunction(spec(DType.INT8, 2, 2));
    String message = refusal(product);
    assertTrue(message.contains("op matmul: needs a floating point type, received int8"), message);
    Sequential model = new Sequential(Input.of("x", DType.FLOAT32, 3), new Dense(2));
    model.quantize("int8");
    assertThrows(
        IllegalArgumentException.class, () -> Onnx.export(model, temp.resolve("refused.onnx")));
  }

  @Test
  void unknownInputsAreRefused() {
    Path file = temp.resolve("model.onnx");
    Sequential model = new Sequential(new Dense(2));
    assertEquals(
        "Onnx.export: needs a functional model, or the types and shapes of the inputs, received"
            + " Sequential without an Input; pass a list of TensorSpec, as List.of(new"
            + " TensorSpec(DType.FLOAT32, Shape.of(-1, 10)))",
        assertThrows(IllegalArgumentException.class, () -> Onnx.export(model, file)).getMessage());
  }

  @Test
  void layersAreBuiltForGivenInputs() throws Exception {
    Path file = temp.resolve("model.onnx");
    Sequential model = new Sequential(new Dense(4, Activations::relu), new Dense(2));
    Onnx.export(model, List.of(spec(DType.FLOAT32, -1, 3)), file);
    Tensor x = ramp(5, 3);
    LayersOnnxTest.assertClose(model.apply(x), OnnxRuntime.run(file, List.of(x)).getFirst());
  }

  /** Two inputs. */
  record Pair(Tensor left, Tensor right) {}

  /** Two outputs. */
  record Both(Tensor sum, Tensor product) {}

  @Test
  void recordsNameInputsAndOutputs() throws Exception {
    Tensor left = Input.of("one", DType.FLOAT32, 3);
    Tensor right = Input.of("other", DType.FLOAT32, 3);
    Tensor hidden = new Dense(3).name("hidden").apply(left);
    ModelOf<Pair, Both> model =
        Model.of(new Pair(left, right), new Both(hidden.add(right), hidden.mul(right)));
    Path file = temp.resolve("model.onnx");
    Onnx.export(model, file);
    List<Tensor> inputs = List.of(ramp(2, 3), ramp(2, 3).mul(2));
    Both expected = model.apply(new Pair(inputs.get(0), inputs.get(1)));
    List<Tensor> made = OnnxRuntime.run(file, inputs);
    LayersOnnxTest.assertClose(expected.sum(), made.get(0));
    LayersOnnxTest.assertClose(expected.product(), made.get(1));
    assertEquals(List.of("one", "other"), OnnxRuntime.names(file, true));
    assertEquals(List.of("sum", "product"), OnnxRuntime.names(file, false));
  }

  @Test
  void inputsMayBeOutputs() throws Exception {
    Tensor x = Input.of("x", DType.FLOAT32, 3);
    Tensor y = new Dense(3).apply(x);
    ModelOf<Tensor, Map<String, Tensor>> model = Model.of(x, Map.of("a", y, "b", x, "c", y));
    Path file = temp.resolve("model.onnx");
    Onnx.export(model, file);
    Tensor given = ramp(2, 3);
    List<Tensor> made = OnnxRuntime.run(file, List.of(given));
    LayersOnnxTest.assertClose(model.apply(given).get("a"), made.get(0));
    LayersOnnxTest.assertClose(given, made.get(1));
    LayersOnnxTest.assertClose(model.apply(given).get("c"), made.get(2));
  }

  @Test
  void weightsOfSharedLayersAreWrittenOnce() throws Exception {
    Tensor x = Input.of("x", DType.FLOAT32, 6, 6, 2);
    Conv2D shared = new Conv2D(2, 3).padding(Padding.SAME);
    Model model = Model.of(x, shared.apply(Activations.tanh(shared.apply(x))));
    Path file = temp.resolve("model.onnx");
    Onnx.export(model, file);
    Tensor given = ramp(2, 6, 6, 2);
    LayersOnnxTest.assertClose(
        model.apply(given), OnnxRuntime.run(file, List.of(given)).getFirst());
    assertEquals(
        List.of("conv2d/kernel", "conv2d/bias"),
        ModelProto.parseFrom(Files.readAllBytes(file), ExtensionRegistryLite.getEmptyRegistry())
            .getGraph()
            .getInitializerList()
            .stream()
            .map(TensorProto::getName)
            .toList());
  }

  @Test
  void innerFunctionsAreInlined() throws Exception {
    TracedFunction<Tensor> inner = TracedFunction.of("inner", (Tensor x) -> x.mul(3));
    ConcreteFunction outer =
        TracedFunction.of(
                "outer", (Tensor x) -> Gradients.recompute(t -> inner.call(t[0]).add(1), x))
            .concreteFunction(spec(DType.FLOAT32, -1, 3));
    Path file = temp.resolve("function.onnx");
    Onnx.export(outer, file);
    Tensor given = ramp(2, 3);
    LayersOnnxTest.assertClose(
        given.mul(3).add(1), OnnxRuntime.run(file, List.of(given)).getFirst());
  }

  @Test
  void masksKeepStates() throws Exception {
    Sequential model =
        new Sequential(
            Input.of("ids", DType.INT32, 5),
            new Embedding(6, 4).maskZero(true),
            new GRU(3).returnSequences(true),
            new LSTM(2));
    Tensor ids = Tensor.of(new int[] {1, 0, 3, 0, 0, 0, 0, 2, 5, 1}, 2, 5);
    Path file = temp.resolve("model.onnx");
    Onnx.export(model, file);
    LayersOnnxTest.assertClose(model.apply(ids), OnnxRuntime.run(file, List.of(ids)).getFirst());
  }

  @Test
  void sixteenBitsAreExportedAsFloat32() throws Exception {
    Sequential model =
        new Sequential(
            Input.of("x", DType.FLOAT32, 6, 6, 1),
            new Conv2D(2, 3).dtype(DTypePolicy.mixedBfloat16()),
            new BatchNormalization().dtype(DTypePolicy.mixedBfloat16()),
            new Flatten(),
            new Dense(2).dtype(DTypePolicy.of(DType.FLOAT32)));
    Tensor x = ramp(2, 6, 6, 1);
    Path file = temp.resolve("model.onnx");
    Onnx.export(model, file);
    Tensor made = OnnxRuntime.run(file, List.of(x)).getFirst();
    assertEquals(DType.FLOAT32, made.dtype());
    double[] expected = model.apply(x).toDoubleArray();
    double[] received = made.toDoubleArray();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], received[i], 0.05);
    }
  }

  private static OnnxModel model(Dense layer) {
    Graph graph =
        Graph.trace(
            in -> List.of(layer.apply(in.getFirst())), List.of(spec(DType.FLOAT32, -1, 30)));
    return new OnnxModel(Onnx.graph(graph, Variable::name, List.of("x")), List.of("y"), true);
  }

  @Test
  void largeWeightsAreInAnotherFile() throws Exception {
    Dense layer = new Dense(20);
    Tensor x = ramp(3, 30);
    Tensor expected = layer.apply(x);
    Path file = temp.resolve("large.onnx");
    OnnxFile.write(model(layer), file, 2000);
    assertEquals(List.of(Path.of("large.onnx"), Path.of("large.onnx.data")), files());
    assertEquals(30 * 20 * 4, Files.size(temp.resolve("large.onnx.data")));
    LayersOnnxTest.assertClose(expected, OnnxRuntime.run(file, List.of(x)).getFirst());
  }

  @Test
  void anExistingFileStaysIfWritingFails() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("model.onnx"));
    Files.writeString(folder.resolve("inside"), "kept");
    Sequential model = new Sequential(Input.of("x", DType.FLOAT32, 3), new Dense(2));
    assertTrue(
        assertThrows(UncheckedIOException.class, () -> Onnx.export(model, folder))
            .getMessage()
            .startsWith("Onnx.export: cannot write " + folder));
    assertEquals(List.of(Path.of("model.onnx")), files());
  }

  @Test
  void weightsOfTheOldModelStayIfWritingFails() throws Exception {
    Path model = Files.createDirectory(temp.resolve("large.onnx"));
    Path weights = Files.writeString(temp.resolve("large.onnx.data"), "kept");
    assertThrows(IOException.class, () -> OnnxFile.write(model(new Dense(20)), model, 2000));
    assertEquals("kept", Files.readString(weights));
    assertEquals(List.of(Path.of("large.onnx"), Path.of("large.onnx.data")), files());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void filesAreAsReadableAsAnyOther() throws Exception {
    Path file = temp.resolve("large.onnx");
    OnnxFile.write(model(new Dense(20)), file, 2000);
    var usual = Files.getPosixFilePermissions(Files.createFile(temp.resolve("usual")));
    assertEquals(usual, Files.getPosixFilePermissions(file));
    assertEquals(usual, Files.getPosixFilePermissions(temp.resolve("large.onnx.data")));
  }

  @Test
  void theCheckerTakesModels() throws Exception {
    Model images =
        new Sequential(
            Input.of("images", DType.FLOAT32, 8, 8, 1),
            new Conv2D(3, 3).activation(Activations::gelu),
            new BatchNormalization(),
            new MaxPooling2D(2),
            new Flatten(),
            new Dense(2));
    Model text =
        new Sequential(
            Input.of("ids", DType.INT32, 5),
            new Embedding(6, 4).maskZero(true),
            new Bidirectional(new GRU(3)),
            new Dense(2, Activations::softmax));
    Model words =
        new Sequential(
            Input.of("ids", DType.INT32, 5), new Embedding(6, 4), new LSTM(3), new Dense(2));
    Onnx.export(images, temp.resolve("images.onnx"));
    Onnx.export(text, temp.resolve("text.onnx"));
    Onnx.export(words, temp.resolve("words.onnx"));
    assertEquals(
        List.of(
            "images.onnx images=batch,8,8,1 output=batch,2",
            "text.onnx ids=batch,5 output=batch,2",
            "words.onnx ids=batch,5 output=batch,2"),
        Python.run(temp, OnnxTest.class, "check_models.py", temp));
  }
}
