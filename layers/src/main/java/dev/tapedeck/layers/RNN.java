package dev.tapedeck.layers;

/**
 * Recurrent layer of any cell, built in or of your own: {@code new RNN(new LSTMCell(8))} computes
 * what {@code new LSTM(8)} does.
 *
 * <p>What it takes and returns, and what masks, {@code goBackwards} and {@code stateful} do, is
 * said at {@link RecurrentLayer}. Several cells, one above the other, are a {@link
 * StackedRNNCells}.
 */
public final class RNN extends RecurrentLayer<RNN.Arguments, RNN> {
  /** The arguments of an {@link RNN}. */
  public record Arguments(
      RecurrentCell cell,
      boolean returnSequences,
      boolean returnState,
      boolean goBackwards,
      boolean stateful,
      boolean unroll,
      boolean zeroOutputForMask)
      implements RecurrentLayer.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven("RNN", "cell", cell, "new LSTMCell(8)");
    }
  }

  private RNN(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that returns the last output. */
  public RNN(RecurrentCell cell) {
    this(new Arguments(cell, false, false, false, false, false, false));
  }

  /** Sets whether the steps are to be unrolled, which changes no result; by default false. */
  public RNN unroll(boolean unroll) {
    return with("unroll", unroll);
  }

  /** Sets whether outputs of masked steps are zeros; by default those of the steps before. */
  public RNN zeroOutputForMask(boolean zeros) {
    return with("zeroOutputForMask", zeros);
  }

  @Override
  boolean zerosForMasked() {
    return args().zeroOutputForMask() || super.zerosForMasked();
  }

  @Override
  RecurrentCell makeCell() {
    return args().cell();
  }
}
