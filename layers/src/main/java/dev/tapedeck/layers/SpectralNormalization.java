package dev.tapedeck.layers;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.WeightSpec;

/**
 * A wrapper that divides the kernel of a layer by its largest singular value, before each call in
 * training.
 *
 * <p>The kernel, or the embeddings, is taken as a matrix {@code [.., outputs]}. The variable {@code
 * vector_u [1, outputs]} follows its largest singular vector by power iteration; the kernel itself
 * is changed, so that inference needs nothing. A kernel of zeros stays.
 *
 * <p>A layer without such a variable throws {@link IllegalArgumentException}.
 *
 * <p>T. Miyato, T. Kataoka, M. Koyama, Y. Yoshida, "Spectral Normalization for Generative
 * Adversarial Networks", ICLR 2018.
 */
public final class SpectralNormalization
    extends Wrapper<SpectralNormalization.Arguments, SpectralNormalization> {
  private static final String WHO = "SpectralNormalization";

  /** Lower bound of the lengths of vectors, squared. */
  private static final double SHORTEST = 1e-14;

  private Variable kernel;
  private Variable vectorU;

  /**
   * The arguments of a {@link SpectralNormalization}.
   *
   * @param layer layer with a kernel or embeddings
   * @param powerIterations number of iterations of a call in training
   */
  public record Arguments(Layer layer, int powerIterations) implements Wrapper.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven(WHO, "layer", layer, "new Dense(10)");
      LayerOptions.requirePositive(WHO, "powerIterations", powerIterations);
    }
  }

  private SpectralNormalization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a wrapper of one iteration for each call. */
  public SpectralNormalization(Layer layer) {
    this(layer, 1);
  }

  /** Makes a wrapper of a number of iterations for each call. */
  public SpectralNormalization(Layer layer, int powerIterations) {
    this(new Arguments(layer, powerIterations));
  }

  @Override
  protected void build(Shape input) {
    kernel =
        layer().namedVariables().entrySet().stream()
            .filter(entry -> entry.getKey().equals("kernel") || entry.getKey().equals("embeddings"))
            .map(entry -> entry.getValue())
            .findFirst()
            .orElseThrow(
                () ->
                    Refusal.of(
                        WHO,
                        "needs a layer with a kernel or embeddings",
                        layer().namedVariables().keySet(),
                        "wrap such a layer, as Dense or Conv2D"));
    vectorU =
        addVariable(
            new WeightSpec(
                    "vector_u", Initializers.truncatedNormal(0, 0.02), 1, kernel.shape().size(-1))
                .untrainable()
                .withoutAutocast());
  }

  @Override
  protected Tensor call(Tensor x, boolean training) {
    if (training) {
      normalize();
    }
    return layer().apply(x);
  }

  private void normalize() {
    Tensor whole = kernel.value();
    Tensor matrix = whole.reshape(-1, kernel.shape().size(-1));
    Tensor before = vectorU.value();
    Tensor u = before;
    Tensor v = null;
    for (int i = 0; i < args().powerIterations; i++) {
      v = unit(u.matmul(matrix.transpose()));
      u = unit(v.matmul(matrix));
    }
    Tensor sigma = v.matmul(matrix).matmul(u.transpose()).reshape();
    Tensor zeros = Reductions.all(whole.equal(0));
    vectorU.assign(Logic.where(zeros, before, u));
    kernel.assign(Logic.where(zeros, whole, whole.div(sigma)));
  }

  private static Tensor unit(Tensor vector) {
    return Normalization.l2Normalize(vector, new int[0], SHORTEST);
  }
}
