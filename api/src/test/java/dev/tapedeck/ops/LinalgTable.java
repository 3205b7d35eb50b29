package dev.tapedeck.ops;

import static dev.tapedeck.testing.Grid.shape;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;

import dev.tapedeck.ops.linalg.Einsum;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import dev.tapedeck.testing.Types;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Linear algebra: products here, what LAPACK computes in {@link FactorizationTable}, Fourier
 * transforms in {@link FourierTable}.
 */
final class LinalgTable {
  private LinalgTable() {}

  /** Those of which Int8Test has the products of int8. */
  private static final Set<String> OF_INT8 = Set.of("matmul", "einsum");

  private static final List<OpCheck> PRODUCTS =
      List.of(
          product(false, false, shape(3, 4), shape(4, 2), shape(30, 20), shape(20, 40)),
          product(true, false, shape(4, 3), shape(4, 2), shape(20, 30), shape(20, 40)),
          product(false, true, shape(3, 4), shape(2, 4), shape(30, 20), shape(40, 20)),
          product(true, true, shape(4, 3), shape(2, 4), shape(20, 30), shape(40, 20)),
          op("matmul of vectors", (a, b) -> Linalg.matmul(a, b))
              .on(real(1, 1), real(1, 1))
              .on(real(1, 300), real(300, 1))
              .on(real(30, 1), real(1, 30))
              .on(real(2, 0), real(0, 3))
              .on(real(0, 2), real(2, 3))
              .matches(References.matmul(false, false)),
          op("matmul of batches", (a, b) -> Linalg.matmul(a, b))
              .on(real(2, 3, 4), real(2, 4, 5))
              .on(real(2, 2, 3, 4), real(2, 2, 4, 1))
              .on(real(5, 8, 9), real(5, 9, 10))
              .matches(References.matmul(false, false)),
          op("matmul of a batch by one", (a, b) -> Linalg.matmul(a, b))
              .on(real(2, 3, 4), real(4, 5))
              .on(real(2, 3, 2, 4), real(4, 1))
              .on(real(0, 3, 4), real(4, 5))
              .on(real(2, 3, 0), real(0, 2))
              .matches(References.einsum("abik,kj->abij", "bik,kj->bij")),
          op("matmul of one by a batch", (a, b) -> Linalg.matmul(a, b, true, true))
              .on(real(4, 3), real(2, 5, 4))
              .on(real(4, 3), real(2, 2, 5, 4))
              .on(real(1, 4, 3), real(2, 5, 4))
              .matches(References.einsum("ki,abjk->abij", "ki,bjk->bij", "cki,bjk->bij")),
          op("matmul transposed of a batch by one", (a, b) -> Linalg.matmul(a, b, true, false))
              .on(real(2, 4, 3), real(4, 5))
              .matches(References.einsum("bki,kj->bij")),
          op("matmul broadcast", (a, b) -> Linalg.matmul(a, b))
              .on(real(2, 1, 3, 4), real(3, 4, 2))
              .on(real(1, 2, 3, 4), real(2, 1, 4, 2))
              .on(real(2, 1, 2, 4), real(1, 3, 4, 2))
              .on(real(2, 1, 2, 4), real(0, 4, 2))
              .matches(References.einsum("abik,abkj->abij", "abik,bkj->abij")),
          op("matvec", (a, x) -> Linalg.matvec(a, x))
              .on(real(3, 4), real(4))
              .on(real(2, 3, 4), real(4))
              .on(real(0, 4), real(4))
              .on(real(3, 0), real(0))
              .matches(References.einsum("ij,j->i", "bij,j->bi")),
          op("matvec of batches", (a, x) -> Linalg.matvec(a, x))
              .on(real(2, 3, 4), real(2, 4))
              .on(real(2, 1, 3, 4), real(3, 4))
              .matches(References.einsum("bij,bj->bi", "abij,bj->abi")),
          op("matvec of one by a batch", (a, x) -> Linalg.matvec(a, x))
              .on(real(3, 4), real(2, 4))
              .on(real(3, 4), real(2, 3, 4))
              .matches(References.einsum("ij,bj->bi", "ij,abj->abi")),
          op("dot of vectors", (a, b) -> Linalg.dot(a, b))
              .on(real(4), real(4))
              .on(real(300), real(300))
              .on(real(0), real(0))
              .matches(References.einsum("i,i->")),
          op("dot of matrices", (a, b) -> Linalg.dot(a, b))
              .on(real(3, 4), real(4, 2))
              .on(real(2, 3, 4), real(4, 2))
              .matches(References.einsum("ij,jk->ik", "aij,jk->aik")),
          op("dot of a matrix and a vector", (a, b) -> Linalg.dot(a, b))
              .on(real(3, 4), real(4))
              .on(real(2, 3, 4), real(4))
              .matches(References.einsum("ij,j->i", "aij,j->ai")),
          op("dot of a vector and a matrix", (a, b) -> Linalg.dot(a, b))
              .on(real(4), real(4, 2))
              .on(real(4), real(2, 4, 3))
              .matches(References.einsum("j,jk->k", "j,ajk->ak")),
          op("dot with a scalar", (a, b) -> Linalg.dot(a, b))
              .on(real(), real(2, 3))
              .on(real(), real())
              .matches(References.einsum(",ij->ij", ",->")),
          op("outer", (a, b) -> Linalg.outer(a, b))
              .on(real(3), real(4))
              .on(real(1), real(0))
              .matches(References.einsum("i,j->ij")),
          op("kron", (a, b) -> Linalg.kron(a, b))
              .on(real(2, 3), real(4, 2))
              .on(real(3), real(2))
              .on(real(), real(2))
              .matches(LinalgTable::kron),
          op("kron of other ranks", (a, b) -> Linalg.kron(a, b))
              .on(real(3), real(2, 2))
              .matches(x -> Grid.of(shape(2, 6), i -> x[0].at(i[1] / 2) * x[1].at(i[0], i[1] % 2))),
          op("cross", (a, b) -> Linalg.cross(a, b, -1))
              .on(real(3), real(3))
              .on(real(2, 3), real(2, 3))
              .on(real(2, 3), real(3))
              .matches(LinalgTable::cross),
          op("cross along 0", (a, b) -> Linalg.cross(a, b, 0))
              .on(real(3, 2), real(3, 2))
              .matches(
                  x ->
                      References.transpose(1, 0)
                          .of(
                              cross(
                                  References.transpose(1, 0).of(x[0]),
                                  References.transpose(1, 0).of(x[1])))),
          op("tensordot over one axis", (a, b) -> Einsum.tensordot(a, b, 1))
              .on(real(3, 4), real(4, 2))
              .on(real(2, 3, 4), real(4, 2, 2))
              .on(real(4), real(4))
              .matches(References.einsum("ij,jk->ik", "aij,jkl->aikl", "i,i->")),
          op("tensordot over two axes", (a, b) -> Einsum.tensordot(a, b, 2))
              .on(real(3, 4), real(3, 4))
              .on(real(2, 3, 4), real(3, 4, 2))
              .on(real(2, 0, 4), real(0, 4, 2))
              .matches(References.einsum("ij,ij->", "aij,ijk->ak")),
          op("tensordot over none", (a, b) -> Einsum.tensordot(a, b, 0))
              .on(real(3, 2), real(4))
              .on(real(), real(4))
              .matches(References.einsum("ij,k->ijk", ",i->i")),
          op(
                  "tensordot by axes",
                  (a, b) -> Einsum.tensordot(a, b, new int[] {2, 0}, new int[] {0, -1}))
              .on(real(2, 3, 4), real(4, 5, 2))
              .on(real(2, 3, 4), real(4, 2))
              .matches(References.einsum("aij,jka->ik", "aij,ja->i")),
          einsum("ij->ji").on(real(3, 4)).on(real(0, 4)),
          einsum("ij->j").on(real(3, 4)).on(real(0, 4)),
          einsum("ij->").on(real(3, 4)),
          einsum("ii->").on(real(3, 3)).on(real(0, 0)),
          einsum("ii->i").on(real(3, 3)),
          einsum("iji->ji").on(real(3, 4, 3)),
          einsum("iii->i").on(real(3, 3, 3)),
          binary("ij,jk->ik").on(real(3, 4), real(4, 2)).on(real(3, 0), real(0, 2)),
          binary("ji,kj->ki").on(real(4, 3), real(2, 4)),
          binary("ij,ij->ij").on(real(3, 4), real(3, 4)),
          binary("i,j->ji").on(real(3), real(4)),
          binary("bij,bjk->bik").on(real(2, 3, 4), real(2, 4, 2)),
          binary("bij,bj->bi").on(real(2, 3, 4), real(2, 4)),
          binary("bi,bi->b").on(real(3, 4), real(3, 4)),
          binary("bhqd,bhkd->bhqk").on(real(2, 2, 3, 4), real(2, 2, 2, 4)),
          binary("bhqk,bkhd->bqhd").on(real(2, 2, 3, 4), real(2, 4, 2, 3)),
          binary("abc,cd->bd").on(real(2, 3, 4), real(4, 2)),
          binary("ii,ij->j").on(real(3, 3), real(3, 2)),
          binary(",ij->ij").on(real(), real(3, 2)),
          op("einsum of three", (a, b, c) -> Einsum.einsum("ij,jk,kl->il", a, b, c))
              .on(real(2, 3), real(3, 4), real(4, 2))
              .within(8)
              .matches(References.einsum("ij,jk,kl->il")),
          op("einsum of three together", (a, b, c) -> Einsum.einsum("bi,bj,bk->bijk", a, b, c))
              .on(real(2, 3), real(2, 2), real(2, 2))
              .matches(References.einsum("bi,bj,bk->bijk")),
          op("einsum implicit", (a, b) -> Einsum.einsum("ba, cb", a, b))
              .on(real(3, 4), real(2, 3))
              .matches(References.einsum("ba,cb->ac")),
          op("einsum transposing", x -> Einsum.einsum("ba", x))
              .on(real(3, 4))
              .matches(References.einsum("ba->ab")),
          op("einsum with an ellipsis", x -> Einsum.einsum("i...j->j...i", x))
              .on(real(3, 4))
              .on(real(2, 3, 2, 4))
              .matches(References.einsum("ij->ji", "iabj->jabi")),
          op("einsum broadcasting", (a, b) -> Einsum.einsum("...ij, ...jk -> ...ik", a, b))
              .on(real(2, 3, 4), real(4, 2))
              .on(real(2, 1, 3, 4), real(3, 4, 2))
              .on(real(1, 3, 4), real(2, 2, 4, 1))
              .on(real(1, 3, 4), real(0, 4, 2))
              .matches(
                  References.einsum(
                      "aij,jk->aik", "abij,bjk->abik", "bij,abjk->abik", "aij,ajk->aik")),
          op("trace", x -> Linalg.trace(x))
              .on(real(3, 3))
              .on(real(2, 3, 3))
              .on(real(0, 0))
              .takes(Types.NUMERIC)
              .matches(References.einsum("ii->", "aii->a")),
          op("trace of a wide matrix", x -> Linalg.trace(x))
              .on(real(2, 4))
              .takes(Types.NUMERIC)
              .matches(x -> new Grid(shape(), x[0].at(0, 0) + x[0].at(1, 1))),
          op("matrixTranspose", x -> Linalg.matrixTranspose(x))
              .on(real(3, 4))
              .on(real(2, 3, 4))
              .on(real(2, 0, 4))
              .takes(Types.ANY)
              .matches(References.einsum("ij->ji", "aij->aji")));

