package dev.tapedeck.checkpoint;

import static dev.tapedeck.checkpoint.SavedOpsTest.bits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.preprocessing.TextVectorization;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.WireNames;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Jvm;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions that are saved, and loaded without what they were made of. */
class SavedFunctionTest {
  private static final Tensor X = Tensor.of(new float[] {1, -2, 3});

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("f.tapedeck");
  }

  private SavedFunction again(ConcreteFunction function) {
    SavedFunction.save(function, file);
    return SavedFunction.load(file);
  }

  private static ConcreteFunction concrete(UnaryOperator<Tensor> f) {
    return TracedFunction.of("f", f).concreteFunction(X);
  }

  /** Writes the file with another text in its graph. */
  private void replace(String text, String with) throws IOException {
    FunctionFile read = FunctionFile.read(file);
    String json = new String(StrictJson.write(read.graph()), StandardCharsets.UTF_8);
    assertTrue(json.contains(text), json);
    byte[] changed = json.replace(text, with).getBytes(StandardCharsets.UTF_8);
    new FunctionFile(StrictJson.read(changed), read.tensors()).write(file);
  }

  private void assertRefused(String why) {
    String message =
        assertThrows(CheckpointException.class, () -> SavedFunction.load(file)).getMessage();
    assertTrue(message.contains(why), message);
    assertTrue(message.contains(file.toString()), message);
  }

  /** What only this test's classes know. */
  record Answer(Tensor logits, Tensor best) {}

  @Test
  void runsInAProgramWithoutTheClassesThatMadeIt() throws Exception {
    Dense hidden = new Dense(4, Activations::tanh);
    Dense logits = new Dense(2);
    TracedFunction<Answer> f =
        TracedFunction.of(
                "digits",
                (Tensor x) -> {
                  Tensor y = logits.apply(hidden.apply(x));
                  return new Answer(y, Reductions.argmax(y, 1));
                })
            .withSignature(new TensorSpec(DType.FLOAT32, Shape.of(-1, 3)));
    Tensor x = Tensor.of(new float[][] {{1, -2, 3}, {0.5f, 4, -1}});
    Tensor expected = f.call(x).logits();
    SavedFunction.save(f.concreteFunction(x), file);

    Path alone = Files.createDirectories(temp.resolve("classes/dev/tapedeck/checkpoint"));
    String program = RunSavedFunction.class.getSimpleName() + ".class";
    Files.copy(
        Path.of(RunSavedFunction.class.getResource(program).toURI()), alone.resolve(program));
    ProcessBuilder java = Jvm.quick(RunSavedFunction.class, file);
    int classpath = java.command().indexOf("-cp") + 1;
    java.command().set(classpath, without(java.command().get(classpath)));
    Process process = java.redirectErrorStream(true).start();
    List<String> lines = process.inputReader().lines().toList();
    assertEquals(0, process.waitFor(), String.join("\n", lines));

    assertTrue(String.join("\n", lines).contains("float32 Tensor, shape=(?, 3)"), lines + "");
    List<String> arrays = lines.stream().filter(line -> line.startsWith("[")).toList();
    assertEquals(Arrays.toString(expected.toFloatArray()), arrays.getFirst());
    List<Variable> variables = new ArrayList<>(hidden.trainableVariables());
    variables.addAll(logits.trainableVariables());
    try (GradientTape tape = new GradientTape()) {
      Tensor loss = Maths.square(f.call(x).logits()).mean();
      List<String> gradients =
          tape.gradient(loss, variables).stream()
              .map(gradient -> Arrays.toString(gradient.toFloatArray()))
              .toList();
      assertEquals(gradients, arrays.subList(1, 5));
    }
    assertEquals("[0.0, 0.0, 0.0, 0.0]", arrays.get(5));
  }

  private String without(String classpath) {
    return Arrays.stream(classpath.split(File.pathSeparator, -1))
            .filter(entry -> !entry.matches(".*(test-classes|layers|optim|metrics|datasets).*"))
            .collect(Collectors.joining(File.pathSeparator))
        + File.pathSeparator
        + temp.resolve("classes");
  }

  @Test
  void variablesKeepNamesValuesAndWhetherTheyAreTrained() {
    Variable first = Variable.of(new float[] {1, 2, 3}, "w");
    Variable second = Variable.untrainable(new float[] {4, 5, 6}, "w");
    SavedFunction loaded = again(concrete(x -> x.mul(first).add(second)));
    assertEquals(Set.of("w", "w_1"), loaded.variables().keySet());
    assertArrayEquals(new float[] {4, 5, 6}, loaded.variables().get("w_1").value().toFloatArray());
    assertEquals(List.of(loaded.variables().get("w")), loaded.trainableVariables());
    loaded.variables().get("w").assign(new float[] {0, 0, 1});
    assertArrayEquals(new float[] {4, 5, 9}, ((Tensor) loaded.call(X)).toFloatArray());
    assertArrayEquals(new float[] {1, 2, 3}, first.value().toFloatArray());
  }

  @Test
  void aLoadedFunctionIsPartOfOthers() {
    Variable w = Variable.of(new float[] {2, 3, 4}, "w");
    SavedFunction loaded = again(concrete(x -> Maths.square(x.mul(w))));
    TracedFunction<Tensor> around =
        TracedFunction.of("g", (Tensor x) -> ((Tensor) loaded.call(x)).add(1));
    assertArrayEquals(new float[] {5, 37, 145}, around.call(X).toFloatArray());
    Variable own = loaded.variables().get("w");
    try (GradientTape tape = new GradientTape()) {
      Tensor gradient = tape.gradient(around.call(X), own);
      assertArrayEquals(new float[] {4, 24, 72}, gradient.toFloatArray());
    }
  }

  @Test
  void checkpointsHoldTheVariables() {
    Variable w = Variable.of(new float[] {2, 3, 4}, "w");
    SavedFunction loaded = again(concrete(x -> x.mul(w)));
    Checkpoint checkpoint = Checkpoint.of("function", loaded);
    Path saved = checkpoint.save(temp.resolve("ckpt"));
    loaded.variables().get("w").assign(0);
    checkpoint.restore(saved);
    assertArrayEquals(new float[] {2, -6, 12}, ((Tensor) loaded.call(X)).toFloatArray());
  }

  @Test
  void aGraphThatHoldsForOneValueIsRefused() {
    TracedFunction<Tensor> f =
        TracedFunction.of("f", (Tensor x) -> x.sum().greater(0).item() != 0 ? x : x.neg());
    f.call(X);
    ConcreteFunction function = f.concreteFunctions().getFirst();
    assertEquals(1, function.graphs().size());
    String message =
        assertThrows(IllegalStateException.class, () -> SavedFunction.save(function, file))
            .getMessage();
    assertTrue(message.contains("use cond, switchCase, whileLoop or scan"), message);
    f.call(X.neg());
    assertThrows(IllegalStateException.class, () -> SavedFunction.save(function, file));
    assertFalse(Files.exists(file));
  }

  /** Twice 7, since the gradient that was given is seven times the output gradient. */
  @Test
  void gradientsOfOnesOwnAreSaved() {
    Variable w = Variable.of(new float[] {2, 3, 4}, "w");
    SavedFunction custom = again(concrete(x -> sevenfold(x).mul(w)));
    SavedFunction twice = again(custom.function());
    for (SavedFunction loaded : List.of(custom, twice)) {
      try (GradientTape tape = new GradientTape()) {
        tape.watch(X);
        Tensor y = (Tensor) loaded.call(X);
        assertArrayEquals(new float[] {4, -12, 24}, y.toFloatArray());
        List<Tensor> gradients = tape.gradient(y, List.of(X, loaded.variables().get("w")));
        assertArrayEquals(new float[] {14, 21, 28}, gradients.get(0).toFloatArray());
        assertArrayEquals(new float[] {2, -4, 6}, gradients.get(1).toFloatArray());
      }
    }
    SavedFunction recomputed = again(concrete(x -> Gradients.recompute(in -> in[0].mul(w), x)));
    try (GradientTape tape = new GradientTape()) {
      tape.watch(X);
      Tensor y = (Tensor) recomputed.call(X);
      assertArrayEquals(new float[] {2, 3, 4}, tape.gradient(y, X).toFloatArray());
    }
  }

  private static Tensor sevenfold(Tensor x) {
    return Gradients.customGradient(
        in -> new Gradients.Custom(in[0].mul(2), g -> List.of(g.mul(7))), x);
  }

  /** Files of former versions name ops whose own gradients they do not have. */
  @Test
  void gradientsThatAreNotInTheFileAreRefused() throws IOException {
    Variable w = Variable.of(new float[] {2, 3, 4}, "w");
    again(concrete(x -> x.mul(2).mul(w)));
    replace("\"opaqueOps\" : [ ]", "\"opaqueOps\" : [ \"customGradient\" ]");
    SavedFunction first = SavedFunction.load(file);
    for (SavedFunction loaded : List.of(first, again(first.function()))) {
      Variable own = loaded.variables().get("w");
      assertArrayEquals(new float[] {4, -12, 24}, ((Tensor) loaded.call(X)).toFloatArray());
      for (Object source : List.of(X, own)) {
        try (GradientTape tape = new GradientTape()) {
          tape.watch(X);
          Tensor y = (Tensor) loaded.call(X);
          String message =
              assertThrows(IllegalStateException.class, () -> tape.gradient(y, source))
                  .getMessage();
          assertTrue(message.contains("customGradient"), message);
        }
      }
    }
  }

  @Test
  void drawsGoOnInTheProcessThatLoads() {
    SavedFunction loaded =
        again(concrete(x -> x.add(Randoms.normal(RandomKey.next(), DType.FLOAT32, 0, 1, 3))));
    assertEquals(Map.of(), loaded.variables());
    RandomKey.seed(5);
    String first = bits(loaded.call(X));
    String second = bits(loaded.call(X));
    assertEquals(2, RandomGenerator.ofProcess().state().value().toLongArray()[1]);
    RandomKey.seed(5);
    assertEquals(first, bits(X.add(Randoms.normal(RandomKey.next(), DType.FLOAT32, 0, 1, 3))));
    assertEquals(second, bits(X.add(Randoms.normal(RandomKey.next(), DType.FLOAT32, 0, 1, 3))));
  }

  enum Mode {
    FAST
  }

  record Pair(Tensor left, List<Tensor> right) {}

  private static Object[] arguments() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", X);
    map.put("a", new Object[] {X.neg(), 2.5f, null});
    return new Object[] {
      map, new Pair(X, List.of(X.mul(2), X.mul(3))), Mode.FAST, 3, 4L, Double.NaN, "text", true
    };
  }

  private static Object everything(List<Object> in) {
    Map<?, ?> map = (Map<?, ?>) in.get(0);
    Pair pair = (Pair) in.get(1);
    Tensor first = (Tensor) ((Object[]) map.get("a"))[0];
    return List.of(
        new Pair(first.add(pair.right().get(1)), List.of((Tensor) map.get("b"))),
        in.get(2),
        in.get(3),
        in.get(6),
        Map.of("k", pair.left().mul(5)));
  }

  @Test
  void argumentsAndResultsKeepTheirStructure() throws IOException {
    ConcreteFunction f =
        TracedFunction.ofAll("f", SavedFunctionTest::everything).concreteFunction(arguments());
    SavedFunction loaded = again(f);
    assertEquals(f.toString(), loaded.toString());
    List<?> result = (List<?>) loaded.call(arguments());
    assertEquals(bits(f.call(arguments())), bits(result));
    assertTrue(result.getFirst() instanceof Pair);
    assertEquals(List.of(Mode.FAST, 3, "text"), result.subList(1, 4));
    assertThrows(IllegalArgumentException.class, () -> loaded.call(X));

    // Without the record's and the enum's class they are maps and texts.
    replace("$Pair", "$Gone");
    replace("$Mode", "$Gone");
    SavedFunction without = SavedFunction.load(file);
    Object[] arguments = arguments();
    Map<String, Object> pair = new LinkedHashMap<>();
    pair.put("left", X);
    pair.put("right", List.of(X.mul(2), X.mul(3)));
    arguments[1] = pair;
    arguments[2] = "FAST";
    List<?> plain = (List<?>) without.call(arguments);
    assertTrue(plain.getFirst() instanceof Map);
    assertEquals("FAST", plain.get(1));
    assertEquals(bits(result), bits(plain));
  }

  @Test
  void argumentsThatAreNoDataAreRefused() {
    Variable w = Variable.of(X, "w");
    ConcreteFunction f =
        TracedFunction.of("f", (Tensor x, Variable v) -> x.mul(v)).concreteFunction(X, w);
    String message =
        assertThrows(IllegalArgumentException.class, () -> SavedFunction.save(f, file))
            .getMessage();
    assertTrue(message.contains("Variable w"), message);
  }

  record Scaled(double by, String note, List<int[]> unused) implements SimpleOp {
    @Override
    public String name() {
      return "scaled";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      for (long i = 0; i < output.shape().count(); i++) {
        double x = Elements.getDouble(DType.FLOAT32, inputs[0].dense().elements(), i);
        Elements.setDouble(DType.FLOAT32, output.elements(), i, by * x);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {upstream.mul(by)};
    }
  }

  @Test
  void opsOfOnesOwnAreSaved() throws IOException {
    Op op = new Scaled(1.5, "a \"b\" \u00e9", List.of(new int[] {1, -2}, new int[0]));
    SavedFunction loaded = again(concrete(x -> op.apply(x)[0]));
    assertArrayEquals(new float[] {1.5f, -3, 4.5f}, ((Tensor) loaded.call(X)).toFloatArray());
    replace("SavedFunctionTest$Scaled", "SavedFunctionTest$Gone");
    assertRefused("unknown op \"" + WireNames.of(Scaled.class).replace("Scaled", "Gone") + "\"");
  }

  record Lambda(UnaryOperator<Tensor> code) implements SimpleOp {
    @Override
    public String name() {
      return "lambda";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {}

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }

  @Test
  void openSizesAreCheckedInALoadedFunctionToo() throws IOException {
    Tensor constant = Tensor.of(new float[] {1, 2, 3});
    TracedFunction<Tensor> add =
        TracedFunction.<Tensor, Tensor>of("f", x -> x.add(constant))
            .withSignature(new TensorSpec(DType.FLOAT32, Shape.of(Shape.UNKNOWN)));
    SavedFunction loaded = again(add.concreteFunction(X));
    assertArrayEquals(new float[] {2, 0, 6}, ((Tensor) loaded.call(X)).toFloatArray());
    for (int size : new int[] {2, 1000}) {
      Tensor other = Tensor.ones(DType.FLOAT32, size);
      assertEquals(
          "add: shapes must broadcast, received (%d,) and (3,), %d against 3; make those"
                  .formatted(size, size)
              + " sizes equal, or one of them 1",
          assertThrows(IllegalArgumentException.class, () -> loaded.call(other)).getMessage());
    }
  }

  @Test
  void opsOfJavaCodeAreRefused() {
    Op op = new Lambda(x -> x);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> SavedFunction.save(concrete(x -> op.apply(x)[0]), file))
            .getMessage();
    assertTrue(message.contains("node \"Lambda\", op lambda: its code holds Java code"), message);
    assertFalse(Files.exists(file));
  }

  @Test
  void layersOfTextAreNotSaved() {
    TextVectorization words = new TextVectorization().vocabulary(List.of("cat"));
    ConcreteFunction f =
        TracedFunction.of("f", (Tensor x) -> words.apply(x))
            .concreteFunction(StringTensor.of(new String[] {"a cat"}, Shape.of(1)));
    String message =
        assertThrows(IllegalArgumentException.class, () -> SavedFunction.save(f, file))
            .getMessage();
    assertTrue(
        message.endsWith(
            "op textToTokenIds: it looks texts up by Java code, which cannot be saved; do this"
                + " outside the function"),
        message);
  }

  @Test
  void classesThatAreNoOpsAreNeverTouched() throws IOException {
    again(concrete(x -> x.reshape(3, 1)));
    replace("Reshape.1", Trap.class.getName());
    assertRefused("unknown op");
    assertEquals(0, touched);
  }

  private static int touched;

  record Trap() {
    static {
      touched++;
    }
  }

  @Test
  void newerFilesAreRefused() throws IOException {
    again(concrete(x -> x.add(1)));
    replace("\"version\" : 2", "\"version\" : 3");
    assertRefused("its version is 3, known are 1 to 2; it was saved by a newer Tapedeck");
  }

  @Test
  void inconsistentFilesAreRefused() throws IOException {
    Variable w = Variable.of(X, "w");
    ConcreteFunction f = concrete(x -> x.mul(w).reshape(3, 1));
    String[][] changes = {
      {"[ \"Mul:0\" ]|[ \"Add:0\" ]", "node \"Reshape\": there is no tensor \"Add:0\" before it"},
      {"\"inputs\" : [ \"Mul:0\" ]|\"inputs\" : [ ]", "node \"Reshape\""},
      {"[ \"Mul:0\" ]|[ {\"constant\": 3} ]", "there is no constant 3"},
      {"\"variable\" : \"w\"|\"variable\" : \"v\"", "there is no variable \"v\""},
      {"[ 3, 1 ]|[ 3, 2 ]", "node \"Reshape\""},
      {"float32|float64", "is float32 (3,), the graph says float64 (3,)"},
      {"\"to\" :|\"into\" :", "is made of [to, from] here, in the file of [into, from]"},
      {"tapedeck.function|tensorflow", "its format is not tapedeck.function"},
    };
    for (String[] change : changes) {
      SavedFunction.save(f, file);
      String[] both = change[0].split("\\|", -1);
      replace(both[0], both[1]);
      assertRefused(change[1]);
    }
  }

  @Test
  void aFileThatIsNoneIsRefused() throws IOException {
    Files.writeString(file, "hello");
    assertRefused("it is no zip file");
    assertThrows(UncheckedIOException.class, () -> SavedFunction.load(temp.resolve("missing")));
    assertThrows(
        UncheckedIOException.class, () -> SavedFunction.save(concrete(x -> x.add(1)), temp));
  }

  @Test
  void theSameFunctionIsTheSameBytes() throws IOException {
    ConcreteFunction f = concrete(x -> x.add(1));
    SavedFunction.save(f, file);
    SavedFunction.save(f, temp.resolve("other"));
    assertEquals(-1, Files.mismatch(file, temp.resolve("other")));
  }
}
