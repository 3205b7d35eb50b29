package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions that are exported into one SavedModel, which TensorFlow runs. */
final class Comparison {
  private final ExportArchive archive = new ExportArchive();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<String> titles = new ArrayList<>();

  /**
   * Adds a function.
   *
   * @throws IllegalArgumentException if it is refused
   */
  void add(String title, ConcreteFunction function, List<Tensor> arguments, List<Tensor> expected) {
    Endpoint.write("row", function.definition(), null, new Library(false, Map.of()));
    String endpoint = "row_" + titles.size();
    archive.endpoint(endpoint, function);
    for (int i = 0; i < arguments.size(); i++) {
      tensors.put(
          endpoint + "/" + (arguments.size() == 1 ? "inputs" : "arg" + i), arguments.get(i));
    }
    for (int i = 0; i < expected.size(); i++) {
      tensors.put(endpoint + ":output_" + i, expected.get(i));
    }
    titles.add(title);
  }

  /** Returns what differs in TensorFlow, and how many functions were compared. */
  List<String> run(Path temp) throws Exception {
    Path folder = temp.resolve("functions");
    Path values = temp.resolve("values.safetensors");
    archive.write(folder);
    Safetensors.save(tensors, Map.of(), values);
    List<String> lines = new ArrayList<>();
    for (String line : Python.run(temp, Comparison.class, "check_rows.py", folder, values)) {
      boolean row = line.startsWith("row_");
      String number = row ? line.substring(4, line.indexOf(' ')) : "";
      lines.add(row ? titles.get(Integer.parseInt(number)) + ": " + line : line);
    }
    return lines;
  }

  int size() {
    return titles.size();
  }
}
