package dev.tapedeck.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ExtensionRegistryLite;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.AttentionInputs;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Bidirectional;
import dev.tapedeck.layers.Concatenate;
import dev.tapedeck.layers.Conv1D;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Conv2DTranspose;
import dev.tapedeck.layers.Cropping2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.DepthwiseConv2D;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.GRU;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.GlobalMaxPooling1D;
import dev.tapedeck.layers.GlobalMaxPooling2D;
import dev.tapedeck.layers.LSTM;
import dev.tapedeck.layers.LayerNormalization;
import dev.tapedeck.layers.MaxPooling1D;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.MultiHeadAttention;
import dev.tapedeck.layers.Multiply;
import dev.tapedeck.layers.ReLU;
import dev.tapedeck.layers.RecurrentOutput;
import dev.tapedeck.layers.UpSampling2D;
import dev.tapedeck.layers.ZeroPadding2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.onnx.proto.ModelProto;
import dev.tapedeck.onnx.proto.NodeProto;
import dev.tapedeck.onnx.proto.TensorProto;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in ONNX Runtime, and the nodes that they need, beside those that one writes by hand. */
class ModelsOnnxTest {
  @TempDir Path temp;

  private ModelProto exported(Model model, Tensor... batches) throws Exception {
    Path file = temp.resolve("model.onnx");
    Onnx.export(model, file);
    for (Tensor batch : batches) {
      LayersOnnxTest.assertClose(
          model.apply(batch), OnnxRuntime.run(file, List.of(batch)).getFirst());
    }
    return ModelProto.parseFrom(Files.readAllBytes(file), ExtensionRegistryLite.getEmptyRegistry());
  }

  private static List<String> types(ModelProto model) {
    return model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList();
  }

  /** Checks that there are hardly more nodes than one writes by hand. */
  private static void assertNearly(List<String> byHand, ModelProto model) {
    List<String> types = types(model);
    assertTrue(types.size() <= 1.1 * byHand.size(), () -> byHand.size() + " by hand: " + types);
  }

  private static Tensor draw(long... shape) {
    return Randoms.uniform(RandomKey.of(1), DType.FLOAT32, -1, 1, shape);
  }

  @Test
  void imageClassifier() throws Exception {
    Model model =
        new Sequential(
            Input.of("images", DType.FLOAT32, 12, 12, 1),
            new Conv2D(4, 3).activation(Activations::relu),
            new MaxPooling2D(2),
            new BatchNormalization(),
            new Conv2D(6, 3).activation(Activations::relu),
            new Flatten(),
            new Dense(10, Activations::softmax));
    ModelProto written = exported(model, draw(5, 12, 12, 1), draw(1, 12, 12, 1));
    assertEquals(
        List.of(
            "Transpose",
            "Conv",
            "Relu",
            "MaxPool",
            "BatchNormalization",
            "Conv",
            "Relu",
            "Transpose",
            "Reshape",
            "Gemm",
            "Softmax"),
        types(written));
    assertEquals("images", written.getGraph().getInput(0).getName());
  }

  @Test
  void residualNetwork() throws Exception {
    Tensor images = Input.of("images", DType.FLOAT32, 8, 8, 3);
    Tensor x = new Conv2D(4, 3).padding(Padding.SAME).activation(Activations::relu).apply(images);
    Tensor y = new Conv2D(4, 3).padding(Padding.SAME).useBias(false).apply(x);
    y = Activations.relu(new BatchNormalization().apply(y));
    Tensor sum = new Add().apply(List.of(x, y));
    Model model = Model.of(images, new Dense(2).apply(new GlobalAveragePooling2D().apply(sum)));
    ModelProto written = exported(model, draw(2, 8, 8, 3));
    assertEquals(
        List.of(
            "Transpose",
            "Conv",
            "Relu",
            "Conv",
            "BatchNormalization",
            "Relu",
            "Add",
            "ReduceMean",
            "Gemm"),
        types(written));
  }

  @Test
  void textClassifier() throws Exception {
    Model model =
        new Sequential(
            Input.of("ids", DType.INT32, 7),
            new Embedding(20, 8),
            new LSTM(6),
            new Dense(2, Activations::softmax));
    Tensor ids = draw(3, 7).add(1).mul(9.9).cast(DType.INT32);
    ModelProto written = exported(model, ids);
    assertEquals(
        List.of("Gather", "Transpose", "LSTM", "Squeeze", "Gemm", "Softmax"), types(written));
  }

  @Test
  void transformerBlock() throws Exception {
    Tensor x = Input.of("tokens", DType.FLOAT32, 5, 8);
    Tensor attended = new MultiHeadAttention(2, 4).apply(x, x);
    Tensor sum = new LayerNormalization().apply(new Add().apply(List.of(x, attended)));
    Tensor hidden = new Dense(16, Activations::gelu).apply(sum);
    Tensor more = new Dense(8).apply(hidden);
    Tensor output = new LayerNormalization().apply(new Add().apply(List.of(sum, more)));
    ModelProto written = exported(Model.of(x, output), draw(3, 5, 8));
    List<String> projection = List.of("MatMul", "Add", "Reshape", "Transpose");
    List<String> byHand = new ArrayList<>();
    Collections.nCopies(3, projection).forEach(byHand::addAll);
    byHand.addAll(List.of("MatMul", "Mul", "Softmax", "MatMul"));
    byHand.addAll(List.of("Transpose", "Reshape", "MatMul", "Add"));
    byHand.addAll(List.of("Add", "LayerNormalization"));
    byHand.addAll(List.of("MatMul", "Add", "Mul", "Erf", "Add", "Mul", "Mul", "MatMul", "Add"));
    byHand.addAll(List.of("Add", "LayerNormalization"));
    assertNearly(byHand, written);
  }

