package dev.tapedeck.ops;

import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.ServiceLoader;

/** Gives graphs their gradients: what functions know of tapes. */
public interface Differentiation {
  /** Starts to record what this thread applies; all that is floating point is watched. */
  Recording record();

  /** What was recorded. */
  interface Recording {
    /** Watches tensors; those that are not floating point are left out. */
    void watch(Tensor... tensors);

    /** Returns the variables that were read, of floating point types. */
    List<Variable> variables();

    /**
     * Returns the gradients, for tensors and variables, of targets times their output gradients;
     * null where there is none. May be asked any number of times.
     */
    List<Tensor> gradients(List<Tensor> targets, List<Tensor> outputGradients, List<?> sources);
  }

  /** Returns the implementation. */
  static Differentiation provider() {
    return Provider.INSTANCE;
  }

  /** Finds the implementation once. */
  final class Provider {
    private static final Differentiation INSTANCE =
        ServiceLoader.load(Differentiation.class)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "no gradients: META-INF/services/dev.tapedeck.ops.Differentiation is missing"
                            + " from the class path; merge service files when packing one jar"));

    private Provider() {}
  }
}
