package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Masks;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

final class TensorTest {
  private static DynamicTest says(
      String message, Class<? extends RuntimeException> type, Executable call) {
    return dynamicTest(message, () -> assertEquals(message, assertThrows(type, call).getMessage()));
  }

  private static DynamicTest refused(String message, Executable call) {
    return says(message, IllegalArgumentException.class, call);
  }

  private static DynamicTest unavailable(String message, Executable call) {
    return says(message, IllegalStateException.class, call);
  }

  @Test
  void opsRunAtOnceAndPrint() {
    assertEquals(
        "Tensor([1 2 4], shape=(3,), dtype=int32)",
        Maths.add(new int[] {1, 2, 3}, new int[] {0, 0, 1}).toString());
    Tensor m = Tensor.of(new float[][] {{2}});
    assertEquals("Tensor([[4.]], shape=(1, 1), dtype=float32)", m.matmul(m).toString());
    Tensor a = Tensor.of(new int[][] {{1, 2}, {3, 4}});
    Tensor b = a.add(1);
    assertEquals("Tensor([[2 3]\n [4 5]], shape=(2, 2), dtype=int32)", b.toString());
    assertEquals("Tensor([[ 2  6]\n [12 20]], shape=(2, 2), dtype=int32)", a.mul(b).toString());
  }

  /** Values that are a tensor's worth, and the tensor's element type and shape. */
  @TestFactory
  Stream<DynamicTest> javaValuesGoInAndComeOut() {
    Map<Object, TensorSpec> values =
        Map.ofEntries(
            Map.entry(1.5f, new TensorSpec(DType.FLOAT32, Shape.of())),
            Map.entry(1.5, new TensorSpec(DType.FLOAT64, Shape.of())),
            Map.entry(-3, new TensorSpec(DType.INT32, Shape.of())),
            Map.entry(1L << 40, new TensorSpec(DType.INT64, Shape.of())),
            Map.entry(true, new TensorSpec(DType.BOOL, Shape.of())),
            Map.entry(new float[] {1, 2}, new TensorSpec(DType.FLOAT32, Shape.of(2))),
            Map.entry(new double[][] {{1}, {2}}, new TensorSpec(DType.FLOAT64, Shape.of(2, 1))),
            Map.entry(new int[][][] {{{1, 2}}}, new TensorSpec(DType.INT32, Shape.of(1, 1, 2))),
            Map.entry(new long[] {Long.MIN_VALUE}, new TensorSpec(DType.INT64, Shape.of(1))),
            Map.entry(new boolean[][] {{true, false}}, new TensorSpec(DType.BOOL, Shape.of(1, 2))),
            Map.entry(new float[0], new TensorSpec(DType.FLOAT32, Shape.of(0))),
            Map.entry(new int[2][0], new TensorSpec(DType.INT32, Shape.of(2, 0))));
    return values.entrySet().stream()
        .map(
            entry ->
                dynamicTest(
                    entry.getValue().toString(),
                    () -> {
                      Tensor tensor = Tensor.of(entry.getKey());
                      assertEquals(entry.getValue(), tensor.spec());
                      assertArrayEquals(
                          new Object[] {entry.getKey()}, new Object[] {tensor.toArray()});
                    }));
  }

  @Test
  void boxedNumbersAndBytesGoInToo() {
    assertArrayEquals(new int[] {1, 2}, Tensor.of(new Integer[] {1, 2}).toIntArray());
    assertArrayEquals(new boolean[] {true}, Tensor.of(new Boolean[] {true}).toBooleanArray());
    assertArrayEquals(
        new int[][] {{0, 255}}, (int[][]) Tensor.ofUint8(new byte[] {0, -1}, 1, 2).toArray());
    assertArrayEquals(new float[] {1, 2}, Tensor.of(new float[] {1, 2}, 1, 2).toFloatArray());
    Tensor tensor = Tensor.of(1);
    assertSame(tensor, Tensor.of(tensor));
  }

