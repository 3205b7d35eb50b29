package dev.tapedeck.savedmodel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every layer at inference, exported and run by TensorFlow. */
class LayersExportTest {
  private static final boolean ALL = Boolean.getBoolean("tapedeck.savedmodel.all");

  /** How many rows of each layer are exported where not all are. */
  private static final int EACH = 3;

  /** Layers that cannot be exported, with the op that TensorFlow lacks. */
  private static final Map<String, String> REFUSED = new TreeMap<>();

  @TempDir Path temp;

  @Test
  void agreeInTensorFlow() throws Exception {
    Python.command();
    Map<String, Integer> seen = new HashMap<>();
    Map<String, TreeSet<String>> refused = new TreeMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> titles = new LinkedHashMap<>();
    ExportArchive archive = new ExportArchive();
    for (JsonNode golden : LayerRow.all().toList()) {
      String name = golden.get("layer").asText();
      if (!ALL && seen.merge(name, 1, Integer::sum) > EACH) {
        continue;
      }
      try {
        LayerRow row = LayerRow.of(golden);
        ConcreteFunction function = row.function();
        Endpoint.write("row", function.definition(), null, new Library(false));
        String endpoint = "row_" + titles.size();
        archive.track(row.layer()).endpoint(endpoint, function);
        List<Tensor> arguments = row.arguments();
        for (int i = 0; i < arguments.size(); i++) {
          String key = arguments.size() == 1 ? "inputs" : "arg" + i;
          tensors.put(endpoint + "/" + key, arguments.get(i));
        }
        tensors.put(endpoint + ":output", row.expected());
        titles.put(endpoint, row.title());
      } catch (RuntimeException e) {
        refused
            .computeIfAbsent(name, _ -> new TreeSet<>())
            .add(String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
      }
    }
    refused.forEach((name, why) -> System.out.println("REFUSED " + name + " " + why));
    archive.write(temp.resolve("layers"));
    Safetensors.save(tensors, titles, temp.resolve("rows.safetensors"));
    List<String> wrong =
        Python.run(
            temp,
            LayersExportTest.class,
            "check_rows.py",
            temp.resolve("layers"),
            temp.resolve("rows.safetensors"));
    List<String> titled = new ArrayList<>();
    for (String line : wrong) {
      String endpoint = line.substring(0, line.indexOf(' '));
      titled.add(titles.getOrDefault(endpoint, "") + " " + line);
    }
    titled.forEach(line -> System.out.println("WRONG " + line));
    assertEquals(List.of(" compared " + titles.size()), titled);
    assertEquals(REFUSED.keySet(), refused.keySet());
  }
}
