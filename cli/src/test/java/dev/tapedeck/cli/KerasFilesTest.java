package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.datasets.NpyFiles;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that take models of Keras, as processes, on files that Keras made. */
class KerasFilesTest {
  @TempDir static Path made;
  @TempDir Path temp;

  @BeforeAll
  static void make() throws Exception {
    Python.run(made, KerasFilesTest.class, "keras_files.py", "make", made);
  }

  private static Path file(String name) {
    return made.resolve(name);
  }

  private Cli.Result tapedeck(Object... arguments) throws Exception {
    ProcessBuilder command =
        Cli.builder(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    command.command().add(1, "-Dstdout.encoding=UTF-8");
    return Cli.run(temp, command);
  }

  private String done(Object... arguments) throws Exception {
    Cli.Result result = tapedeck(arguments);
    assertEquals(0, result.exit(), result.err());
    assertEquals("", result.err());
    return result.out();
  }

  private void assertFails(int exit, String message, Object... arguments) throws Exception {
    Cli.Result result = tapedeck(arguments);
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains(message), result.err());
    assertEquals(exit, result.exit());
  }

  private static void assertSame(Path expected, Path found) {
    Tensor e = NpyFiles.read(expected);
    Tensor f = NpyFiles.read(found);
    assertEquals(e.spec(), f.spec());
    assertArrayEquals(e.toDoubleArray(), f.toDoubleArray(), 1e-5);
  }

  @Test
  void summaryWithPlot() throws Exception {
    Path plot = temp.resolve("plot.svg");
    String summary = done("summary", file("two.keras"), "--plot", plot);
    assertTrue(summary.startsWith("Model: \"two\"\n"), summary);
    assertTrue(summary.contains("Trainable params: 257 "), summary);
    assertTrue(Files.readString(plot).contains("<svg"));
    assertTrue(done("summary", file("one.h5")).contains("Total params: 52 "));
    assertFails(2, "--plot writes files that end in", "summary", file("one.h5"), "--plot", "x.png");
    assertFails(2, "has weights alone; give the .keras file", "summary", file("one.weights.h5"));
    assertFails(2, "expected a file that ends in .keras or .h5", "summary", file("one.npy"));
    assertFails(1, "summary: there is no file x.keras", "summary", "x.keras");
    Path damaged = Files.writeString(temp.resolve("x.keras"), "no zip");
    assertFails(1, damaged + " is no .keras archive", "summary", damaged);
  }

  @Test
  void modelsAreReadWithoutThePythonCodeTheyAreCompiledWith() throws Exception {
    Cli.Result summary = tapedeck("summary", file("python_loss.keras"));
    assertTrue(summary.err().startsWith("not compiled: KerasFiles: loss "), summary.err());
    assertTrue(summary.out().contains("Total params: 52 "), summary.out());
    assertEquals(0, summary.exit());
  }

  @Test
  void inspectShowsWeightsAndModel() throws Exception {
    assertEquals(
        """
        name                               shape   dtype    size
        layers/batch_normalization/vars/0  (5,)    float32  20 B
        layers/batch_normalization/vars/1  (5,)    float32  20 B
        layers/batch_normalization/vars/2  (5,)    float32  20 B
        layers/batch_normalization/vars/3  (5,)    float32  20 B
        layers/dense/vars/0                (3, 5)  float32  60 B
        layers/dense/vars/1                (5,)    float32  20 B
        layers/dense_1/vars/0              (5, 2)  float32  40 B
        layers/dense_1/vars/1              (2,)    float32   8 B
        optimizer/vars/0                   ()      int64     8 B
        optimizer/vars/1                   ()      float32   4 B
        10 values, 52 parameters, 220 B
        """,
        done("inspect", file("one.weights.h5")));
    String two = done("inspect", file("two.keras"), "--verify");
    assertTrue(two.contains("20 values, 257 parameters, "), two);
    for (String line :
        List.of(
            "metadata: keras_version = 3.",
            "metadata: class = Functional\nmetadata: name = two\nmetadata: layers = 5\n",
            "metadata: optimizer = Adam\nmetadata: loss = categorical_crossentropy, mse\n",
            "verified: nothing is damaged")) {
      assertTrue(two.contains(line), two);
    }
    JsonNode h5 = new ObjectMapper().readTree(done("inspect", file("one.h5"), "--json"));
    assertEquals("Sequential", h5.at("/metadata/class").asText());
    assertEquals("SGD", h5.at("/metadata/optimizer").asText());
    assertEquals("mae", h5.at("/metadata/metrics").asText());
    assertEquals(52, h5.get("parameters").asLong());
    assertEquals(
        "Tensor(3, shape=(), dtype=int64)\n",
        done("inspect", file("two.keras"), "--values", "optimizer/vars/0"));
    assertFails(
        1, "has no value \"layers/x\"", "inspect", file("one.keras"), "--values", "layers/x");
    byte[] bytes = Files.readAllBytes(file("one.weights.h5"));
    Path cut = Files.write(temp.resolve("cut.h5"), Arrays.copyOf(bytes, bytes.length / 2));
    assertFails(1, "it is no HDF5 file or is damaged", "inspect", cut);
  }

