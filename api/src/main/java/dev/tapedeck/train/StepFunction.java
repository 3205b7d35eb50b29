package dev.tapedeck.train;

import dev.tapedeck.function.TracedFunction;
import java.util.function.Function;

/** A step of a model as a function: traced when it is first called, or run eagerly. */
final class StepFunction<I, O> {
  private final String name;
  private final Function<I, O> step;
  private boolean eager;
  private Function<I, O> function;

  StepFunction(String name, Function<I, O> step) {
    this.name = name;
    this.step = step;
  }

  O call(I input) {
    if (function == null) {
      function = eager ? step : TracedFunction.of(name, step)::call;
    }
    return function.apply(input);
  }

  /** Traces the step, which creates its variables, without a run. */
  void trace(I input) {
    TracedFunction<O> traced = TracedFunction.of(name, step);
    traced.concreteFunction(input);
    function = traced::call;
  }

  boolean runsEagerly() {
    return eager;
  }

  void runEagerly(boolean eagerly) {
    eager = eagerly;
    forgetTraces();
  }

  void forgetTraces() {
    function = null;
  }

  /** Returns whether the next call traces the step. */
  boolean isAwaitingTrace() {
    return function == null && !eager;
  }
}
