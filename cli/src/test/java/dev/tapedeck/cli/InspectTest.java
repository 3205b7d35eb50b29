package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code inspect} as a process, on files of TensorFlow's and our own. */
class InspectTest {
  @TempDir Path temp;

  private Cli.Result inspect(Object... arguments) throws Exception {
    List<String> all =
        Stream.concat(Stream.of("inspect"), Arrays.stream(arguments).map(Object::toString))
            .toList();
    ProcessBuilder command = Cli.builder(all.toArray(String[]::new));
    command.command().add(1, "-Dstdout.encoding=UTF-8");
    return Cli.run(temp, command);
  }

  private String shown(Object... arguments) throws Exception {
    Cli.Result result = inspect(arguments);
    assertEquals(0, result.exit(), result.err());
    return result.out();
  }

  private void assertFails(String message, Object... arguments) throws Exception {
    Cli.Result result = inspect(arguments);
    assertEquals(1, result.exit(), result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("tapedeck: "), result.err());
    assertTrue(result.err().contains(message), result.err());
  }

  @Test
  void whatTensorFlowWrote() throws Exception {
    Python.run(temp, InspectTest.class, "write_checkpoints.py", temp);
    Path objects = temp.resolve("objects");
    Path names = temp.resolve("names");

    assertEquals(
        """
        checkpoint %s
        name          shape   dtype    size
        model/bias    (2,)    float32   8 B
        model/kernel  (2, 2)  float32  16 B
        save_counter  ()      int64     8 B
        3 values, 6 parameters, 32 B
        verified: nothing is damaged
        """
            .formatted(objects.resolve("ckpt-2")),
        shown(objects, "--verify"));
    Path byName = names.resolve("model.ckpt-7");
    assertEquals(
        """
        name          shape   dtype               size
        byte          ()      string               6 B
        bytes         (2,)    string              19 B
        dense/kernel  (3, 2)  float32             24 B
        global_step   ()      int64                8 B
        note          ()      string              14 B
        wave          (2,)    18 of TensorFlow's  32 B
        words         (2, 2)  string              23 B
        7 values, 6 parameters, 126 B
        """,
        shown(byName));
    assertEquals(
        "Tensor([[1.  2. ]\n [3.  4.5]], shape=(2, 2), dtype=float32)\n",
        shown(objects.resolve("ckpt-1.index"), "--values", "model/kernel"));
    assertEquals("one\ngröße\n?[31m\n\n", shown(byName + ".meta", "--values", "words"));
    assertEquals("two\nlines\n", shown(byName + ".", "--values", "note"));
    assertEquals("b'a\\\\\\'\\xff\\xfe\\n'\ngröße\n", shown(byName, "--values", "bytes"));
    assertEquals("b'\\x80'\n", shown(byName, "--values", "byte"));
    assertEquals(
        "[{\"b64\":\"YVwn//4K\"},\"größe\"]",
        json(byName, "--values", "bytes").get("value").toString());
    assertEquals("{\"b64\":\"gA==\"}", json(byName, "--values", "byte").get("value").toString());
    JsonNode words = json(byName, "--values", "words");
    assertEquals("[[\"one\",\"größe\"],[\"\\u001B[31m\",\"\"]]", words.get("value").toString());
    assertFails("18 of TensorFlow's, which no tensor here has", byName, "--values", "wave");
  }

