package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Objects;

/** Attention of query, key, value and, if there is one, a mask; see {@link Attention}. */
record DotProductAttention(boolean causal, double scale) implements SimpleOp {
  @Override
  public String name() {
    return "dotProductAttention";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, Math.clamp(inputs.length, 3, 4), inputs);
    DType dtype = Checks.sameFloating(name(), inputs[0], inputs[1], inputs[2]);
    if (dtype != DType.FLOAT32 && dtype != DType.FLOAT64) {
      throw Refusal.of(name(), "needs float32 or float64", dtype, "cast it first");
    }
    Shape query = inputs[0].shape();
    Shape key = inputs[1].shape();
    Shape value = inputs[2].shape();
    if (!fit(query, key, value)) {
      throw Refusal.of(
          name(),
          "needs queries [.., q, heads, d], keys [.., k, heads, d] and values [.., k, heads, v],"
              + " where the heads of the queries are a multiple of those of keys and values",
          query + ", " + key + ", " + value,
          "transpose them, or add an axis of one head with expandDims(x, -2)");
    }
    if (inputs.length == 4) {
      Attention.requireMask(name(), inputs[3], pairs(query, key));
    }
    return new TensorSpec(dtype, query.with(query.rank() - 1, value.size(-1)));
  }

  private static boolean fit(Shape query, Shape key, Shape value) {
    int rank = query.rank();
    if (rank < 3
        || key.rank() != rank
        || !key.slice(0, rank - 1).fits(value.slice(0, value.rank() - 1))) {
      return false;
    }
    long heads = query.size(-2);
    long shared = key.size(-2);
    boolean known = heads != Shape.UNKNOWN && shared != Shape.UNKNOWN;
    return query.slice(0, rank - 3).fits(key.slice(0, rank - 3))
        && !Sizes.differ(query.size(-1), key.size(-1))
        && (!known || (shared == 0 ? heads == 0 : heads % shared == 0));
  }

  /** Returns the shape of scores. */
  private static Shape pairs(Shape query, Shape key) {
    return query.slice(0, query.rank() - 3).concat(query.size(-2), query.size(-3), key.size(-3));
  }

  private AttentionBlocks blocks(Kernels kernels, EagerTensor mask, EagerTensor... inputs) {
    return new AttentionBlocks(kernels, this, inputs[0], inputs[1], inputs[2], mask);
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    blocks(kernels, inputs.length == 4 ? inputs[3] : null, inputs).forward(output);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Tensor[] given = call.inputs();
    Tensor[] inputs = Arrays.copyOf(given, given.length + 1);
    inputs[3] = upstream;
    if (given.length == 4) {
      inputs[4] = given[3];
    }
    return Arrays.copyOf(new Gradient(this).apply(inputs), given.length); // none for a mask
  }

  /**
   * The gradients for query, key and value; the inputs are these, the upstream gradient, a mask.
   */
  record Gradient(DotProductAttention attention) implements Op {
    Gradient {
      Objects.requireNonNull(attention, "attention: of what the gradient is");
    }

    @Override
    public String name() {
      return attention.name() + "/gradient";
    }

    private static TensorSpec[] forward(TensorSpec... inputs) {
      TensorSpec[] forward = Arrays.copyOf(inputs, inputs.length - 1);
      if (inputs.length == 5) {
        forward[3] = inputs[4];
      }
      return forward;
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Checks.inputs(this, Math.clamp(inputs.length, 4, 5), inputs);
      Checks.spec(name(), attention.inferOutput(forward(inputs)), inputs[3]);
      return Arrays.copyOf(inputs, 3);
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor[] gradients =
          Arrays.stream(outputs).map(EagerTensor::allocate).toArray(EagerTensor[]::new);
      attention
          .blocks(kernels, inputs.length == 5 ? inputs[4] : null, inputs)
          .backward(inputs[3], gradients);
      return gradients;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      Tensor mask = call.inputs().length == 5 ? call.input(4) : null;
      Tensor[] second =
          new SecondAttentionGradient(attention, call.input(0), call.input(1), call.input(2), mask)
              .of(call.input(3), upstream);
      return Arrays.copyOf(second, call.inputs().length);
    }
  }
}
