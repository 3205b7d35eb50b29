package dev.tapedeck.optim;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.train.UpdateFormula;

/** Running means of gradients and their powers, in slots. */
final class RunningMoments {
  private RunningMoments() {}

  /** Moves a slot towards a value, and returns it: {@code s + (1 - decay) * (x - s)}. */
  static Expr mean(UpdateFormula f, String slot, double decay, Expr value) {
    Expr former = f.slot(slot);
    return f.assign(slot, former.plus(value.minus(former).times(1 - decay)));
  }

  /** Returns {@code 1 - decay^t}: a running mean starts from zeros. */
  static Expr correction(UpdateFormula f, double decay) {
    return Expr.of(1).minus(Expr.of(decay).pow(f.step()));
  }

  /** Updates a variable by Adam's formula; see {@link Adam}. */
  static void adam(
      UpdateFormula f, Expr rate, double beta1, double beta2, double epsilon, boolean amsgrad) {
    Expr alpha = rate.times(correction(f, beta2).sqrt()).over(correction(f, beta1));
    Expr m = mean(f, "momentum", beta1, f.gradient());
    Expr v = mean(f, "velocity", beta2, f.gradient().square());
    if (amsgrad) {
      v = f.assign("velocity_hat", f.slot("velocity_hat").max(v));
    }
    f.assign(f.variable().minus(m.times(alpha).over(v.sqrt().plus(epsilon))));
  }
}
