package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of summary is, read by TensorBoard, what TensorFlow writes of the same data. */
class KindsTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  @TempDir Path temp;

  @Test
  void areWhatTensorFlowWrites() throws Exception {
    Path ours = temp.resolve("ours");
    try (var writer = SummaryWriter.open(ours)) {
      writer.scalar("scalar", 0.25, 3);
      histograms(writer);
      images(writer);
      writer.text("text/one", "*größe* 学習", 8);
      writer.text("text/list", List.of("a", "b", ""), 8);
      writer.text(
          "text/table", List.of(List.of("a", "b"), List.of("c", "d"), List.of("e", "f")), 8);
      writer.audio("audio/clips", floats(2, 300, 2), 44_100, 9);
      writer.audio("audio/one", floats(300, 1).mul(2), 8_000, 9);
      prCurves(writer);
      meshes(writer);
      writer.customScalars(
          new CustomScalarsLayout()
              .category("losses")
              .multiline("loss", "loss/.*", "error")
              .margin("bars", "a", "b", "c", "d", "e", "f")
              .category("none"));
      hparams(writer);
      writer.kerasGraph("{\"class_name\": \"Sequential\"}", 12);
      writer.graph(new byte[] {0x0a, 5, 0x0a, 3, 'o', 'n', 'e'}); // node { name: "one" }
    }
    assertEquals(
        List.of("38 []"),
        Python.run(temp, KindsTest.class, "compare_kinds.py", ours, temp.resolve("theirs")));
  }

  private static void histograms(SummaryWriter writer) {
    Tensor overwritten = values(2_000);
    long[] cubes = new long[100];
    Arrays.setAll(cubes, i -> (long) i * i * i);
    Map<String, Object> data = new TreeMap<>();
    data.put("float32", floats(40, 50));
    data.put("float64", overwritten);
    data.put("float16", Casting.cast(values(2_000), DType.FLOAT16));
    data.put("int64", cubes);
    data.put("uint8", bytes(256));
    data.put("bool", Logic.greater(floats(100), 0));
    data.put("equal", Tensor.full(DType.FLOAT32, 2.5, 7));
    data.put("empty", new float[0]);
    data.put("nan", new float[] {1, NAN, 3});
    data.put("infinite", new float[] {1, INF, 3});
    data.put("negative infinite", new float[] {1, -INF, 3});
    data.put("only infinite", new float[] {INF, INF});
    data.forEach((name, values) -> writer.histogram("histogram/" + name, values, 5));
    overwritten.release(); // the values have been taken
    writer.histogram("histogram/buckets", floats(100), 7, 6);
  }

  private static void images(SummaryWriter writer) {
    for (int channels = 1; channels <= 4; channels++) {
      writer.image("image/" + channels, floats(5, 6, 7, channels), 7);
    }
    writer.image("image/one", floats(6, 7, 3), 7);
    writer.image("image/float64", values(6, 7, 3), 7);
    writer.image("image/uint8", bytes(2, 8, 4, 4), 1, 7);
  }

  private static void prCurves(SummaryWriter writer) {
    Tensor labels = Logic.greater(floats(1_000), 0.5);
    float[] predictions = floats(1_000).toFloatArray();
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = Math.clamp(predictions[i], 0f, 1f);
    }
    writer.prCurve("pr", labels, predictions, 10);
    Tensor doubles = Casting.cast(Tensor.of(predictions), DType.FLOAT64);
    writer.prCurve("pr of few", Casting.cast(labels, DType.INT32), doubles, 11, 10);
    writer.prCurve("pr of none", new int[0], new float[0], 10);
  }

  private static void meshes(SummaryWriter writer) {
    Tensor faces = Casting.cast(bytes(2, 4, 3), DType.INT64);
    Map<String, Object> material = Map.of("cls", "PointsMaterial", "size", 0.1);
    Map<String, Object> config =
        Map.of("material", material, "lights", Arrays.asList(true, null, "é\n"));
    writer.mesh("mesh", floats(2, 8, 3), faces, bytes(2, 8, 3), config, 11);
    writer.mesh("points", floats(8, 3), null, null, 11);
  }

  private static void hparams(SummaryWriter writer) {
    writer.hparams(
        new HParams()
            .interval("lr", 1e-5, 0.1)
            .discrete("units", 16, 32)
            .discrete("optimizer", "adam", "sgd")
            .discrete("bias", false, true)
            .metric("epoch_loss")
            .metric("epoch_loss", "validation"));
    Map<String, Object> values = Map.of("lr", 1e-5, "huge", 1.5e22, "one", 1f, "units", 16);
    Map<String, Object> all = new TreeMap<>(values);
    all.putAll(Map.of("optimizer", "a\"ä", "bias", true));
    writer.hparams(all);
  }

  /** Numbers from -0.5 to 1.5. */
  private static Tensor values(long... shape) {
    double[] values = new double[(int) Shape.of(shape).count()];
    Arrays.setAll(values, i -> (long) i * 7919 % 2001 / 1000.0 - 0.5);
    return Tensor.of(values, shape);
  }

  private static Tensor floats(long... shape) {
    return Casting.cast(values(shape), DType.FLOAT32);
  }

  private static Tensor bytes(long... shape) {
    byte[] bytes = new byte[(int) Shape.of(shape).count()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return Tensor.ofUint8(bytes, shape);
  }
}
