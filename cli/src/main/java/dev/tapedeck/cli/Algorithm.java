package dev.tapedeck.cli;

import dev.tapedeck.optim.Adadelta;
import dev.tapedeck.optim.Adafactor;
import dev.tapedeck.optim.Adagrad;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.AdamW;
import dev.tapedeck.optim.Adamax;
import dev.tapedeck.optim.Ftrl;
import dev.tapedeck.optim.Lamb;
import dev.tapedeck.optim.Lion;
import dev.tapedeck.optim.Muon;
import dev.tapedeck.optim.Nadam;
import dev.tapedeck.optim.RMSprop;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.optim.ScheduleFreeAdamW;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.Optimizer;
import java.util.Locale;
import java.util.function.Function;

/** The optimizers that a command offers, by Keras's names in lower case. */
@SuppressWarnings("ImmutableEnumChecker") // constructors
enum Algorithm {
  ADADELTA(Adadelta::new),
  ADAFACTOR(Adafactor::new),
  ADAGRAD(Adagrad::new),
  ADAM(Adam::new),
  ADAMAX(Adamax::new),
  ADAMW(AdamW::new),
  FTRL(Ftrl::new),
  LAMB(Lamb::new),
  LION(Lion::new),
  MUON(Muon::new),
  NADAM(Nadam::new),
  RMSPROP(RMSprop::new),
  SCHEDULEFREEADAMW(ScheduleFreeAdamW::new),
  SGD(SGD::new);

  private final Function<LearningRateSchedule, Optimizer> maker;

  Algorithm(Function<LearningRateSchedule, Optimizer> maker) {
    this.maker = maker;
  }

  Optimizer optimizer(LearningRateSchedule learningRate) {
    return maker.apply(learningRate);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
