package dev.tapedeck.keras;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerRow;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random models that Keras saved, which are read here, trained a step, and written for Keras. */
class RandomModelsTest {
  private static final int COUNT = Integer.getInteger("tapedeck.keras.models", 12);

  /** The most models that one run of Keras makes, and the seeds that it may try. */
  private static final int PART = 25;

  private static final int SEEDS = 1000;

  /** Relative to the largest value, since sums of many are rounded in another order. */
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path temp;

  static IntStream parts() {
    return IntStream.range(0, Math.ceilDiv(COUNT, PART));
  }

  @ParameterizedTest
  @MethodSource("parts")
  void modelsOfKerasPredictAndTrainOnAndGoBack(int part) throws Exception {
    int first = part * SEEDS;
    int count = Math.min(PART, COUNT - part * PART);
    Python.run(temp, getClass(), "random_models.py", "make", temp, LayerRow.FOLDER, first, count);
    check(temp);
    assertEquals(
        List.of("checked"), Python.run(temp, getClass(), "random_models.py", "check", temp));
  }

  static void check(Path folder) throws IOException {
    JsonNode index = new ObjectMapper().readTree(folder.resolve("index.json").toFile());
    List<Executable> models = new ArrayList<>();
    index.forEach(entry -> models.add(() -> check(folder, entry)));
    assertAll(models);
  }

  private static void check(Path folder, JsonNode entry) {
    String name = entry.get("number").asText();
    Map<String, Tensor> tensors = Safetensors.load(folder.resolve(name + ".safetensors"));
    try {
      AbstractLayer<?, ?> model =
          KerasFiles.read(folder.resolve(name + ".keras"), new CustomObjects());
      KerasFiles.save(model, folder.resolve(name + ".back.keras"));
      Trainable<?, ?> trained = (Trainable<?, ?>) model;
      Object inputs = structured(model.input(), named(tensors, "input"));
      compare(name, named(tensors, "before"), trained.predictOnBatch(inputs));
      if (!entry.get("random").asBoolean()) {
        Object labels = structured(model.output(), named(tensors, "label"));
        Map<String, Double> logs = trained.trainOnBatch(inputs, labels);
        double loss = entry.at("/logs/loss").asDouble();
        assertEquals(
            loss, logs.get("loss"), TOLERANCE * Math.max(1, Math.abs(loss)), name + ", loss");
        compare(name + ", trained", named(tensors, "after"), trained.predictOnBatch(inputs));
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException("model " + name + ", of " + entry.get("layers"), e);
    }
  }

  private static List<Tensor> named(Map<String, Tensor> tensors, String prefix) {
    List<Tensor> found = new ArrayList<>();
    while (tensors.containsKey(prefix + found.size())) {
      found.add(tensors.get(prefix + found.size()));
    }
    return found;
  }

  /** Returns tensors in the structure of a model's inputs or outputs. */
  private static Object structured(Object like, List<Tensor> tensors) {
    return switch (like) {
      case Tensor _ -> tensors.getFirst();
      case Map<?, ?> map -> {
        Map<Object, Tensor> named = new LinkedHashMap<>();
        map.keySet().forEach(key -> named.put(key, tensors.get(named.size())));
        yield named;
      }
      default -> tensors;
    };
  }

  private static void compare(String what, List<Tensor> expected, Object found) {
    List<Tensor> tensors = new ArrayList<>();
    if (found instanceof Map<?, ?> map) {
      map.values().forEach(value -> tensors.add((Tensor) value));
    } else {
      tensors.addAll(TensorTree.tensorsOf(found));
    }
    assertEquals(expected.size(), tensors.size(), what);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).shape(), tensors.get(i).shape(), what);
      double[] right = expected.get(i).toDoubleArray();
      double[] values = tensors.get(i).toDoubleArray();
      double scale = 1;
      double difference = 0;
      for (int j = 0; j < right.length; j++) {
        scale = Math.max(scale, Math.abs(right[j]));
        difference =
            Double.compare(right[j], values[j]) == 0
                ? difference
                : Math.max(difference, Math.abs(right[j] - values[j]));
      }
      assertTrue(
          difference <= TOLERANCE * scale, what + ": differs by " + difference + " of " + scale);
    }
  }
}