  @Test
  void runPredictsAsKerasDoes() throws Exception {
    Path out = temp.resolve("out.npy");
    assertEquals(
        temp.resolve("out_0.npy")
            + ": float32 (70, 4)\n"
            + temp.resolve("out_1.npy")
            + ": float32 (70, 1)\n",
        done(
            "run",
            file("two.keras"),
            "--input",
            file("images.npy"),
            "--input",
            file("extras.npy"),
            "--output",
            out));
    assertSame(file("two_0.npy"), temp.resolve("out_0.npy"));
    assertSame(file("two_1.npy"), temp.resolve("out_1.npy"));
    done("run", file("one.h5"), "--input", file("columns.npy"), "--output", out, "--batch-size", 9);
    assertSame(file("one.npy"), out);
  }

  @Test
  void runChecksItsInputs() throws Exception {
    Path out = temp.resolve("out.npy");
    assertFails(
        1,
        "run: input 0 of the model is input_layer: float32 (?, 3), "
            + file("doubles.npy")
            + " has float64 (70, 3); save x.astype('float32')",
        "run",
        file("one.keras"),
        "--input",
        file("doubles.npy"),
        "--output",
        out);
    assertFails(
        1,
        "has float32 (70, 6, 5, 2); give an array of that shape",
        "run",
        file("one.keras"),
        "--input",
        file("images.npy"),
        "--output",
        out);
    assertFails(
        1,
        "run: the model takes 2 inputs, [image: float32 (?, 6, 5, 2), extra: float32 (?, 3)];"
            + " received 1 --input",
        "run",
        file("two.keras"),
        "--input",
        file("images.npy"),
        "--output",
        out);
    NpyFiles.write(temp.resolve("few.npy"), Tensor.of(new float[2][3]));
    assertFails(
        1,
        "run: expected inputs of equally many rows, received 70 in ",
        "run",
        file("two.keras"),
        "--input",
        file("images.npy"),
        "--input",
        temp.resolve("few.npy"),
        "--output",
        out);
    assertFails(
        2,
        "--output must end in .npy",
        "run",
        file("one.keras"),
        "--input",
        file("extras.npy"),
        "--output",
        "x");
    assertFails(
        2,
        "expected a file that ends in .keras, .h5 or .tapedeck",
        "run",
        file("one.npy"),
        "--input",
        file("extras.npy"),
        "--output",
        out);
    assertFails(
        1,
        "x.npy: cannot be read: no such file",
        "run",
        file("one.keras"),
        "--input",
        "x.npy",
        "--output",
        out);
    try (Stream<Path> files = Files.list(temp)) {
      assertTrue(files.noneMatch(path -> path.toString().contains("out")));
    }
  }

  @Test
  void convertedModelsPredictTheSame() throws Exception {
    Path function = temp.resolve("two.tapedeck");
    assertEquals("", done("convert", file("two.keras"), function));
    Path out = temp.resolve("out.npy");
    for (List<String> size : List.of(List.<String>of(), List.of("--batch-size", "32"))) {
      done(
          Stream.concat(
                  Stream.of(
                      "run",
                      function,
                      "--input",
                      file("images.npy"),
                      "--input",
                      file("extras.npy"),
                      "--output",
                      out),
                  size.stream())
              .toArray());
      assertSame(file("two_0.npy"), temp.resolve("out_0.npy"));
      assertSame(file("two_1.npy"), temp.resolve("out_1.npy"));
    }
    Path keras = temp.resolve("deep/one.keras");
    done("convert", file("one.h5"), keras);
    Python.run(
        temp, KerasFilesTest.class, "keras_files.py", "predict", keras, out, file("extras.npy"));
    assertSame(file("one.npy"), out);
    Path weights = temp.resolve("one.weights.h5");
    done("convert", file("one.keras"), weights);
    assertTrue(done("inspect", weights).contains("8 values, 52 parameters, "));
    for (Path of : List.of(file("one.keras"), function)) {
      Path tensors = temp.resolve("x");
      done("convert", of, tensors, "--to", "safetensors");
      assertFalse(Safetensors.load(tensors).isEmpty());
    }
  }

