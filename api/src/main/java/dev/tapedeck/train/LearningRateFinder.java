package dev.tapedeck.train;

import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.plot.LineChart;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A test of which learning rates suit a model: it trains for some steps whose rate grows
 * exponentially, until the loss diverges, and then sets everything back.
 *
 * <pre>{@code
 * LearningRateFinder.Curve curve = new LearningRateFinder().find(model, train);
 * model.optimizer().learningRate().assign((float) curve.suggestion());
 * Files.writeString(Path.of("rates.svg"), curve.svg());
 * }</pre>
 *
 * <p>Weights, state of the optimizer and random numbers are those from before, to the bit; a model
 * that had no weights has its first ones. The run ends when the smoothed loss is more than 4 times
 * its least so far, or a loss is not finite.
 *
 * <p>L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017.
 *
 * @param minRate rate of the first step, above 0
 * @param maxRate rate of the last step, above the first
 * @param steps number of batches, 3 or more
 */
public record LearningRateFinder(double minRate, double maxRate, int steps) {
  private static final String NAME = "LearningRateFinder";
  private static final String LOSS = "loss";
  private static final double SMOOTHING = 0.9;
  private static final double DIVERGED = 4;

  /**
   * The losses of the test by the learning rate.
   *
   * @param rates learning rate of each step, rising
   * @param losses loss of each step, smoothed: the mean of all so far, of which each weighs 0.9 of
   *     the one after it
   */
  public record Curve(List<Double> rates, List<Double> losses) {
    /** Checks and copies the lists. */
    public Curve {
      rates = List.copyOf(rates);
      losses = List.copyOf(losses);
      if (rates.size() != losses.size()) {
        throw Refusal.of(
            NAME,
            "a curve has a loss for each rate",
            rates.size() + " rates and " + losses.size() + " losses",
            "give lists of one length");
      }
    }

    /**
     * Returns the rate at which the loss falls most by the logarithm of the rate.
     *
     * @throws IllegalStateException if the loss does not fall
     */
    public double suggestion() {
      int best = -1;
      double steepest = 0;
      for (int i = 1; i < losses.size() - 1; i++) {
        double slope =
            (losses.get(i + 1) - losses.get(i - 1)) / Math.log(rates.get(i + 1) / rates.get(i - 1));
        if (slope < steepest) {
          steepest = slope;
          best = i;
        }
      }
      if (best < 0) {
        throw new IllegalStateException(
            NAME
                + ": the loss falls at none of "
                + losses.size()
                + " rates; begin with a smaller rate, or take more steps");
      }
      return rates.get(best);
    }

    /** Returns a chart of the losses over the rates, as an SVG image. */
    public String svg() {
      Map<Double, Double> points = new LinkedHashMap<>();
      for (int i = 0; i < rates.size(); i++) {
        points.put(rates.get(i), losses.get(i));
      }
      return new LineChart("learning rate", true, Map.of("smoothed loss", points)).svg();
    }
  }

  /** Checks the rates and steps. */
  public LearningRateFinder {
    if (!(minRate > 0 && maxRate > minRate && Double.isFinite(maxRate)) || steps < 3) {
      throw Refusal.of(
          NAME,
          "needs rising rates above 0, and 3 or more steps",
          minRate + " to " + maxRate + " in " + steps + " steps",
          "leave them out for 1e-7 to 10 in 100 steps");
    }
  }

  /** Makes a test of rates from 1e-7 to 10, in 100 steps. */
  public LearningRateFinder() {
    this(1e-7, 10, 100);
  }

  /** Tests rates on the rows of tensors or arrays, shuffled, in batches of 32. */
  public Curve find(Trainable<?, ?> model, Object x, Object y) {
    return find(model, ArrayDataset.of(NAME, x, y, null).shuffle(true));
  }

  /**
   * Tests rates on batches, which are iterated again if there are too few.
   *
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated
   * @throws IllegalArgumentException if a schedule gives the optimizer's learning rate, or the
   *     model reports no loss
   */
  public Curve find(Trainable<?, ?> model, Dataset batches) {
    Optimizer optimizer = model.optimizer();
    if (!(optimizer.schedule() instanceof LearningRateSchedule.Constant)) {
      throw Refusal.of(
          NAME,
          "sets the learning rate of each step",
          optimizer.schedule(),
          "compile the model with a number for the test");
    }
    StateSnapshot data = StateSnapshot.of(List.of(batches, RandomGenerator.ofProcess()));
    build(model, batches, data);
    StateSnapshot before = StateSnapshot.of(List.of(model, optimizer, RandomGenerator.ofProcess()));
    try {
      Run run = new Run();
      History _ =
          model.fit(
              batches,
              FitOptions.epochs(steps)
                  .stepsPerEpoch(1)
                  .verbosity(FitOptions.Verbosity.SILENT)
                  .callback(run));
      return new Curve(run.rates, run.losses);
    } finally {
      data.restore();
      data.release();
      before.restore();
      before.release();
    }
  }

  /**
   * Makes the variables, so that the test begins with all that there are.
   *
   * @param data restores the data after a batch of it was taken
   */
  private static void build(Trainable<?, ?> model, Dataset batches, StateSnapshot data) {
    try (Scope _ = new Scope()) {
      Iterator<Example> iterator = batches.iterator();
      if (iterator.hasNext()) {
        Object inputs = iterator.next().inputs();
        data.restore();
        Object _ = model.predictOnBatch(inputs);
      }
    }
    model.optimizer().build(model.trainableVariables());
  }

  /** The steps of a test, each an epoch, so that its logs are those of one batch. */
  private final class Run implements Callback {
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private double sum;
    private double weights;
    private double least = Double.POSITIVE_INFINITY;

    private double rate(int step) {
      return minRate * Math.pow(maxRate / minRate, step / (steps - 1.0));
    }

    @Override
    public void onEpochBegin(Trainable<?, ?> model, int step) {
      try (Scope _ = new Scope()) {
        model.optimizer().learningRate().assign((float) rate(step));
      }
    }

    @Override
    public void onEpochEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      Double loss = logs.get(LOSS);
      if (loss == null) {
        throw Refusal.of(
            NAME, "needs a loss in the logs", logs.keySet(), "return one from trainStep");
      }
      sum = SMOOTHING * sum + loss;
      weights = SMOOTHING * weights + 1;
      double smoothed = sum / weights;
      if (!Double.isFinite(smoothed)) {
        model.stopTraining();
        return;
      }
      rates.add(rate(step));
      losses.add(smoothed);
      least = Math.min(least, smoothed);
      if (smoothed > DIVERGED * least && least > 0) {
        model.stopTraining();
      }
    }
  }
}
