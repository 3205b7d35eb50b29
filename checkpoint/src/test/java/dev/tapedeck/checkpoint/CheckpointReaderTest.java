package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.checkpoint.CheckpointReader.Description;
import dev.tapedeck.metrics.Mean;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints and files of safetensors that are read without any objects. */
class CheckpointReaderTest {
  @TempDir Path temp;

  @Test
  void readsObjectsByKeyAndByName() {
    Path prefix =
        Checkpoint.of("b", Variable.of(new float[] {1, 2})).and("a", Variable.of(3)).save(file());
    Tensor kept;
    try (Scope scope = new Scope();
        CheckpointReader reader = CheckpointReader.open(prefix)) {
      String key = "b/.ATTRIBUTES/VARIABLE_VALUE";
      assertEquals(
          List.of("a", "b", "save_counter"),
          reader.entries().values().stream().map(Description::name).toList());
      assertEquals(new Description("b", "float32", Shape.of(2), 8), reader.entries().get(key), key);
      assertEquals(Map.of(), reader.metadata());
      assertEquals(List.of(), reader.verify());
      assertEquals(3, reader.tensor("a").item());
      assertArrayEquals(new float[] {1, 2}, reader.tensor(key).toFloatArray());
      kept = scope.keep(reader.tensor("b"));
      assertFails(() -> reader.strings("b"), "expected type string, received float32");
      assertThrows(UnsupportedOperationException.class, () -> reader.entries().clear());
    }
    assertArrayEquals(new float[] {1, 2}, kept.toFloatArray());
  }

  @Test
  void parametersAreWhatAModelHas() {
    Variable kernel = Variable.of(new float[3][2]);
    Variable steps = Variable.of(0); // the root has a child of an optimizer's counter's name
    Adam adam = new Adam(0.1);
    adam.minimize(() -> kernel.value().mul(2).sum(), List.of(kernel));
    Mean mean = new Mean("mean");
    mean.update(Tensor.of(1f));
    Path prefix =
        Checkpoint.of("kernel", kernel)
            .and("iterations", steps)
            .and("helper", adam)
            .and("mean", mean)
            .save(file());
    try (CheckpointReader reader = CheckpointReader.open(prefix)) {
      assertTrue(reader.entries().size() > 6, () -> "" + reader.entries());
      assertEquals(6, reader.parameters());
    }
  }

  @Test
  void aNameThatIsAnothersKeyStaysLong() {
    String key = "x/.ATTRIBUTES/VARIABLE_VALUE";
    byte[] raw = {-1, 0, (byte) 0xc3, 'a'};
    try (var writer = BundleWriter.create(file(), 1 << 20)) {
      writer.add("x", DType.INT8, Shape.of(), MemorySegment.ofArray(new byte[] {1}));
      writer.add(key, DType.INT8, Shape.of(), MemorySegment.ofArray(new byte[] {2}));
      writer.addString("text", "größe".getBytes(StandardCharsets.UTF_8));
      writer.addString("raw", raw);
      writer.addString(Keys.OBJECT_GRAPH, new byte[] {1, 2, 3});
      writer.commit();
    }
    try (CheckpointReader reader = CheckpointReader.open(file())) {
      assertEquals(List.of("raw", "text", "x", key), List.copyOf(reader.entries().keySet()));
      assertEquals(key, reader.entries().get(key).name());
      assertEquals(0, reader.parameters()); // in spite of the graph, which is damaged
      assertEquals(1, reader.tensor("x").item());
      assertEquals(2, reader.tensor(key).item());
      assertTrue(reader.entries().get("text").isString());
      assertEquals(List.of("größe"), reader.strings("text"));
      assertArrayEquals(raw, reader.bytes("raw").getFirst(), "what is not UTF-8 keeps its bytes");
      assertFails(() -> reader.tensor("text"), "is of type string, which no tensor here has");
    }
  }

  @Test
  void verifyListsAllThatIsBad() throws Exception {
    try (var writer = BundleWriter.create(file(), 1 << 20)) {
      for (String key : List.of("a", "b", "c")) {
        writer.add(key, DType.INT8, Shape.of(2), MemorySegment.ofArray(new byte[2]));
      }
      writer.addString(Keys.OBJECT_GRAPH, new byte[] {1, 2, 3});
      writer.commit();
    }
    Path data = BundleFiles.data(file(), 0, 1);
    byte[] bytes = Files.readAllBytes(data);
    try (CheckpointReader reader = CheckpointReader.open(file())) {
      for (int i = 0; i < 6; i += 2) {
        bytes[i] ^= 1;
      }
      Files.write(data, bytes);
      List<String> wrong = reader.verify();
      assertEquals(3, wrong.size(), wrong + "");
      for (int i = 0; i < 3; i++) {
        String expected =
            data + " is damaged: the checksum of \"" + "abc".charAt(i) + "\" does not match";
        assertTrue(wrong.get(i).contains(expected), wrong.get(i));
      }
      bytes[bytes.length - 1] ^= 1; // of the graph, which is checked though it is not listed
      Files.write(data, bytes);
      assertEquals(4, reader.verify().size());
    }
  }

