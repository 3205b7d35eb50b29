package dev.tapedeck.keras;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Optimizers of Keras, whose slots are read, used for a step, and written for Keras again. */
class OptimizersTest {
  private static final float TOLERANCE = 1e-4f;

  @TempDir private Path temp;

  @Test
  void trainingGoesOnBothWays() throws Exception {
    Python.run(temp, getClass(), "optimizers.py", "make", temp);
    JsonNode expected = new ObjectMapper().readTree(temp.resolve("models.json").toFile());
    Tensor x = tensor(expected.get("x")).reshape(-1, 5, 5, 2);
    Tensor y = tensor(expected.get("y")).reshape(-1, 2);
    List<Executable> models = new ArrayList<>();
    expected
        .get("after")
        .properties()
        .forEach(one -> models.add(() -> trainOn(one.getKey(), x, y, numbers(one.getValue()))));
    assertAll(models);
    assertEquals(List.of("checked"), Python.run(temp, getClass(), "optimizers.py", "check", temp));
  }

  private void trainOn(String name, Tensor x, Tensor y, float[] after) {
    Model model = (Model) KerasFiles.read(temp.resolve(name + ".keras"), new CustomObjects());
    KerasFiles.save(model, temp.resolve(name + ".back.keras"));
    model.trainOnBatch(x, y);
    assertArrayEquals(after, model.predict(x).toFloatArray(), TOLERANCE, name);
    KerasFiles.save(model, temp.resolve(name + ".trained.keras"));
  }

  private static Tensor tensor(JsonNode json) {
    return Tensor.of(numbers(json));
  }

  private static float[] numbers(JsonNode json) {
    List<Float> numbers = new ArrayList<>();
    collect(json, numbers);
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    return values;
  }

  private static void collect(JsonNode json, List<Float> numbers) {
    if (json.isNumber()) {
      numbers.add((float) json.asDouble());
    } else {
      json.forEach(part -> collect(part, numbers));
    }
  }
}
