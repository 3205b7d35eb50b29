package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.DTypePolicy;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Vectors of ids: {@code [..]} gives {@code [.., depth]} if each has one of its own, and {@code
 * [.., n]} gives {@code [.., depth]} if those along the last axis share one. A second input has
 * weights of the ids, which are added up.
 *
 * @param who layer, for messages
 * @param mode how ids are encoded
 * @param depth number of ids
 * @param gaps whether {@link #GAP} is left out, rather than refused
 */
record Encode(String who, OutputMode mode, int depth, boolean gaps) implements SimpleOp {
  /** The id of what has no place: a masked token, or padding. */
  static final long GAP = -1;

  Encode {
    Objects.requireNonNull(who, "encode: who");
    Objects.requireNonNull(mode, "encode: mode");
  }

  /** Returns float vectors of ids, of the type that a layer computes with. */
  static Tensor floats(Encode op, Tensor ids, DTypePolicy policy) {
    return op.applyTo(op.squeezed(ids)).cast(Floats.of(policy));
  }

  /** Returns ids without a last axis of size 1 that one-hot vectors replace. */
  private Tensor squeezed(Tensor ids) {
    Shape shape = ids.shape();
    return mode == OutputMode.ONE_HOT && shape.rank() > 1 && shape.size(-1) == 1
        ? Shaping.squeeze(ids, -1)
        : ids;
  }

  @Override
  public String name() {
    return "encode";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Shape ids = inputs[0].shape();
    if (!inputs[0].dtype().isInteger()) {
      throw Refusal.of(who, "needs whole numbers", inputs[0], "cast them to int32");
    }
    boolean each = mode == OutputMode.ONE_HOT || ids.isScalar();
    Shape rows = each ? ids : ids.slice(0, ids.rank() - 1);
    return new TensorSpec(
        inputs.length > 1 ? inputs[1].dtype() : DType.FLOAT32, rows.concat(depth));
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    EagerTensor ids = inputs[0].dense();
    DType dtype = output.dtype();
    MemorySegment to = output.elements().fill((byte) 0);
    MemorySegment from = ids.elements();
    MemorySegment weights = inputs.length > 1 ? inputs[1].dense().elements() : null;
    boolean counts = mode == OutputMode.COUNT || mode == OutputMode.TF_IDF;
    boolean each = mode == OutputMode.ONE_HOT || ids.shape().isScalar();
    long row = each ? 1 : ids.shape().size(-1);
    long count = ids.shape().count();
    for (long i = 0; i < count; i++) {
      long id = Elements.getLong(ids.dtype(), from, i);
      if (id == GAP && gaps) {
        continue;
      }
      long place = i / row * depth + checked(id);
      double weight = weights == null ? 1 : Elements.getDouble(dtype, weights, i);
      double before = counts ? Elements.getDouble(dtype, to, place) : 0;
      Elements.setDouble(dtype, to, place, before + weight);
    }
  }

  private long checked(long id) {
    if (id < 0 || id >= depth) {
      throw Refusal.of(
          who,
          "ids must be in [0, " + depth + ")",
          id,
          "correct it, or give the layer the number of ids");
    }
    return id;
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return call.needs(1)
        ? new Tensor[] {null, Scattering.takeAlongAxis(upstream, call.input(0), -1)}
        : new Tensor[2];
  }
}