  @Test
  void findsTheNearestNames() {
    Tensor x = Tensor.of(1f);
    Path file = temp.resolve("x.safetensors");
    Safetensors.save(
        Map.of("model/dense/kernel", x, "model/dense/bias", x, "z", x, "modl", x), Map.of(), file);
    try (CheckpointReader reader = CheckpointReader.open(file)) {
      assertFails(
          () -> reader.tensor("dense"),
          "has no value \"dense\"; the nearest are \"model/dense/bias\", \"model/dense/kernel\"");
      assertFails(() -> reader.tensor("modle"), "the nearest are \"modl\"");
      assertFails(
          () -> reader.tensor("loss_total"),
          "none is like it, it has \"model/dense/bias\", \"model/dense/kernel\", \"modl\", ..");
      assertFails(() -> reader.key("\u001b\n"), "has no value \"??\"");
    }
    Safetensors.save(Map.of(), Map.of(), file);
    try (CheckpointReader reader = CheckpointReader.open(file)) {
      assertFails(() -> reader.tensor("x"), "has no value \"x\"; it is empty");
    }
  }

  @Test
  void readsSafetensors() throws Exception {
    Path file = temp.resolve("x.safetensors");
    Tensor yes = Tensor.of(new boolean[] {true, false});
    Safetensors.save(Map.of("yes", yes), Map.of("made by", "us"), file);
    try (CheckpointReader reader = CheckpointReader.open(file)) {
      assertEquals(Map.of("yes", new Description("yes", "bool", Shape.of(2), 2)), reader.entries());
      assertEquals(Map.of("made by", "us"), reader.metadata());
      assertArrayEquals(new boolean[] {true, false}, reader.tensor("yes").toBooleanArray());
      assertFails(() -> reader.strings("yes"), "expected type string, received bool");
      assertEquals(List.of(), reader.verify());
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] = 2;
      Files.write(file, bytes);
      assertEquals(
          List.of(file + ": tensor \"yes\" is bool, but has bytes other than 0 and 1"),
          reader.verify());
    }
  }

  @Test
  void findsACheckpointByFolderPrefixAndFiles() throws Exception {
    Checkpoint checkpoint = Checkpoint.of("x", Variable.of(1f));
    checkpoint.save(file());
    Path prefix = checkpoint.save(file());
    Path folder = prefix.getParent();
    Files.createFile(folder.resolve("ckpt-2.meta"));
    assertEquals(prefix, pathOf(folder));
    for (String ending :
        List.of("", ".", ".index", ".data-00000-of-00001", ".meta", ".data-00001-of-00007")) {
      assertEquals(prefix, pathOf(folder.resolve("ckpt-2" + ending)));
    }
    Path odd = folder.resolve("odd.safetensors");
    checkpoint.write(odd);
    assertEquals(odd, pathOf(odd));
  }

  @Test
  void saysWhatIsThereInstead() throws Exception {
    Path other = Files.writeString(temp.resolve("notes.txt"), "x");
    assertFails(() -> pathOf(temp), "the folder " + temp + " has no checkpoint; it has notes.txt");
    assertFails(() -> pathOf(other), other + " is neither a checkpoint nor a .safetensors file");
    Path folder = Files.createDirectories(temp.resolve("run/checkpoints"));
    assertFails(() -> pathOf(temp.resolve("run")), "has no checkpoint; it has checkpoints/");
    Checkpoint.of("x", Variable.of(1f)).save(folder.resolve("ckpt"));
    assertFails(
        () -> pathOf(temp.resolve("run")),
        "has no checkpoint; it has checkpoints/; give the folder " + folder + ", which has one");
    Path missing = temp.resolve("no");
    assertFails(() -> pathOf(missing), missing + " does not exist, nor does " + missing + ".index");
    assertFails(
        () -> pathOf(temp.resolve("no.data-00000-of-00001")),
        "there is no file " + missing + ".index");
    assertFails(
        () -> pathOf(Files.createDirectory(temp.resolve("empty"))),
        "no checkpoint; it has nothing");
    for (int i = 0; i < 20; i++) {
      Files.createFile(temp.resolve("0" + i));
    }
    assertFails(() -> pathOf(temp), "it has 00, 01, 010, 011, 012, 013, 014, 015, 016, 017, ..");
    Path index = Files.createDirectory(temp.resolve("folder.index"));
    assertFails(() -> pathOf(temp.resolve("folder")), temp.resolve("folder") + " does not exist");
    Path safetensors = temp.resolve("x.safetensors");
    Files.createSymbolicLink(safetensors, index);
    assertFails(() -> pathOf(safetensors), "has no checkpoint; it has nothing");
  }

  private Path file() {
    return temp.resolve("runs/ckpt");
  }

  private static Path pathOf(Path path) {
    try (CheckpointReader reader = CheckpointReader.open(path)) {
      return reader.path();
    }
  }

  private static void assertFails(
      org.junit.jupiter.api.function.Executable executable, String message) {
    var e = assertThrows(RuntimeException.class, executable);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
