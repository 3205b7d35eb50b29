package dev.tapedeck.ops;

import static dev.tapedeck.testing.Grid.shape;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;

import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Masks;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.testing.OpCheck;
import java.util.Arrays;
import java.util.List;

/** Changes of shape. */
final class ShapingTable {
  private ShapingTable() {}

  static final List<OpCheck> ROWS =
      List.of(
          op("reshape", x -> Shaping.reshape(x, 4, 3))
              .on(real(2, 6))
              .takes(ANY)
              .matches(References.reshape(4, 3)),
          op("reshape -1", x -> Shaping.reshape(x, 30, -1))
              .on(real(20, 30))
              .takes(ANY)
              .matches(References.reshape(30, 20)),
          op("reshape to a scalar", x -> Shaping.reshape(x))
              .on(real(1, 1))
              .takes(ANY)
              .matches(References.reshape()),
          op("reshape of nothing", x -> Shaping.reshape(x, 3, -1))
              .on(real(2, 0, 3))
              .takes(ANY)
              .matches(References.reshape(3, 0)),
          op("transpose", x -> Shaping.transpose(x))
              .on(real(2, 3, 4))
              .takes(ANY)
              .matches(References.transpose(2, 1, 0)),
          op("transpose of a large matrix", x -> Shaping.transpose(x, 1, 0))
              .on(real(20, 30))
              .takes(ANY)
              .matches(References.transpose(1, 0)),
          op("transpose by order", x -> Shaping.transpose(x, -1, 0, 1))
              .on(real(2, 3, 4))
              .on(real(2, 0, 4))
              .takes(ANY)
              .matches(References.transpose(2, 0, 1)),
          op("transpose of a scalar", x -> Shaping.transpose(x))
              .on(real())
              .takes(ANY)
              .matches(References.reshape()),
          op("contiguous", x -> Shaping.contiguous(Shaping.transpose(x, 2, 0, 1)))
              .on(real(2, 3, 4))
              .on(real(2, 0, 4))
              .takes(ANY)
              .matches(References.transpose(2, 0, 1)),
          op("expandDims", x -> Shaping.expandDims(x, 1))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.reshape(2, 1, 3)),
          op("expandDims behind", x -> Shaping.expandDims(x, -1))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.reshape(2, 3, 1)),
          op("withMask", x -> Masks.withMask(x, Logic.equal(x, x)))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.reshape(2, 3)),
          op("squeeze", x -> Shaping.squeeze(x))
              .on(real(1, 3, 1))
              .takes(ANY)
              .matches(References.reshape(3)),
          op("squeeze one", x -> Shaping.squeeze(x, -1))
              .on(real(1, 3, 1))
              .takes(ANY)
              .matches(References.reshape(1, 3)),
          op("broadcastTo", x -> Shaping.broadcastTo(x, 2, 3, 4))
              .on(real(3, 1))
              .on(real())
              .on(real(2, 1, 4))
              .takes(ANY)
              .matches(References.broadcast(2, 3, 4)),
          op("broadcastTo large", x -> Shaping.broadcastTo(x, 20, 30))
              .on(real(30))
              .takes(ANY)
              .matches(References.broadcast(20, 30)),
          op("concat", (x, y, z) -> Joining.concat(1, x, y, z))
              .on(real(2, 3, 2), real(2, 1, 2), real(2, 2, 2))
              .on(real(20, 3), real(20, 0), real(20, 40))
              .takes(ANY)
              .matches(References.concat(1)),
          op("concat behind", (x, y) -> Joining.concat(-1, x, y))
              .on(real(2, 3), real(2, 1))
              .takes(ANY)
              .matches(References.concat(-1)),
          op("stack", (x, y) -> Joining.stack(1, x, y))
              .on(real(2, 3), real(2, 3))
              .on(real(20, 30), real(20, 30))
              .takes(ANY)
              .matches(References.stack(1)),
          op("stack of scalars", (x, y, z) -> Joining.stack(-1, x, y, z))
              .on(real(), real(), real())
              .takes(ANY)
              .matches(References.stack(0)),
          op("moveAxis", x -> Shaping.moveAxis(x, 0, -1))
              .on(real(2, 3, 4))
              .on(real(2, 0, 4))
              .takes(ANY)
              .matches(References.transpose(1, 2, 0)),
          op("moveAxis to the front", x -> Shaping.moveAxis(x, -1, 0))
              .on(real(2, 3, 4))
              .takes(ANY)
              .matches(References.transpose(2, 0, 1)),
          op("swapAxes", x -> Shaping.swapAxes(x, 0, -1))
              .on(real(2, 3, 4))
              .takes(ANY)
              .matches(References.transpose(2, 1, 0)),
          op("split", x -> Joining.split(x, 3, 1).get(1))
              .on(real(2, 6))
              .on(real(20, 30))
              .on(real(2, 0))
              .takes(ANY)
              .matches(
                  References.along(1, v -> Arrays.copyOfRange(v, v.length / 3, v.length / 3 * 2))),
          op("split by sizes", x -> Joining.split(x, new long[] {1, 0, 3}, -2).get(2))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.slice(shape(1, 0), 3, 3)),
          op(
                  "split and concat",
                  x ->
                      Joining.concat(
                          0, Joining.split(x, new long[] {1, 3}, 0).reversed().toArray()))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.moved(i -> shape((i[0] + 1) % 4, i[1]), 4, 3)),
          op("unstack", x -> Joining.unstack(x, 1).get(2))
              .on(real(2, 3, 4))
              .takes(ANY)
              .matches(References.moved(i -> shape(i[0], 2, i[1]), 2, 4)),
          op("unstack to scalars", x -> Joining.unstack(x, -1).getFirst())
              .on(real(3))
              .takes(ANY)
              .matches(References.moved(i -> shape(0))));
}
