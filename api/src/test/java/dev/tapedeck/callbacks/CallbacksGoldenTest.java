package dev.tapedeck.callbacks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.testing.ScriptedModel;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings with prescribed logs against Keras's, from {@code make_callbacks.py}. */
class CallbacksGoldenTest {
  private static final float[][] X = {{0}, {0}};

  @TempDir Path folder;

  static Stream<Arguments.ArgumentSet> cases() {
    return Goldens.read(CallbacksGoldenTest.class, "callbacks.json")
        .valueStream()
        .map(
            g -> argumentSet(g.get("callback").asText() + g.get("arguments") + g.get("weight"), g));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithKeras(JsonNode golden) throws IOException {
    List<Map<String, Double>> script = script(golden.get("logs"));
    ScriptedModel model = new ScriptedModel(script);
    model.compile(new Descent(0.1));
    List<Double> rates = new ArrayList<>();
    Callback callback = callback(golden);
    FitOptions options =
        FitOptions.epochs(script.size())
            .verbosity(FitOptions.Verbosity.SILENT)
            .callback(callback)
            .callback(
                new LambdaCallback()
                    .onEpochEnd(
                        (epoch, logs) ->
                            rates.add(model.optimizer().learningRate().value().item())));
    if (script.getFirst().containsKey("val_loss")) {
      options = options.validation(X, X);
    }
    for (int i = 0; i < 2; i++) { // again: each training begins anew
      rates.clear();
      model.optimizer().learningRate().assign(0.1f);
      History history = model.fit(X, X, options);
      List<String> entries =
          golden.get("entries").valueStream().map(JsonNode::asText).sorted().toList();
      assertEquals(entries, List.copyOf(new TreeSet<>(history.history().keySet())));
      assertArrayEquals(
          Goldens.numbers(golden.get("rates")),
          rates.stream().mapToDouble(Double::doubleValue).toArray(),
          1e-7);
      assertEquals(golden.get("weight").asDouble(), model.weight());
      if (golden.has("csv")) {
        assertEquals(golden.get("csv").asText(), Files.readString(folder.resolve("log.csv")));
      }
    }
  }

  private Callback callback(JsonNode golden) {
    String name = golden.get("callback").asText();
    ObjectNode arguments = (ObjectNode) golden.get("arguments");
    return switch (name) {
      case "LearningRateScheduler" ->
          new LearningRateScheduler(schedule(arguments.get("schedule").asText()));
      case "CSVLogger" ->
          arguments.has("separator")
              ? new CSVLogger(folder.resolve("log.csv"))
                  .separator(arguments.get("separator").asText())
              : new CSVLogger(folder.resolve("log.csv"));
      default -> (Callback) FromConfig.construct(EarlyStopping.class, name, arguments);
    };
  }

  private static LearningRateScheduler.Schedule schedule(String name) {
    return switch (name) {
      case "halves" -> (epoch, rate) -> epoch % 2 == 0 ? rate : rate * 0.5;
      case "steps" -> (epoch, rate) -> 0.5 / (epoch + 1);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static List<Map<String, Double>> script(JsonNode epochs) {
    List<Map<String, Double>> script = new ArrayList<>();
    for (JsonNode epoch : epochs) {
      Map<String, Double> logs = new LinkedHashMap<>();
      epoch.forEachEntry(
          (name, value) -> logs.put(name, value.isNull() ? Double.NaN : value.asDouble()));
      script.add(logs);
    }
    return script;
  }
}