  @TestFactory
  Stream<DynamicTest> otherValuesAreRefused() {
    return Stream.of(
        refused(
            "tensor: nested arrays must not be ragged: expected 2 values along axis 1,"
                + " received 1; pad the shorter ones",
            () -> Tensor.of(new float[][] {{1, 2}, {3}})),
        refused(
            "tensor: nested arrays must not be ragged: expected 1 values along axis 1,"
                + " received null; pad the shorter ones",
            () -> Tensor.of(new int[][] {{1}, null})),
        refused(
            "tensor: nested arrays must not be ragged: expected 1 values along axis 2,"
                + " received 2; pad the shorter ones",
            () -> Tensor.of(new int[][][] {{{1}}, {{1, 2}}})),
        refused(
            "tensor: nested arrays must not be ragged: expected 0 values along axis 1,"
                + " received 1; pad the shorter ones",
            () -> Tensor.of(new int[][] {{}, {1}})),
        refused(
            "tensor: expected a number, received null; make each element a number or a"
                + " boolean",
            () -> Tensor.of(new Integer[] {null})),
        refused(
            "tensor: expected a value, received null; pass a number, an array or a" + " Tensor",
            () -> Tensor.of((Object) null)),
        refused(
            "tensor: expected numbers, booleans, (nested) arrays of float, double,"
                + " short, int, long or boolean, an INDArray, a Variable or a Tensor,"
                + " received Object; convert it to one of them",
            () -> Tensor.of(new Object())),
        refused(
            "tensor: expected numbers, booleans, (nested) arrays of float, double,"
                + " short, int, long or boolean, an INDArray, a Variable or a Tensor,"
                + " received byte; use Tensor.ofUint8 for bytes, or copyOf with INT8",
            () -> Tensor.of(new byte[] {1})),
        refused(
            "tensor: shape (2, 2) needs 4 values, received 3; give that many, or"
                + " another shape",
            () -> Tensor.of(new float[] {1, 2, 3}, 2, 2)),
        refused(
            "full: needs a number that fits uint8, received 256; cast the tensor, or"
                + " use another number",
            () -> Tensor.full(DType.UINT8, 256)),
        refused(
            "full: needs a number that fits bool, received 2; cast the tensor, or use"
                + " another number",
            () -> Tensor.full(DType.BOOL, 2, 3)),
        refused(
            "tensor: needs known sizes, received float32 (?,); give each axis a size;"
                + " those that a trace leaves unknown are known when it runs",
            () -> Tensor.zeros(DType.FLOAT32, -1)),
        refused(
            "tensor: needs an ND4J array whose type is one of DType's, received UINT32;"
                + " cast it with castTo first",
            () -> Tensor.of(Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.UINT32, 2))),
        refused(
            "tensor: int16 (3,) needs 6 bytes, received 4; copy a slice of that size,"
                + " or give another shape or type",
            () -> Tensor.copyOf(ByteBuffer.allocate(4), DType.INT16, 3)));
  }

  @TestFactory
  Stream<DynamicTest> readingTheWrongWayIsRefused() {
    Tensor pair = Tensor.of(new float[] {1, 2});
    return Stream.of(
        unavailable(
            "item: needs exactly one element, the tensor is float32 (2,); reduce or slice it first",
            pair::item),
        unavailable(
            "toLongArray: the tensor is float32; cast it to int64 first, or use toDoubleArray",
            pair::toLongArray),
        unavailable(
            "toBooleanArray: the tensor is float32; compare it first, as x.notEqual(0)",
            pair::toBooleanArray),
        says("integer overflow", ArithmeticException.class, () -> Tensor.of(1L << 40).toIntArray()),
        unavailable(
            "Tensor(\"x:0\", shape=(2,), dtype=float32) has no value while its function is being"
                + " traced, and a trace cannot hold for one float32 number only; compare it with ops"
                + " and read the bool, as in x.less(1).toBoolean(), return it from the function, hand"
                + " it to javaFunction, or run eagerly",
            () -> new SymbolicTensor("x:0", pair.spec(), null).toFloatArray()));
  }

  /** Through ND4J and back; the copies do not share memory. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STRING")
  void nd4jArraysGoInAndComeOut(DType dtype) {
    for (Shape shape : List.of(Shape.of(), Shape.of(3), Shape.of(2, 3), Shape.of(2, 0, 3))) {
      Tensor tensor = Tensor.ones(dtype, shape.toArray());
      INDArray array = tensor.toINDArray();
      assertEquals(Nd4jArrays.dataType(dtype), array.dataType());
      assertArrayEquals(shape.toArray(), array.shape());
      Tensor back = Tensor.of(array);
      assertEquals(tensor.toString(), back.toString());
      if (shape.count() > 0 && dtype != DType.BOOL) {
        array.addi(1);
        assertArrayEquals(tensor.toDoubleArray(), back.toDoubleArray());
      }
    }
  }

  @Test
  void nd4jViewsAndColumnMajorArraysGoIn() {
    INDArray array = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}});
    float[][] expected = {{2, 5}, {3, 6}};
    INDArray part = array.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3)).transpose();
    assertArrayEquals(expected, (float[][]) Tensor.of(part).toArray());
    assertArrayEquals(expected, (float[][]) Tensor.of(part.dup('f')).toArray());
    assertArrayEquals(
        new float[] {2, 4, 6, 5, 7, 9}, Maths.add(array, new float[] {1, 2, 3}).toFloatArray());
  }

  @Test
  void denseNd4jArraysAreShared() {
    INDArray array = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}});
    Tensor shared = Tensor.sharing(array);
    array.putScalar(1, 2, 7);
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 7}, shared.toFloatArray());
    shared.release();
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 7}, shared.toFloatArray());
    Tensor copied = Tensor.sharing(array.transpose());
    array.putScalar(0, 1, 8);
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 7}, copied.toFloatArray());
  }

  @Test
  void tensorsShareTheirMemoryWithNd4j() {
    INDArray array = Tensor.of(new float[] {1, 2, 3}).add(1).asINDArray();
    System.gc();
    for (int i = 0; i < 100; i++) {
      Tensor.zeros(DType.FLOAT32, 3).release();
    }
    assertEquals(Nd4j.createFromArray(2f, 3f, 4f), array);
    Tensor matrix = Tensor.of(new float[][] {{1, 2}, {3, 4}});
    assertEquals(Nd4j.createFromArray(1f, 3f, 2f, 4f), matrix.transpose().asINDArray().ravel());
    assertEquals(0, Tensor.zeros(DType.FLOAT32, 0, 3).asINDArray().length());
  }

  @Test
  void whatNd4jSharesOutlivesTheScope() {
    INDArray array;
    try (Scope scope = new Scope()) {
      array = Tensor.full(DType.FLOAT32, 7, 2000).asINDArray();
    }
    Tensor.full(DType.FLOAT32, 9, 2000);
    assertEquals(7, array.getFloat(0));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STRING")
  void bytesGoInAndOut(DType dtype) {
    Tensor x = Tensor.ones(dtype, 2, 3);
    ByteBuffer bytes = x.toByteBuffer();
    Tensor back = Tensor.copyOf(bytes, dtype, 2, 3);
    assertEquals(x.toString(), back.toString());
    assertEquals(
        x.toString(), Tensor.copyOf(MemorySegment.ofBuffer(bytes), dtype, 2, 3).toString());
  }

  @Test
  void buffersAreReadInTheirOwnByteOrder() {
    ByteBuffer network = ByteBuffer.allocate(12).putInt(5).putFloat(1.5f).putFloat(-2).flip();
    network.getInt();
    assertArrayEquals(
        new float[] {1.5f, -2}, Tensor.copyOf(network, DType.FLOAT32, 2).toFloatArray());
  }

  @TestFactory
  Stream<DynamicTest> wrongIndicesAreRefused() {
    Tensor x = Tensor.zeros(DType.FLOAT32, 2, 3);
    return Stream.of(
        refused(
            "index: shape (2, 3) takes an index for each axis at most, and one"
                + " ELLIPSIS, received 3 indices and 0 ELLIPSIS; leave the surplus out",
            () -> x.get(0, 0, 0)),
        refused(
            "index: shape (2, 3) takes an index for each axis at most, and one"
                + " ELLIPSIS, received 0 indices and 2 ELLIPSIS; leave the surplus out",
            () -> x.get(Index.ELLIPSIS, Index.ELLIPSIS)),
        refused(
            "index: position must be in [-3, 3) for axis 1 of shape (2, 3), received 3;"
                + " use a position on the axis, or a range, which is clipped to it",
            () -> x.get(Index.ALL, 3)),
        refused(
            "index: position must be in [-2, 2) for axis 0 of shape (2, 3), received"
                + " -3; use a position on the axis, or a range, which is clipped to it",
            () -> x.get(-3)),
        refused(
            "index: the step of a range must not be 0, received 0; use 1 for each"
                + " position, or -1 to go backwards",
            () -> x.get(Index.ALL.by(0))),
        refused(
            "index: expected a whole number, a range, ELLIPSIS or NEW_AXIS, received 0.5; for a"
                + " tensor of bools use booleanMask, for one of positions gather",
            () -> x.get(0.5)));
  }

  @Test
  void partsAreViews() {
    EagerTensor x = (EagerTensor) Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
    EagerTensor part = (EagerTensor) x.get(Index.ALL.by(-1), Index.from(1));
    assertSame(x.storage(), part.storage());
    assertArrayEquals(new float[] {5, 6, 2, 3}, part.toFloatArray());
  }

  @Test
  void partsOfVariablesAreAssignedTo() {
    Variable v = Variable.of(new int[][] {{1, 2, 3}, {4, 5, 6}}, "v");
    v.at(0).assign(7);
    v.at(Index.ALL, -1).assign(new int[] {8, 9});
    v.at(1, Index.to(2)).assignAdd(new int[] {10, 20});
    v.at(0, 0).assignSub(1);
    assertArrayEquals(new int[] {6, 7, 8, 14, 25, 9}, v.value().toIntArray());
    v.at(Index.ELLIPSIS).assign(v.get(Index.ALL.by(-1)));
    assertArrayEquals(new int[] {14, 25, 9, 6, 7, 8}, v.value().toIntArray());
    v.at(Index.from(5)).assign(0);
    assertEquals(
        "assign: the part of variable \"v\" is int32 (3,), received int32 (2,);"
            + " slice, tile or broadcast it to that shape",
        assertThrows(IllegalArgumentException.class, () -> v.at(0).assign(new int[] {1, 2}))
            .getMessage());
    Tensor before = v.get(0);
    v.at(1).assign(0);
    assertThrows(IllegalStateException.class, before::toIntArray);
  }

  @Test
  void operatorsAreTheOps() {
    Tensor x = Tensor.of(new float[][] {{1, -2}, {3, 5}});
    Tensor y = Tensor.of(new float[][] {{2, 4}, {3, 0.5f}});
    Map<Tensor, Tensor> pairs =
        Map.ofEntries(
            Map.entry(x.add(y), Maths.add(x, y)),
            Map.entry(x.sub(y), Maths.sub(x, y)),
            Map.entry(x.mul(y), Maths.mul(x, y)),
            Map.entry(x.div(y), Maths.div(x, y)),
            Map.entry(x.floorDiv(y), Maths.floorDiv(x, y)),
            Map.entry(x.mod(y), Maths.mod(x, y)),
            Map.entry(x.pow(2), Maths.pow(x, 2)),
            Map.entry(x.neg(), Maths.neg(x)),
            Map.entry(x.abs(), Maths.abs(x)),
            Map.entry(x.matmul(y), Linalg.matmul(x, y)),
            Map.entry(x.equal(y), Logic.equal(x, y)),
            Map.entry(x.notEqual(y), Logic.notEqual(x, y)),
            Map.entry(x.less(y), Logic.less(x, y)),
            Map.entry(x.lessEqual(y), Logic.lessEqual(x, y)),
            Map.entry(x.greater(y), Logic.greater(x, y)),
            Map.entry(x.greaterEqual(y), Logic.greaterEqual(x, y)),
            Map.entry(x.sum(0), Reductions.sum(x, 0)),
            Map.entry(x.mean(), Reductions.mean(x)),
            Map.entry(x.max(1), Reductions.max(x, 1)),
            Map.entry(x.min(-1), Reductions.min(x, -1)),
            Map.entry(x.get(1), Indexing.get(x, 1)),
            Map.entry(x.cast(DType.INT32), Casting.cast(x, DType.INT32)),
            Map.entry(x.reshape(4), Shaping.reshape(x, 4)),
            Map.entry(x.transpose(), Shaping.transpose(x)),
            Map.entry(x.transpose().contiguous(), Shaping.contiguous(x.transpose())),
            Map.entry(x.withMask(x.equal(x)), Masks.withMask(x, x.equal(x))));
    pairs.forEach((method, op) -> assertEquals(op.toString(), method.toString()));
    long operators =
        Stream.of(Operators.class.getDeclaredMethods()).filter(m -> !m.isSynthetic()).count();
    assertEquals(operators, pairs.size());
  }

  @Test
  void viewsShareMemory() {
    EagerTensor x = (EagerTensor) Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
    List<Tensor> views =
        List.of(
            x.transpose(),
            x.reshape(3, 2),
            Indexing.narrow(x, 1, 1, 2),
            Shaping.expandDims(x, 0),
            Shaping.broadcastTo(x, 5, 2, 3));
    for (Tensor view : views) {
      assertEquals(x.memory().address(), ((EagerTensor) view).memory().address());
    }
    EagerTensor copy = ((EagerTensor) x.transpose()).dense();
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, copy.toFloatArray());
    Elements.setDouble(DType.FLOAT32, x.memory(), 5, 60);
    assertEquals(60, Indexing.slice(x, new long[] {1, 2}, new long[] {1, 1}).item());
    assertEquals(60, views.getFirst().max().item());
    assertEquals(6, copy.max().item());
  }

  @Test
  void contiguousCopiesOnlyWhatIsStrided() {
    Tensor x = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
    assertSame(x, x.contiguous());
    Tensor row = x.get(1);
    assertSame(row, row.contiguous());
    Tensor copy = x.transpose().contiguous();
    assertTrue(((EagerTensor) copy).isContiguous());
    assertFalse(((EagerTensor) copy).sharesMemoryWith((EagerTensor) x));
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, copy.toFloatArray());
    Variable v = Variable.of(new float[] {1, 2}, "v");
    assertArrayEquals(new float[] {1, 2}, v.contiguous().toFloatArray());
  }

  @Test
  void assigningAVariableMakesItsReadingsStale() {
    Variable w = Variable.of(new float[] {1, 2}, "w");
    Tensor reading = w.reading();
    Tensor view = reading.reshape(2, 1);
    Tensor copy = w.value();
    w.assign(new float[] {3, 4});
    for (Tensor stale : List.of(reading, view)) {
      assertEquals(
          "variable \"w\" was assigned to after this tensor was read from it; compute the gradient"
              + " before the assignment, or keep variable.value()",
          assertThrows(IllegalStateException.class, stale::toFloatArray).getMessage());
    }
    assertArrayEquals(new float[] {1, 2}, copy.toFloatArray());
    assertArrayEquals(new float[] {3, 4}, w.value().toFloatArray());
  }

  @Test
  void variablesAreAssignedTo() {
    Variable w = Variable.of(new float[] {1, 2}, "w");
    assertSame(w, w.assign(w.reading()));
    assertArrayEquals(new float[] {1, 2}, w.value().toFloatArray());
    w.assign(Indexing.narrow(w, 0, 0, 2));
    assertArrayEquals(new float[] {1, 2}, w.value().toFloatArray());
    w.assignAdd(1).assignSub(new float[] {0, 3});
    assertArrayEquals(new float[] {2, 0}, w.value().toFloatArray());
    assertArrayEquals(new float[] {7, 7}, w.assign(7).value().toFloatArray());
    assertEquals(
        "assign: variable \"w\" is float32 (2,), received float32 (3,); slice, tile"
            + " or broadcast it to that shape",
        assertThrows(IllegalArgumentException.class, () -> w.assign(new float[3])).getMessage());
    assertEquals(
        "assign: variable \"w\" is float32 (2,), received float64 (2,); cast it, as cast(x,"
            + " DType.FLOAT32)",
        assertThrows(IllegalArgumentException.class, () -> w.assign(new double[2])).getMessage());
    assertArrayEquals(new float[] {7, 7}, w.value().toFloatArray());
  }

  /** Sizes around those of the tiles that are copied, of which some have an odd rest. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"INT8", "INT16", "INT32", "FLOAT32", "INT64"})
  void transposesAreCopied(DType dtype) {
    for (int rows : new int[] {1, 2, 15, 16, 17, 33}) {
      for (int columns : new int[] {1, 2, 3, 255, 256, 257}) {
        Tensor x = Casting.cast(Creation.range(2 * rows * columns), dtype);
        double[] from = x.toDoubleArray();
        double[] to =
            Shaping.transpose(x.reshape(2, rows, columns), 0, 2, 1).contiguous().toDoubleArray();
        for (int i = 0; i < to.length; i++) {
          int row = i % rows;
          int column = i / rows % columns;
          int matrix = i / (rows * columns);
          assertEquals(from[(matrix * rows + row) * columns + column], to[i]);
        }
      }
    }
  }
}
