package dev.tapedeck.cli;

import dev.tapedeck.checkpoint.CheckpointReader;
import dev.tapedeck.checkpoint.CheckpointReader.Description;
import dev.tapedeck.keras.KerasContents;
import dev.tapedeck.tensor.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck inspect}, which lists the contents of a file of weights. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Shows what a file of weights or a model holds.")
final class Inspect implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PATH",
      description =
          "A folder, for its latest checkpoint; a prefix such as runs/ckpt-3, or one of its files;"
              + " a .safetensors, .keras, .h5 or .onnx file; or the folder of a SavedModel.")
  private Path path;

  @Option(
      names = "--values",
      paramLabel = "NAME",
      description =
          "Print the value of this name in place of the table; a string that is not UTF-8 as Python"
              + " does, b'\\xff'.")
  private String name;

  @Option(
      names = "--json",
      description = "Print JSON; a string that is not UTF-8 as {\"b64\": \"..\"}, in Base64.")
  private boolean json;

  @Option(
      names = "--verify",
      description =
          "Read everything, and compare checksums; safetensors and Keras's files have none.")
  private boolean verify;

  @Override
  public Integer call() throws IOException {
    try (CheckpointReader reader = open()) {
      List<String> wrong = verify ? reader.verify() : List.of();
      PrintWriter err = spec.commandLine().getErr();
      wrong.forEach(line -> err.println("tapedeck: " + PlainText.oneLine(line)));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        Json.print(out, name == null ? table(reader) : value(reader));
      } else {
        if (Files.isDirectory(path)) {
          String kind = SavedModelContents.isSavedModel(path) ? "SavedModel " : "checkpoint ";
          out.println(kind + PlainText.oneLine(reader.path().toString()));
        }
        print(reader, out);
        if (verify && wrong.isEmpty()) {
          out.println("verified: nothing is damaged");
        }
      }
      out.flush();
      return wrong.isEmpty() ? 0 : 1;
    }
  }

  private CheckpointReader open() {
    if (OnnxContents.isOnnx(path)) {
      return OnnxContents.at(path);
    } else if (SavedModelContents.isSavedModel(path)) {
      return SavedModelContents.at(path);
    }
    return Files.isRegularFile(path) && ModelFile.isOfKeras(path)
        ? KerasContents.at(path)
        : CheckpointReader.open(path);
  }

  private void print(CheckpointReader reader, PrintWriter out) {
    if (name == null) {
      printTable(reader, out);
    } else if (!description(reader).isString()) {
      out.println(reader.tensor(name));
    } else if (description(reader).shape().isScalar()) {
      out.println(PlainText.lines(text(reader.bytes(name).getFirst())));
    } else {
      reader.bytes(name).forEach(string -> out.println(PlainText.oneLine(text(string))));
    }
  }

  private static String text(byte[] string) {
    return Utf8.decode(string).orElseGet(() -> Utf8.literal(string));
  }

  /**
   * Returns a string as JSON, in TensorFlow Serving's form: bytes that are not UTF-8 are base64.
   */
  private static Object json(byte[] string) {
    return Utf8.decode(string)
        .<Object>map(text -> text)
        .orElseGet(() -> Map.of("b64", Base64.getEncoder().encodeToString(string)));
  }

  private Description description(CheckpointReader reader) {
    return reader.entries().get(reader.key(name));
  }

  private static void printTable(CheckpointReader reader, PrintWriter out) {
    Collection<Description> entries = reader.entries().values();
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"name", "shape", "dtype", "size"});
    for (Description entry : entries) {
      rows.add(
          new String[] {
            PlainText.oneLine(entry.name()),
            entry.shape().toString(),
            entry.type(),
            PlainText.size(entry.bytes())
          });
    }
    int[] widths = new int[4];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    String format =
        String.format(
            Locale.ROOT,
            "%%-%ds  %%-%ds  %%-%ds  %%%ds%%n",
            widths[0],
            widths[1],
            widths[2],
            widths[3]);
    rows.forEach(row -> out.printf(Locale.ROOT, format, (Object[]) row));
    out.println(
        String.format(
            Locale.ROOT,
            "%,d values, %,d parameters, %s",
            entries.size(),
            reader.parameters(),
            PlainText.size(bytes(entries))));
    reader
        .metadata()
        .forEach(
            (key, text) ->
                out.println(
                    "metadata: " + PlainText.oneLine(key) + " = " + PlainText.oneLine(text)));
  }

  private static Map<String, Object> table(CheckpointReader reader) {
    List<Object> values = new ArrayList<>();
    reader.entries().forEach((key, entry) -> values.add(facts(key, entry)));
    Collection<Description> entries = reader.entries().values();
    Map<String, Object> table = new LinkedHashMap<>();
    table.put("checkpoint", reader.path().toString());
    table.put("values", values);
    table.put("parameters", reader.parameters());
    table.put("bytes", bytes(entries));
    table.put("metadata", reader.metadata());
    return table;
  }

  private Map<String, Object> value(CheckpointReader reader) {
    Description entry = description(reader);
    Map<String, Object> value = facts(reader.key(name), entry);
    Shape shape = entry.shape();
    if (entry.isString()) {
      value.put("value", nested(reader.bytes(name).stream().map(Inspect::json).toList(), shape));
    } else {
      // An array without elements may still have very many rows.
      value.put("value", shape.count() == 0 ? List.of() : reader.tensor(name).toArray());
    }
    return value;
  }

  private static Map<String, Object> facts(String key, Description entry) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", entry.name());
    facts.put("key", key);
    facts.put("dtype", entry.type());
    facts.put("shape", entry.shape().toArray());
    facts.put("bytes", entry.bytes());
    return facts;
  }

  private static Object nested(List<?> strings, Shape shape) {
    if (shape.isScalar()) {
      return strings.getFirst();
    }
    List<?> nested = strings;
    for (int axis = shape.rank() - 1; axis > 0 && !strings.isEmpty(); axis--) {
      List<Object> rows = new ArrayList<>();
      int size = (int) shape.size(axis);
      for (int i = 0; i < nested.size(); i += size) {
        rows.add(nested.subList(i, i + size));
      }
      nested = rows;
    }
    return nested;
  }

  private static long bytes(Collection<Description> entries) {
    return entries.stream().mapToLong(Description::bytes).sum();
  }
}
