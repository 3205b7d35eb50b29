package dev.tapedeck.function;

import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Inference of what a function returns, without running kernels: it is traced once, and dropped.
 */
public final class OutputInference {
  private OutputInference() {}

  /**
   * Returns symbols in the structure of a function's result, with their types, shapes and masks,
   * which no op can use.
   *
   * @param input argument, of whose tensors types, shapes and masks are used; sizes may be unknown
   */
  public static <I, O> O output(I input, Function<I, O> function) {
    Tracer tracer = new Tracer(Tracer.UNREADABLE);
    I symbols = TensorTree.map(input, tensor -> symbol(tracer, tensor));
    List<O> output = new ArrayList<>();
    tracer.run(() -> output.add(function.apply(symbols)));
    return output.getFirst();
  }

  private static Tensor symbol(Tracer tracer, Tensor like) {
    SymbolicTensor symbol = tracer.input("Input", like.spec());
    if (like.mask() != null) {
      symbol.attachMask(tracer.input("Mask", like.mask().spec()));
    }
    return symbol;
  }
}
