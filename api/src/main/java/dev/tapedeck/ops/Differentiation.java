package dev.tapedeck.ops;

import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.ServiceLoader;

/** The service-provider interface through which functions use gradient tapes. */
public interface Differentiation {
  /** Starts to record the ops of this thread; all floating point tensors are watched. */
  Recording record();

  /** A recording of ops, which goes on until it is closed, or the trace ends in which it began. */
  interface Recording extends AutoCloseable {
    /** Watches tensors; those that are not floating point are left out. */
    void watch(Tensor... tensors);

    /** Returns the variables that were read, of floating point types. */
    List<Variable> variables();

    /**
     * Returns the gradients, for tensors and variables, of targets times their output gradients;
     * null where there is none. May be called any number of times.
     */
    List<Tensor> gradients(List<Tensor> targets, List<Tensor> outputGradients, List<?> sources);

    @Override
    void close();
  }

  /** Returns the implementation. */
  static Differentiation provider() {
    return Provider.INSTANCE;
  }

  /** The holder of the implementation, which is looked up once. */
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