  static final List<OpCheck> ROWS =
      Stream.of(PRODUCTS, FactorizationTable.ROWS, FourierTable.ROWS)
          .flatMap(List::stream)
          .map(row -> OF_INT8.contains(row.op()) ? row.except(DType.INT8) : row)
          .toList();

  private static Grid kron(Grid... x) {
    int rank = x[1].shape().length;
    int[] shape = x[1].shape().clone();
    for (int axis = 0; axis < x[0].shape().length; axis++) {
      shape[axis] *= x[0].size(axis);
    }
    return Grid.of(
        shape,
        i -> {
          int[] outer = new int[x[0].shape().length];
          int[] inner = new int[rank];
          for (int axis = 0; axis < rank; axis++) {
            inner[axis] = i[axis] % x[1].size(axis);
            if (axis < outer.length) {
              outer[axis] = i[axis] / x[1].size(axis);
            }
          }
          return x[0].at(outer) * x[1].at(inner);
        });
  }

  private static Grid cross(Grid... x) {
    return Grid.of(
        x[0].shape(),
        i -> {
          int last = i.length - 1;
          return along(x[0], i, i[last] + 1) * along(x[1], i, i[last] + 2)
              - along(x[0], i, i[last] + 2) * along(x[1], i, i[last] + 1);
        });
  }

  private static double along(Grid x, int[] index, int component) {
    int rank = x.shape().length;
    int[] own = java.util.Arrays.copyOfRange(index, index.length - rank, index.length);
    own[rank - 1] = component % 3;
    return x.at(own);
  }

  private static OpCheck product(boolean left, boolean right, int[]... shapes) {
    return op(
            "matmul" + (left ? " transposed" : "") + (right ? " by transposed" : ""),
            (a, b) -> Linalg.matmul(a, b, left, right))
        .on(real(shapes[0]), real(shapes[1]))
        .on(real(shapes[2]), real(shapes[3]))
        .matches(References.matmul(left, right));
  }

  private static OpCheck einsum(String equation) {
    return op("einsum " + equation, x -> Einsum.einsum(equation, x))
        .matches(References.einsum(equation));
  }

  private static OpCheck binary(String equation) {
    return op("einsum " + equation, (x, y) -> Einsum.einsum(equation, x, y))
        .matches(References.einsum(equation));
  }
}