  @Test
  void imageSegmentation() throws Exception {
    Tensor images = Input.of("images", DType.FLOAT32, 8, 8, 3);
    Tensor down =
        new Conv2D(4, 3).padding(Padding.SAME).activation(Activations::relu).apply(images);
    Tensor deep = new Conv2D(6, 3).padding(Padding.SAME).apply(new MaxPooling2D(2).apply(down));
    Tensor up = new UpSampling2D(2).apply(Activations.leakyRelu(deep, 0.1));
    Tensor both = new Concatenate().apply(List.of(down, up));
    Tensor more = new Conv2DTranspose(2, 2).strides(2).apply(new ZeroPadding2D(1).apply(both));
    ModelProto written =
        exported(Model.of(images, new Cropping2D(2).apply(more)), draw(2, 8, 8, 3));
    assertEquals(
        List.of(
            "Transpose",
            "Conv",
            "Relu",
            "MaxPool",
            "Conv",
            "LeakyRelu",
            "Resize",
            "Concat",
            "Pad",
            "ConvTranspose",
            "Slice",
            "Transpose"),
        types(written));
  }

  @Test
  void squeezeAndExcite() throws Exception {
    Tensor images = Input.of("images", DType.FLOAT32, 6, 6, 4);
    Tensor x = new DepthwiseConv2D(3).apply(images);
    Tensor gate = new GlobalAveragePooling2D().keepdims(true).apply(x);
    Tensor gated = new Multiply().apply(List.of(x, new Dense(4, Activations::sigmoid).apply(gate)));
    Tensor y = new Conv2D(2, 1).apply(gated);
    ModelProto written =
        exported(Model.of(images, new GlobalMaxPooling2D().apply(y)), draw(2, 6, 6, 4));
    assertEquals(2, Collections.frequency(types(written), "Transpose"), types(written).toString());
  }

  @Test
  void statesOfRecurrentLayers() throws Exception {
    for (boolean sequences : new boolean[] {false, true}) {
      Tensor x = Input.of("x", DType.FLOAT32, 5, 3);
      RecurrentOutput out = new LSTM(4).returnSequences(sequences).applyWithState(x, null);
      Tensor state = Joining.concat(-1, out.states().toArray());
      Tensor y = sequences ? out.output().sum(1) : out.output();
      ModelProto written = exported(Model.of(x, Joining.concat(-1, y, state)), draw(3, 5, 3));
      assertTrue(types(written).contains("LSTM"), types(written).toString());
    }
  }

  @Test
  void limitsOfRelu() throws Exception {
    Model model =
        new Sequential(
            Input.of("x", DType.FLOAT32, 5), new ReLU(6), new ReLU().negativeSlope(0.25));
    assertEquals(List.of("Clip", "LeakyRelu"), types(exported(model, draw(3, 5))));
  }

  @Test
  void bothDirections() throws Exception {
    Model model =
        new Sequential(
            Input.of("x", DType.FLOAT32, 5, 3),
            new Bidirectional(new LSTM(4).returnSequences(true)),
            new Bidirectional(new GRU(2)),
            new Dense(1));
    ModelProto written = exported(model, draw(3, 5, 3));
    assertEquals(
        List.of(
            "Transpose",
            "LSTM",
            "Squeeze",
            "LSTM",
            "Squeeze",
            "Concat",
            "GRU",
            "Squeeze",
            "GRU",
            "Squeeze",
            "Concat",
            "Gemm"),
        types(written));
    List<String> names = written.getGraph().getNodeList().stream().map(NodeProto::getName).toList();
    assertTrue(names.contains("bidirectional/forwardLayer/cell/Lstm"), names.toString());
    List<String> weights =
        written.getGraph().getInitializerList().stream().map(TensorProto::getName).toList();
    assertTrue(weights.contains("bidirectional/forwardLayer/cell/kernel"), weights.toString());
  }

  @Test
  void sequencesOfAnyLength() throws Exception {
    Tensor ids = Input.of("ids", DType.INT32, -1);
    Tensor x = new Embedding(20, 8).apply(ids);
    Tensor attended =
        new MultiHeadAttention(2, 4).apply(new AttentionInputs(x, x, null, null, true));
    Tensor sum = new LayerNormalization().apply(new Add().apply(List.of(x, attended)));
    Tensor wide = new Conv1D(6, 3).padding(Padding.SAME).apply(new Dense(8).apply(sum));
    Tensor states = new GRU(5).returnSequences(true).apply(wide);
    Tensor pooled = new GlobalMaxPooling1D().apply(new MaxPooling1D(2).apply(states));
    exported(
        Model.of(ids, new Dense(2).apply(pooled)),
        draw(3, 7).add(1).mul(9.9).cast(DType.INT32),
        draw(1, 12).add(1).mul(9.9).cast(DType.INT32));
  }

  @Test
  void imagesOfAnySize() throws Exception {
    Tensor images = Input.of("images", DType.FLOAT32, -1, -1, 3);
    Tensor x = new Conv2D(4, 3).strides(2).padding(Padding.SAME).apply(images);
    Tensor y = new BatchNormalization().apply(new MaxPooling2D(2).padding(Padding.SAME).apply(x));
    Tensor up = new UpSampling2D(2).apply(new Dense(3, Activations::gelu).apply(y));
    exported(
        Model.of(images, new Conv2DTranspose(2, 3).strides(2).padding(Padding.SAME).apply(up)),
        draw(2, 9, 12, 3),
        draw(1, 6, 5, 3));
  }
}
