package dev.tapedeck.optim;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.PointwiseRule;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The Muon optimizer, for the matrices within a model: a momentum whose singular values are all
 * brought near 1, so that all directions are learned alike; {@link AdamW} for all other variables.
 *
 * <pre>
 * m = momentum * m + g                         slot momentum
 * x = g + momentum * m                         Nesterov; else x = m
 * x = x / |x|, then nsSteps times: x = a x + (b s + c s s) x with s = x x'
 * w = w - rate * rmsRate * sqrt(max(rows, columns)) * x
 * </pre>
 *
 * <p>A variable is a matrix if it has two axes, is no embedding, and its path has a match of none
 * of {@code excludeLayers}, which should name a model's last layer. Both decay by 0.004 by default.
 * K. Jordan, "Muon: An optimizer for hidden layers in neural networks", 2024; {@code rmsRate}: J.
 * Liu et al., "Muon is Scalable for LLM Training", 2025.
 */
public final class Muon extends Optimizer {
  /**
   * The arguments of a Muon.
   *
   * @param learningRate learning rate of each step
   * @param adamBeta1 beta1 of AdamW
   * @param adamBeta2 beta2 of AdamW
   * @param adamWeightDecay weight decay of the variables that AdamW updates
   * @param epsilon epsilon of AdamW
   * @param excludeLayers regular expressions of the paths that AdamW updates
   * @param excludeEmbeddings whether AdamW updates embeddings
   * @param muonA factor of x in an iteration
   * @param muonB factor of s x in an iteration
   * @param muonC factor of s s x in an iteration
   * @param adamLrRatio learning rate of AdamW in proportion to Muon's
   * @param momentum part of the momentum that a step keeps
   * @param nsSteps number of iterations of Newton and Schulz
   * @param nesterov whether the momentum looks ahead
   * @param rmsRate size of a step's elements in proportion to the rate; null for steps of singular
   *     values of 1
   */
  public record Arguments(
      LearningRateSchedule learningRate,
      double adamBeta1,
      double adamBeta2,
      double adamWeightDecay,
      double epsilon,
      List<String> excludeLayers,
      boolean excludeEmbeddings,
      double muonA,
      double muonB,
      double muonC,
      double adamLrRatio,
      double momentum,
      int nsSteps,
      boolean nesterov,
      Double rmsRate) {
    /** Checks the arguments. */
    public Arguments {
      excludeLayers = List.copyOf(excludeLayers);
      Ranges.requireDecay("Muon", "adamBeta1", adamBeta1);
      Ranges.requireDecay("Muon", "adamBeta2", adamBeta2);
      Ranges.requireNotNegative("Muon", "adamWeightDecay", adamWeightDecay);
      Ranges.requireNotNegative("Muon", "epsilon", epsilon);
      Ranges.requireNotNegative("Muon", "adamLrRatio", adamLrRatio);
      Ranges.requireDecay("Muon", "momentum", momentum);
      Ranges.requireNotNegative("Muon", "nsSteps", nsSteps);
    }
  }

  /** {@code g + momentum * m}. */
  private static final Pointwise MOMENTUM =
      Pointwise.floating(Formula.of("muon/momentum", 3, x -> x[0].plus(x[1].times(x[2]))));

  private PointwiseRule adam;

