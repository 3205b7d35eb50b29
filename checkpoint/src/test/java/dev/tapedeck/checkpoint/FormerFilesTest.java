package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.checkpoint.SavedOpsTable.Row;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files that were written before ops had names of their own are read as ever. */
class FormerFilesTest {
  @TempDir Path temp;

  private static ZipInputStream former(String name) throws IOException {
    try (InputStream in = FormerFilesTest.class.getResourceAsStream("former/" + name)) {
      return new ZipInputStream(new ByteArrayInputStream(in.readAllBytes()));
    }
  }

  /** Functions of format version 1, which between them hold each op that then could be saved. */
  @TestFactory
  Stream<DynamicTest> functions() throws IOException {
    Map<String, Row> rows =
        SavedOpsTable.rows().entrySet().stream()
            .collect(
                Collectors.toMap(
                    row -> row.getKey().replaceAll("[^A-Za-z0-9]", "_"), Map.Entry::getValue));
    List<DynamicTest> tests = new ArrayList<>();
    try (ZipInputStream files = former("functions.zip")) {
      for (ZipEntry file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
        String name = file.getName();
        byte[] bytes = files.readAllBytes();
        tests.add(dynamicTest(name, () -> loads(rows.get(name), bytes)));
      }
    }
    return tests.stream();
  }

  private void loads(Row row, byte[] bytes) throws IOException {
    SavedFunction loaded = SavedFunction.load(Files.write(temp.resolve("f"), bytes));
    ConcreteFunction traced = SavedOpsTest.concrete(row);
    assertEquals(traced.toString(), loaded.toString());
    boolean writes =
        traced.definition().graph().nodes().stream()
            .anyMatch(node -> node.op().effect() == Effect.WRITE);
    if (!writes) { // what it wrote before is not what this process has
      assertEquals(
          SavedOpsTest.bits(traced.call((Object[]) row.arguments())),
          SavedOpsTest.bits(loaded.call((Object[]) row.arguments())));
    }
  }

  private static Model model() {
    RandomKey.seed(11);
    Model model =
        new Sequential(new Dense(4, Activations::relu), new Dropout(0.1, 3), new Dense(2));
    model.compile(
        new Adam(0.01), Losses.sparseCategoricalCrossentropy(), new SparseCategoricalAccuracy());
    return model;
  }

  private static History fit(Model model, Path folder, int epochs) {
    RandomKey key = RandomKey.of(7);
    Tensor x = Randoms.normal(key, DType.FLOAT32, 0, 1, 24, 3);
    Tensor y = x.sum(1).greater(0f).cast(DType.INT32);
    return model.fit(
        Pipeline.of(x, y).shuffle(24, 5).batch(8),
        FitOptions.epochs(epochs)
            .verbosity(Verbosity.SILENT)
            .callback(new BackupAndRestore(folder).keep(1)));
  }

  /** A training of two epochs, which ends like one of four. */
  @Test
  void training() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("training"));
    try (ZipInputStream files = former("training.zip")) {
      for (ZipEntry file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
        Files.write(folder.resolve(file.getName()), files.readAllBytes());
      }
    }
    Model resumed = model();
    History continued = fit(resumed, folder, 4);
    Model whole = model();
    fit(whole, temp.resolve("whole"), 4);
    assertEquals(2, continued.epochs().size());
    for (int i = 0; i < whole.variables().size(); i++) {
      assertArrayEquals(
          whole.variables().get(i).value().toDoubleArray(),
          resumed.variables().get(i).value().toDoubleArray(),
          1e-5); // another processor may have written the file
    }
  }
}
