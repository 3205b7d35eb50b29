package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.WireNames;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Jvm;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user's own table of names, in two versions of an op, beside Tapedeck's. */
class WireNamesTest {
  private static final Tensor X = Tensor.of(new float[] {8, -2, 3});

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = temp.resolve("f.tapedeck");
  }

  /** Halves the input so many times; the first version did it once. */
  record Halved(int times) implements SimpleOp {
    @Override
    public String name() {
      return "halved";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      double[] x = inputs[0].toDoubleArray();
      for (int i = 0; i < x.length; i++) {
        Elements.setDouble(output.dtype(), output.elements(), i, x[i] / (1 << times));
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {applyTo(upstream)};
    }

    /** The attributes of the first version: none. */
    record Once() implements SerializableOp.Definition {
      @Override
      public Op toOp() {
        return new Halved(1);
      }
    }
  }

  private void save(int times) throws IOException {
    TracedFunction<Tensor> function =
        TracedFunction.of("f", (Tensor x) -> new Halved(times).applyTo(x));
    SavedFunction.save(function.concreteFunction(X), file);
  }

  private String json() throws IOException {
    return new String(StrictJson.write(FunctionFile.read(file).graph()), StandardCharsets.UTF_8);
  }

  private static float[] call(SavedFunction function) {
    return ((Tensor) function.call(X)).toFloatArray();
  }

  @Test
  void aFileNamesThePresentVersion() throws IOException {
    save(2);
    assertTrue(json().contains("\"Halved.2\""), json());
    assertFalse(json().contains("WireNamesTest"), json());
    assertArrayEquals(new float[] {2, -0.5f, 0.75f}, call(SavedFunction.load(file)));
  }

  @Test
  void aFileOfTheFormerVersionLoads() throws IOException {
    save(2);
    String former =
        json().replaceFirst("\"Halved.2\",(\\s*\"attributes\" : \\{)[^}]*\\}", "\"Halved.1\",$1 }");
    assertTrue(former.contains("\"Halved.1\""), former);
    assertFalse(former.contains("times"), former);
    new FunctionFile(
            StrictJson.read(former.getBytes(StandardCharsets.UTF_8)),
            FunctionFile.read(file).tensors())
        .write(file);
    assertArrayEquals(new float[] {4, -1, 1.5f}, call(SavedFunction.load(file)));
  }

  /** Prints why the tables are refused. */
  static final class Looking {
    private Looking() {}

    public static void main(String[] args) {
      try {
        System.out.println(WireNames.of(Halved.class));
      } catch (ExceptionInInitializerError e) {
        System.out.println(e.getCause());
      }
    }
  }

  /** The table of another jar, which may say the same. */
  @ParameterizedTest
  @CsvSource({
    "Halved.2, dev.tapedeck.checkpoint.WireNamesTest$Halved, Halved.2",
    "Halved.2, my.Op, dev.tapedeck.checkpoint.WireNamesTest$Halved and my.Op; rename one",
    "Other, my.Op, write \"Other.1 = my.Op\"",
    "MatMul.1, my.Op, dev.tapedeck.ops.linalg.Linalg$MatMul and my.Op; rename one",
  })
  void aClashOrANameWithoutAVersionIsRefused(String name, String type, String said)
      throws Exception {
    Path jar = temp.resolve("jar");
    Path folder = Files.createDirectories(jar.resolve("META-INF/tapedeck"));
    Files.writeString(folder.resolve("wire-names.properties"), name + " = " + type + "\n");
    ProcessBuilder builder = Jvm.quick(Looking.class);
    int classPath = builder.command().indexOf("-cp") + 1;
    builder.command().set(classPath, builder.command().get(classPath) + File.pathSeparator + jar);
    Jvm.Result result = Jvm.run(builder);
    assertEquals(0, result.exit(), result.output());
    assertTrue(result.output().strip().endsWith(said), result.output());
  }
}
