package dev.tapedeck.savedmodel;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rows of matrix products, decompositions, diagonals and Fourier transforms. */
final class LinalgRows {
  private static final int COMPLEX64 = 8;
  private static final int COMPLEX128 = 18;

  private LinalgRows() {}

  static void addTo(Map<String, Row> rows) {
    rows.put("MatMul.1", Row.of(LinalgRows::matmul));
    rows.put("Cholesky.1", Row.of(call -> typed(call, "Cholesky", "output")));
    rows.put("Inverse.1", Row.of(call -> typed(call, "MatrixInverse", "output")));
    rows.put("Determinant.1", Row.of(call -> typed(call, "MatrixDeterminant", "output")));
    rows.put(
        "SignAndLogDeterminant.1",
        call ->
            several(
                call,
                call.emitter().node("LogMatrixDeterminant", call.input()),
                "sign",
                "log_abs_determinant"));
    rows.put(
        "Qr.1",
        call ->
            several(
                call,
                call.emitter().node("Qr", call.input()).flag("full_matrices", false),
                "q",
                "r"));
    rows.put(
        "Svd.1",
        call ->
            several(
                call,
                call.emitter().node("Svd", call.input()).flag("full_matrices", false),
                "s",
                "u",
                "v"));
    rows.put(
        "SingularValues.1",
        Row.of(
            call ->
                several(
                        call,
                        call.emitter().node("Svd", call.input()).flag("compute_uv", false),
                        "s")
                    .getFirst()));
    rows.put(
        "Eigh.1",
        call -> several(call, call.emitter().node("SelfAdjointEigV2", call.input()), "e", "v"));
    rows.put("Solve.1", Row.of(LinalgRows::solve));
    rows.put("TriangularSolve.1", Row.of(LinalgRows::triangularSolve));
    rows.put("MatrixDiag.1", Row.of(LinalgRows::diagonal));
    rows.put("MatrixDiagPart.1", Row.of(LinalgRows::diagonalPart));
    rows.put("MatrixBand.1", Row.of(LinalgRows::band));
    rows.put("FourierTransform.1", LinalgRows::fourier);
  }

  private static Value typed(OpCall call, String op, String output) {
    return call.emitter().typed(op, output, call.output(), call.input());
  }

  private static List<Value> several(OpCall call, NodeWriter node, String... outputs) {
    node.type("T", call.input().dtype());
    return IntStream.range(0, outputs.length)
        .mapToObj(i -> node.output(outputs[i], call.outputs().get(i)))
        .toList();
  }

  private static Value matmul(OpCall call) {
    if (call.output().dtype() == DType.INT32) {
      throw new Unsupported("multiplies int8");
    }
    return call.emitter()
        .matmul(
            call.input(),
            call.input(1),
            call.flag("transposeA"),
            call.flag("transposeB"),
            call.output());
  }

  private static Value solve(OpCall call) {
    return call.emitter()
        .node("MatrixSolve", broadcast(call, 0), broadcast(call, 1))
        .type("T", call.dtype())
        .flag("adjoint", call.flag("transpose"))
        .output("output", call.output());
  }

  private static Value triangularSolve(OpCall call) {
    return call.emitter()
        .node("MatrixTriangularSolve", call.all())
        .type("T", call.dtype())
        .flag("lower", call.flag("lower"))
        .flag("adjoint", call.flag("transpose"))
        .output("output", call.output());
  }

  /** Returns matrices broadcast to the batch of the result, which TensorFlow's op does not do. */
  private static Value broadcast(OpCall call, int number) {
    Value x = call.input(number);
    Shape batch = call.shape().slice(0, call.shape().rank() - 2);
    Shape shape = batch.concat(x.shape().slice(x.rank() - 2, x.rank()).toArray());
    if (shape.equals(x.shape())) {
      return x;
    }
    if (!shape.isKnown()) {
      throw new Unsupported("broadcasts matrices of unknown sizes");
    }
    return call.emitter().broadcastTo(x, call.emitter().ints(shape.toArray()), shape);
  }

  private static Value diagonal(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    return to.node(
            "MatrixDiagV3",
            x,
            to.integer(0),
            to.integer(call.attribute("rows", Long.class)),
            to.integer(call.attribute("columns", Long.class)),
            to.like(x, 0))
        .type("T", x.dtype())
        .output("output", call.output());
  }

  private static Value diagonalPart(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    return to.node("MatrixDiagPartV3", x, to.integer(0), to.like(x, 0))
        .type("T", x.dtype())
        .output("diagonal", call.output());
  }

  /** Returns what lies between two diagonals: where column less row is between their numbers. */
  private static Value band(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    Value rows = to.expand(to.range(to.size(x, x.rank() - 2)), 1);
    Value distance = to.sub(to.expand(to.range(to.size(x, x.rank() - 1)), 0), rows);
    Value from = to.integer(within(call.attribute("first", Long.class)));
    Value end = to.integer(within(call.attribute("last", Long.class)));
    Value inside =
        to.logical(
            "LogicalAnd",
            to.compare("LessEqual", from, distance),
            to.compare("LessEqual", distance, end));
    return to.select(inside, x, to.like(x, 0));
  }

  private static long within(long diagonal) {
    return Math.clamp(diagonal, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static List<Value> fourier(OpCall call) {
    Emitter to = call.emitter();
    DType real = call.input().dtype();
    TensorSpec spec = call.output();
    if (real != DType.FLOAT32 && real != DType.FLOAT64) {
      throw new Unsupported("transforms " + real);
    }
    int complex = real == DType.FLOAT64 ? COMPLEX128 : COMPLEX64;
    Value joined =
        to.node("Complex", call.input(0), call.input(1))
            .type("T", real)
            .type("Tout", complex)
            .output("out", spec);
    boolean inverse = call.flag("inverse");
    Value turned =
        to.node(inverse ? "IFFT" : "FFT", joined).type("Tcomplex", complex).output("output", spec);
    return List.of(part(call, "Real", turned, complex), part(call, "Imag", turned, complex));
  }

  private static Value part(OpCall call, String op, Value turned, int complex) {
    Emitter to = call.emitter();
    Value part =
        to.node(op, turned)
            .type("T", complex)
            .type("Tout", call.dtype())
            .output("output", call.output());
    boolean inverse = call.flag("inverse");
    if (inverse == call.flag("scaled")) {
      return part;
    }
    Value length = to.cast(to.size(call.input(), call.input().rank() - 1), call.dtype());
    return to.binary(inverse ? "Mul" : "RealDiv", part, length);
  }
}
