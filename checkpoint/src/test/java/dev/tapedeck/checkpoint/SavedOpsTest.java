package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.checkpoint.SavedOpsTable.Row;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.WireNames;
import dev.tapedeck.ops.array.Identity;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every op is saved, and loaded as it was. */
class SavedOpsTest {
  private static final String TABLE = "META-INF/tapedeck/wire-names.properties";

  private static final String NAMES =
      """
      Alias.1
      ArgReduce.1
      AssignPointwise.1
      AssignPointwise.2
      AssignSlice.1
      AssignVariable.1
      AveragePool.1
      AveragePoolGradient.1
      BatchNormResult.1
      Bincount.1
      BroadcastTo.1
      Cast.1
      ChannelMoments.1
      ChannelSums.1
      CheckRange.1
      CheckSizes.1
      Cholesky.1
      Complex.1
      Concat.1
      Contiguous.1
      Conv.1
      ConvBackwardFilter.1
      ConvBackwardInput.1
      ConvTranspose.1
      Count.1
      CtcBeamSearch.1
      CtcDecodedResult.1
      Cumulate.1
      CustomGradient.1
      Determinant.1
      DotProductAttention.1
      DotProductAttentionGradient.1
      Eigh.1
      EighResult.1
      Example.1
      FiniteMax.1
      FourierTransform.1
      Gather.1
      GatherGradient.1
      GatherNd.1
      GraphCall.1
      HistogramResult.1
      Identity.1
      IndexAt.1
      IndexMark.1
      IndexRange.1
      InferenceOnlyGraph.1
      InferenceOnlyGraph.2
      Inverse.1
      LabelProbability.1
      LinearRecurrence.1
      Loop.1
      LoopStep.1
      LossWatch.1
      LstmResult.1
      MatMul.1
      MatchShape.1
      MatrixBand.1
      MatrixDiag.1
      MatrixDiagPart.1
      MaxPool.1
      MaxPoolGradient.1
      MaxPoolPick.1
      MomentsResult.1
      NextRandomKey.1
      NonZero.1
      OneHot.1
      Pad.1
      Pointwise.1
      PseudoInverse.1
      PutAlongAxis.1
      Qr.1
      QrResult.1
      RandomDraw.1
      RandomFoldIn.1
      RandomBinomial.1
      RandomGamma.1
      RandomPermutation.1
      ReadVariable.1
      RecurrentSteps.1
      RecurrentStepsGradient.1
      Reduce.1
      ReducePointwise.1
      Reshape.1
      Reverse.1
      ScatterNd.1
      ScatterUpdate.1
      SearchSorted.1
      SegmentExtremum.1
      SegmentGather.1
      SegmentSum.1
      SignAndLogDeterminant.1
      SingularValues.1
      Slice.1
      SliceGradient.1
      SlogdetResult.1
      Softmax.1
      Solve.1
      Sort.1
      SparseCrossEntropy.1
      SparseCrossEntropyGradient.1
      Split.1
      Svd.1
      SvdResult.1
      Switch.1
      TakeAlongAxis.1
      Tensor.1
      TopKResult.1
      Transpose.1
      TriangularSolve.1
      Unique.1
      UniqueResult.1
      ValueAndGradients.1
      ValueAndTangent.1
      VariableValue.1
      WithMask.1
      """;

  @TempDir Path temp;

  static ConcreteFunction concrete(Row row) {
    return TracedFunction.ofAll(
            "f",
            arguments -> row.function().apply(arguments.stream().map(Tensor.class::cast).toList()))
        .concreteFunction((Object[]) row.arguments());
  }

  @TestFactory
  Stream<DynamicTest> rows() {
    return SavedOpsTable.rows().entrySet().stream()
        .map(row -> dynamicTest(row.getKey(), () -> roundTrip(row.getValue())));
  }

  private void roundTrip(Row row) throws IOException {
    ConcreteFunction saved = concrete(row);
    Path first = temp.resolve("first");
    SavedFunction.save(saved, first);
    SavedFunction loaded = SavedFunction.load(first);
    Path second = temp.resolve("second");
    SavedFunction.save(loaded.function(), second);
    assertEquals(ops(first), ops(second));
    Object[] arguments = row.arguments();
    String expected = bits(saved.call(arguments));
    assertEquals(expected, bits(loaded.call(arguments)));
    assertEquals(saved.toString(), loaded.toString());
  }

  /** Returns the ops of a file with all that they are made of. */
  private static List<?> ops(Path file) throws IOException {
    Map<?, ?> graph =
        StrictJson.get(Map.class, (Map<?, ?>) FunctionFile.read(file).graph(), "graph");
    return ((List<?>) StrictJson.get(List.class, graph, "nodes"))
        .stream()
            .map(
                node -> List.of(((Map<?, ?>) node).get("op"), ((Map<?, ?>) node).get("attributes")))
            .toList();
  }

  /** Returns element types, shapes and exact elements. */
  static String bits(Object value) {
    return switch (value) {
      case Tensor tensor -> tensor.spec() + Arrays.toString(exact(tensor));
      case List<?> list -> list.stream().map(SavedOpsTest::bits).toList().toString();
      case Map<?, ?> map -> bits(List.copyOf(map.values()));
      case Record record ->
          Arrays.stream(record.getClass().getRecordComponents())
              .map(
                  component -> {
                    try {
                      return bits(component.getAccessor().invoke(record));
                    } catch (ReflectiveOperationException e) {
                      throw new LinkageError(e.getMessage(), e);
                    }
                  })
              .toList()
              .toString();
      default -> String.valueOf(value);
    };
  }