  @Test
  void convertedForOthers() throws Exception {
    Path onnx = temp.resolve("two.onnx");
    done("convert", file("two.keras"), onnx);
    String listed = done("inspect", onnx, "--verify");
    for (String line :
        List.of("metadata: opset = 18\n", "metadata: nodes = ", "verified: nothing is damaged")) {
      assertTrue(listed.contains(line), listed);
    }
    assertTrue(listed.contains("(batch, "), listed);
    Path saved = temp.resolve("saved");
    done("convert", file("two.keras"), saved + "/");
    assertTrue(Files.exists(saved.resolve("saved_model.pb")));
    String described = done("inspect", saved, "--verify");
    for (String part :
        List.of("SavedModel ", " values, ", "metadata: signature serving_default = ", "verified")) {
      assertTrue(described.contains(part), described);
    }
    assertTrue(described.contains("float32 (?, "), described);
    assertFails(1, "exists", "convert", file("two.keras"), saved + "/");
    Path damaged = Files.writeString(temp.resolve("x.onnx"), "no model");
    assertFails(1, damaged + " is no ONNX model", "inspect", damaged);
  }

  @Test
  void whatIsNotConverted() throws Exception {
    Path function = temp.resolve("one.tapedeck");
    done("convert", file("one.keras"), function);
    Path out = temp.resolve("out.keras");
    assertFails(2, "has a function, of which no keras can be made", "convert", function, out);
    assertFails(
        2, "expected an ending of .keras, .weights.h5,", "convert", file("one.keras"), "out.h5");
    assertFails(
        2,
        "out.keras ends as keras does",
        "convert",
        file("one.keras"),
        out,
        "--to",
        "safetensors");
    assertFails(
        2,
        "is a folder; choose another place",
        "convert",
        file("one.keras"),
        temp,
        "--to",
        "keras");
    assertFails(1, "there is no file x.keras", "convert", "x.keras", out);
    assertFails(1, "no such file", "convert", "x.tapedeck", out);
    assertFalse(Files.exists(out));
  }

  @Test
  void mnistIsSavedForKerasAndGoesOn() throws Exception {
    Path first = temp.resolve("first.keras");
    Path second = temp.resolve("second.keras");
    done("train", "mnist", "--limit", 640, "--epochs", 1, "--save", first);
    String more =
        done("train", "mnist", "--limit", 640, "--epochs", 2, "--from", first, "--save", second);
    assertTrue(more.contains("\nTest loss: "), more);
    assertTrue(more.contains(", test accuracy: 0."), more);
    Path images = temp.resolve("images.npy");
    float[] pixels = new float[2 * 28 * 28];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (i % 13) / 13f;
    }
    NpyFiles.write(images, Tensor.of(pixels, 2, 28, 28, 1));
    Path ofKeras = temp.resolve("keras.npy");
    assertEquals(
        List.of("15"),
        Python.run(
            temp, KerasFilesTest.class, "keras_files.py", "predict", second, ofKeras, images));
    Path ours = temp.resolve("ours.npy");
    done("run", second, "--input", images, "--output", ours);
    assertSame(ofKeras, ours);

    assertFails(
        2,
        "--from: the file says how its model is trained; leave out --learning-rate",
        "train",
        "mnist",
        "--from",
        first,
        "--learning-rate",
        "0.1");
    assertFails(
        1,
        "that in " + file("one.keras") + " is of float32 (?, 3) to (?, 2)",
        "train",
        "mnist",
        "--limit",
        64,
        "--from",
        file("one.keras"));
    assertFails(2, "--save needs a file that ends in .keras", "train", "mnist", "--save", "x.h5");
    Path folder = Files.createDirectory(temp.resolve("folder.keras"));
    assertFails(1, "it is a folder", "train", "mnist", "--limit", 64, "--save", folder);
  }
}
