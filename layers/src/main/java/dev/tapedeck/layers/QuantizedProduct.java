package dev.tapedeck.layers;

import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.autodiff.Gradients.Custom;
import dev.tapedeck.nn.Quantizers;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Einsum;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A product of inputs and a kernel that is stored in fewer bits.
 *
 * <p>With a kernel of int8, {@code y = einsum(equation, q(x), kernel) / (scale of x * scale of
 * kernel)}: {@code q} is {@link Quantizers#absMaxQuantize} along the axes that are summed over. Its
 * gradient for {@code x} is that of a product with {@code kernel / scale}, as in Keras.
 */
final class QuantizedProduct {
  /** The most terms of 127 * 127 whose sum is an int32. */
  private static final long MOST_TERMS =
      Integer.MAX_VALUE / (Quantizers.LARGEST * Quantizers.LARGEST);

  private static final double LARGEST_FLOAT16 = 65504;

  private final ProductEquation equation;
  private final Variable kernel;
  private final Variable scale; // null for a kernel of float16

  private QuantizedProduct(ProductEquation equation, Variable kernel, Variable scale) {
    this.equation = equation;
    this.kernel = kernel;
    this.scale = scale;
  }

  /** Returns whether a kernel can be stored so; float16 has no numbers beyond 65504. */
  static boolean fits(ProductEquation equation, Variable kernel, DType stored) {
    long terms =
        IntStream.of(equation.kernelAxes())
            .mapToLong(kernel.shape()::size)
            .reduce(1, Math::multiplyExact);
    return equation.isProduct()
        && terms <= MOST_TERMS
        && (stored == DType.INT8 || Maths.abs(kernel).max().item() <= LARGEST_FLOAT16);
  }

  /**
   * Stores a kernel.
   *
   * @param stored int8 or float16
   * @param replace puts a variable of a value in place of another
   * @param add maker of variables
   */
  static QuantizedProduct of(
      ProductEquation equation,
      Variable kernel,
      DType stored,
      BiFunction<Variable, Tensor, Variable> replace,
      Function<WeightSpec, Variable> add) {
    Tensor value = Operands.tensor(kernel);
    if (stored != DType.INT8) {
      return new QuantizedProduct(equation, replace.apply(kernel, value.cast(stored)), null);
    }
    int[] axes = equation.kernelAxes();
    Quantizers.Quantized quantized = Quantizers.absMaxQuantize(value, axes);
    Tensor scale = Shaping.squeeze(quantized.scale(), axes);
    return new QuantizedProduct(
        equation,
        replace.apply(kernel, quantized.values()),
        add.apply(
            new WeightSpec(kernel.name() + "_scale", (_, _) -> scale, scale.shape().toArray())
                .untrainable()));
  }

  /** Returns the kernel as it is stored. */
  Variable kernel() {
    return kernel;
  }

  /** Returns the product. */
  Tensor of(Tensor x) {
    return scale == null
        ? Einsum.einsum(equation.product(), x, Operands.tensor(kernel).cast(x.dtype()))
        : Gradients.customGradient(
            in -> new Custom(product(in[0]), g -> List.of(inputGradient(g))), x);
  }

  private Tensor product(Tensor x) {
    int[] axes = equation.inputAxes();
    Quantizers.Quantized quantized = Quantizers.absMaxQuantize(x, axes);
    Tensor sums = Einsum.einsum(equation.product(), quantized.values(), kernel);
    Tensor scales =
        Einsum.einsum(
            equation.scales(), Shaping.squeeze(quantized.scale(), axes), scale(x.dtype()));
    return sums.cast(x.dtype()).div(scales);
  }

  private Tensor scale(DType type) {
    return Operands.tensor(scale).cast(type);
  }

  /** Returns the rows of a kernel, a table of vectors, that ids select. */
  Tensor rows(Tensor ids, DType type) {
    Tensor rows = Indexing.embeddingLookup(kernel, ids).cast(type);
    return scale == null
        ? rows
        : rows.div(Shaping.expandDims(Indexing.embeddingLookup(scale, ids).cast(type), -1));
  }

  private Tensor inputGradient(Tensor g) {
    Tensor scaled =
        Einsum.einsum(
            equation.scaledKernel(),
            Operands.tensor(kernel).cast(g.dtype()),
            Maths.reciprocal(scale(g.dtype())));
    return Einsum.einsum(equation.inputGradient(), g, scaled);
  }
}