  @Test
  void whatWeWrote() throws Exception {
    Variable kernel = Variable.of(new float[300][2]);
    Path prefix =
        Checkpoint.of("kernel", kernel)
            .and("wide", Variable.of(new double[] {Double.NaN, 0.1}))
            .save(temp.resolve("runs/ckpt"));
    String table =
        """
        name          shape     dtype      size
        kernel        (300, 2)  float32  2.3 KB
        save_counter  ()        int64       8 B
        wide          (2,)      float64    16 B
        3 values, 602 parameters, 2.4 KB
        """;
    assertEquals(table, shown(prefix));
    assertEquals("checkpoint " + prefix + "\n" + table, shown(prefix.getParent()));
    assertEquals(
        "Tensor([nan 0.1], shape=(2,), dtype=float64)\n", shown(prefix, "--values", "wide"));

    JsonNode json = json(prefix);
    assertEquals(prefix.toString(), json.get("checkpoint").asText());
    assertEquals(602, json.get("parameters").asLong());
    assertEquals(2424, json.get("bytes").asLong());
    assertEquals(
        "{\"name\":\"kernel\",\"key\":\"kernel/.ATTRIBUTES/VARIABLE_VALUE\",\"dtype\":\"float32\","
            + "\"shape\":[300,2],\"bytes\":2400}",
        json.get("values").get(0).toString());
    JsonNode wide = json(prefix, "--values", "wide");
    assertEquals("[null,0.1]", wide.get("value").toString());
    assertEquals("{\"value[0]\":\"NaN\"}", wide.get("not_finite").toString());

    Path data = Path.of(prefix + ".data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[5] ^= 1;
    Files.write(data, bytes);
    assertEquals(table, shown(prefix)); // without having read any
    String damaged = data + " is damaged: the checksum of \"kernel/.ATTRIBUTES/VARIABLE_VALUE\"";
    assertFails(damaged, prefix, "--verify");
    assertFails(damaged, prefix, "--values", "kernel");
    Files.write(data, Arrays.copyOf(bytes, bytes.length - 1));
    assertFails(data + " is damaged: it ends at byte ", prefix);
    Files.write(Path.of(prefix + ".index"), new byte[] {1, 2, 3});
    assertFails(prefix + ".index is damaged: its end, of 3 bytes", prefix);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void besideFilesThatTheLocaleCannotName() throws Exception {
    Checkpoint.of("x", Variable.of(1f)).save(temp.resolve("ckpt"));
    Files.delete(temp.resolve("checkpoint"));
    String call = "(cd \"$0\" && : >\"$(printf 'ckpt\\377-9.index')\") && LC_ALL=C exec \"$@\"";
    ProcessBuilder inspect = Cli.builder("inspect", temp.toString());
    inspect.command().addAll(0, List.of("sh", "-c", call, temp.toString()));
    Cli.Result result = Cli.run(temp, inspect);
    assertEquals("", result.err());
    assertTrue(result.out().startsWith("checkpoint " + temp.resolve("ckpt-1")), result.out());
  }

  @Test
  void slotsAndCountersAreNoParameters() throws Exception {
    for (String optimizer : List.of("adam", "sgd")) {
      Path folder = temp.resolve(optimizer);
      Cli.Result trained =
          Cli.run(
              temp,
              ResumeMnistTest.train(
                  folder, List.of("--limit", 64, "--epochs", 1, "--optimizer", optimizer)));
      assertEquals(0, trained.exit(), trained.err());
      assertEquals(784 * 128 + 128 + 128 * 10 + 10, json(folder).get("parameters").asLong());
    }
  }

  @Test
  void safetensors() throws Exception {
    Path file = temp.resolve("digits.safetensors");
    Safetensors.save(
        Map.of("b/\u001b[2J\u009b\n", Tensor.of(2), "a", Tensor.zeros(DType.BFLOAT16, 2, 3)),
        Map.of("trained by", "us\u0007"),
        file);
    String table = shown(file);
    assertEquals(
        """
        name      shape   dtype     size
        a         (2, 3)  bfloat16  12 B
        b/?[2J??  ()      int32      4 B
        2 values, 6 parameters, 16 B
        metadata: trained by = us?
        """,
        table);
    JsonNode json = json(file);
    assertEquals("{\"trained by\":\"us\\u0007\"}", json.get("metadata").toString());
    assertEquals("b/\u001b[2J\u009b\n", json.get("values").get(1).get("name").asText());
    assertEquals("[[0.0,0.0,0.0],[0.0,0.0,0.0]]", json(file, "--values", "a").at("/value") + "");
    Cli.Result unknown = inspect(file, "--values", "\u001b[2J");
    assertFalse(unknown.err().contains("\u001b"), unknown.err());
    assertFails("has no value \"c\"; the nearest are \"a\"", file, "--values", "c");

    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertFails(file + ": tensor \"a\": expected its 12 bytes", file);
  }

  @Test
  void whatIsMissing() throws Exception {
    Path missing = temp.resolve("ckpt-3");
    assertFails(missing + " does not exist, nor does " + missing + ".index", missing);
    Path folder = Files.createDirectory(temp.resolve("runs"));
    Files.createFile(folder.resolve("notes.txt"));
    assertFails("the folder " + folder + " has no checkpoint; it has notes.txt", folder);
    Files.createFile(folder.resolve("saved_model.pb"));
    String file = folder.resolve("saved_model.pb").toString();
    assertFails("checkpoint: " + file + " is no SavedModel, it has no graph", folder);
    Cli.Result none = inspect();
    assertEquals(2, none.exit());
    assertEquals(
        "tapedeck inspect: Missing required parameter: 'PATH'; see tapedeck inspect --help",
        none.err().strip());
  }

  private JsonNode json(Object... arguments) throws Exception {
    return new ObjectMapper()
        .readTree(shown(Stream.concat(Arrays.stream(arguments), Stream.of("--json")).toArray()));
  }
}