  /** Makes an optimizer with a learning rate of 0.001. */
  public Muon() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public Muon(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Muon(LearningRateSchedule learningRate) {
    this(
        new Arguments(
            learningRate,
            0.9,
            0.999,
            0.004,
            1e-7,
            List.of(),
            true,
            3.4445,
            -4.775,
            2.0315,
            1,
            0.95,
            5,
            true,
            0.2));
  }

  private Muon(Arguments arguments) {
    super(arguments.learningRate, arguments);
    weightDecay(0.004);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets beta1 of AdamW; by default 0.9. */
  public Muon adamBeta1(double adamBeta1) {
    argument("adamBeta1", adamBeta1);
    return this;
  }

  /** Sets beta2 of AdamW; by default 0.999. */
  public Muon adamBeta2(double adamBeta2) {
    argument("adamBeta2", adamBeta2);
    return this;
  }

  /** Sets the weight decay of the variables that AdamW updates; by default 0.004. */
  public Muon adamWeightDecay(double adamWeightDecay) {
    argument("adamWeightDecay", adamWeightDecay);
    return this;
  }

  /** Sets epsilon of AdamW; by default 1e-7. */
  public Muon epsilon(double epsilon) {
    argument("epsilon", epsilon);
    return this;
  }

  /** Sets regular expressions of the paths that AdamW updates; by default none. */
  public Muon excludeLayers(String... excludeLayers) {
    argument("excludeLayers", List.of(excludeLayers));
    return this;
  }

  /** Sets whether AdamW updates embeddings; by default true. */
  public Muon excludeEmbeddings(boolean excludeEmbeddings) {
    argument("excludeEmbeddings", excludeEmbeddings);
    return this;
  }

  /** Sets the factor of x in an iteration; by default 3.4445. */
  public Muon muonA(double muonA) {
    argument("muonA", muonA);
    return this;
  }

  /** Sets the factor of s x in an iteration; by default -4.775. */
  public Muon muonB(double muonB) {
    argument("muonB", muonB);
    return this;
  }

  /** Sets the factor of s s x in an iteration; by default 2.0315. */
  public Muon muonC(double muonC) {
    argument("muonC", muonC);
    return this;
  }

  /** Sets the learning rate of AdamW in proportion to Muon's; by default 1. */
  public Muon adamLrRatio(double adamLrRatio) {
    argument("adamLrRatio", adamLrRatio);
    return this;
  }

  /** Sets the part of the momentum that a step keeps; by default 0.95. */
  public Muon momentum(double momentum) {
    argument("momentum", momentum);
    return this;
  }

  /** Sets the number of iterations of Newton and Schulz; by default 5. */
  public Muon nsSteps(int nsSteps) {
    argument("nsSteps", nsSteps);
    return this;
  }

  /** Sets whether the momentum looks ahead; by default true. */
  public Muon nesterov(boolean nesterov) {
    argument("nesterov", nesterov);
    return this;
  }

  /**
   * Sets the size of a step's elements in proportion to the rate, null for steps of singular values
   * of 1; by default 0.2.
   */
  public Muon rmsRate(Double rmsRate) {
    argument("rmsRate", rmsRate);
    return this;
  }

  private boolean isMatrix(Variable variable) {
    String path = path(variable);
    boolean embedding =
        arguments().excludeEmbeddings && path.toLowerCase(Locale.ROOT).contains("embedding");
    return variable.shape().rank() == 2
        && !embedding
        && arguments().excludeLayers.stream()
            .noneMatch(x -> Pattern.compile(x).matcher(path).find());
  }

  private PointwiseRule adam() {
    if (adam == null) {
      Arguments a = arguments();
      adam =
          PointwiseRule.of(
              "adamw",
              f ->
                  RunningMoments.adam(
                      f,
                      f.rate().times(a.adamLrRatio),
                      a.adamBeta1,
                      a.adamBeta2,
                      a.epsilon,
                      false));
    }
    return adam;
  }

  @Override
  protected Double weightDecay(Variable variable) {
    Double ofMatrices = super.weightDecay(variable);
    return ofMatrices == null || isMatrix(variable)
        ? ofMatrices
        : (Double) arguments().adamWeightDecay;
  }

  @Override
  protected void build(Variable variable) {
    if (isMatrix(variable)) {
      Variable _ = slot(variable, "momentum");
    } else {
      build(variable, adam());
    }
  }

  @Override
  protected void update(Variable variable, Tensor gradient) {
    if (!isMatrix(variable)) {
      update(variable, gradient, adam());
      return;
    }
    Arguments a = arguments();
    Variable momentum = slot(variable, "momentum");
    MOMENTUM.into(momentum, gradient, momentum, a.momentum);
    Tensor direction =
        a.nesterov ? MOMENTUM.of(gradient, momentum, a.momentum) : momentum.reading();
    double larger = Math.max(variable.shape().size(0), variable.shape().size(1));
    double scale = a.rmsRate == null ? 1 : Math.sqrt(larger) * a.rmsRate;
    variable.assignSub(orthogonal(direction).mul(rate(variable.dtype()).mul(scale)));
  }

  /** Returns a matrix of the same singular vectors whose singular values are near 1. */
  private Tensor orthogonal(Tensor matrix) {
    Arguments a = arguments();
    boolean tall = matrix.shape().size(0) > matrix.shape().size(1);
    Tensor x = tall ? matrix.transpose() : matrix;
    x = x.div(Reductions.norm(x).add(1e-7));
    for (int step = 0; step < a.nsSteps; step++) {
      Tensor s = x.matmul(x.transpose());
      Tensor factor = s.mul(a.muonB).add(s.matmul(s).mul(a.muonC));
      x = x.mul(a.muonA).add(factor.matmul(x));
    }
    return tall ? x.transpose() : x;
  }
}