  private static double[] exact(Tensor tensor) {
    return tensor.toDoubleArray();
  }

  /** The table has them all. */
  @Test
  void noOpIsMissing() throws Exception {
    Set<String> met = new TreeSet<>();
    for (Row row : SavedOpsTable.rows().values()) {
      concrete(row).definition().graph().nodes().forEach(n -> met.add(n.op().getClass().getName()));
    }
    Set<String> all =
        classes().stream()
            .filter(type -> Op.class.isAssignableFrom(type) && !type.isInterface())
            .map(Class::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    all.remove("dev.tapedeck.function.InferenceOnlyGraph"); // SavedFunctionTest has it
    // They hold Java code, are made by passes, or come with unknown sizes: see below.
    all.removeIf(SavedOpsTest::holdsCode);
    all.remove("dev.tapedeck.train.LossWatch$CheckFinite"); // a model's own, within its steps
    all.removeIf(name -> name.contains(".MatchShape") || name.endsWith(".ReducePointwise"));
    all.remove("dev.tapedeck.ops.Assignment$VariableValue"); // within loops that assign
    all.removeAll(met);
    assertEquals(Set.of(), all);
  }

  private static boolean holdsCode(String type) {
    return type.contains("JavaFunction") || type.endsWith(".Delivery");
  }

  /** A file holds these names for ever: a class may be renamed, a name may not. */
  @Test
  void namesInFiles() throws Exception {
    Set<String> names = new TreeSet<>();
    for (Class<?> type : classes()) {
      boolean named =
          Stream.of(Op.class, SerializableOp.Definition.class, Index.class)
              .anyMatch(kind -> kind.isAssignableFrom(type));
      if (named && (type.isRecord() || type.isEnum()) && !holdsCode(type.getName())) {
        names.add(WireNames.of(type));
      }
    }
    List<String> known = NAMES.lines().toList();
    assertEquals(List.of(), names.stream().filter(name -> !known.contains(name)).toList());
    String own = Op.class.getProtectionDomain().getCodeSource().getLocation().toString();
    URL ownTable =
        Op.class
            .getClassLoader()
            .resources(TABLE)
            .filter(url -> url.toString().contains(own))
            .findFirst()
            .orElseThrow();
    try (InputStream table = ownTable.openStream()) {
      Properties lines = new Properties();
      lines.load(table);
      assertEquals(Set.copyOf(known), lines.keySet());
    }
    for (String name : known) {
      String newest = WireNames.of(WireNames.find(name));
      assertEquals(name, newest);
    }
  }

  @Test
  void anAliasInAFileIsAnIdentity() {
    assertEquals(new Identity(), new AttributeReader(null).op("Alias.1", Map.of()));
  }

  @Test
  void unknownSizesStayUnknown() throws IOException {
    TensorSpec any = new TensorSpec(DType.FLOAT32, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN));
    TracedFunction<List<Tensor>> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              try (GradientTape tape = new GradientTape()) {
                tape.watch(x);
                Tensor loss = Maths.square(x.mean(1)).mul(x.sum(0).sum()).mean();
                return List.of(loss, tape.gradient(loss, x));
              }
            });
    Path file = temp.resolve("f");
    SavedFunction.save(f.withSignature(any).concreteFunction(any), file);
    SavedFunction loaded = SavedFunction.load(file);
    for (Tensor x :
        List.of(
            Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 7}}), Tensor.ones(DType.FLOAT32, 4, 1))) {
      assertEquals(bits(f.call(x)), bits(loaded.call(x)));
    }
  }

  @Test
  void pointwiseOpsKeepTheirFormulasAndGradients() throws Exception {
    List<String> seen = new ArrayList<>();
    for (Class<?> type : classes()) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getType() == Pointwise.class && Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          Pointwise op = (Pointwise) field.get(null);
          // A formula is equal to itself alone; this is all there is of it.
          assertEquals(op.definition().toString(), again(op).definition().toString());
          seen.add(op.name());
        }
      }
    }
    assertTrue(seen.size() > 80, seen.toString());
  }

  private static Pointwise again(Pointwise op) {
    Object written = new AttributeWriter(null).components((Record) op.definition());
    return (Pointwise) new AttributeReader(null).op("Pointwise.1", written);
  }

  /** What is shared in a formula is written once, or formulas of formulas would not end. */
  @Test
  void formulasMayShareParts() {
    Formula deep =
        Formula.of(
            "deep",
            x -> {
              for (int i = 0; i < 100; i++) {
                x = x.times(x);
              }
              return x;
            });
    String written = FormulaJson.write(deep).toString();
    assertTrue(written.length() < 3000, written);
    assertEquals(written, FormulaJson.write(FormulaJson.read(FormulaJson.write(deep))).toString());
  }

  /** Returns the classes of Tapedeck's own module of ops. */
  private static List<Class<?>> classes() throws Exception {
    Path code = Path.of(Op.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> classes = new ArrayList<>();
    try (FileSystem jar = Files.isDirectory(code) ? null : FileSystems.newFileSystem(code);
        Stream<Path> files = Files.walk(jar == null ? code : jar.getPath("/"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = (jar == null ? code.relativize(file) : file).toString().replace('/', '.');
        String trimmed = name.replaceAll("^\\.|\\.class$", "");
        if (!trimmed.contains("nd4j") && !trimmed.endsWith("-info")) {
          classes.add(Class.forName(trimmed, false, Op.class.getClassLoader()));
        }
      }
    }
    return classes;
  }
}
