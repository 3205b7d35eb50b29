package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.NumericsReport.Values;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A search for inputs that look unscaled: numbers as large as those of pixels that reach the first
 * layer with variables, if that is one with a kernel, which multiplies them.
 */
final class UnscaledInputs implements LayerInterceptor {
  private static final double LARGE = 50;

  private final AbstractLayer<?, ?> model;
  private boolean found;
  private String text;

  private UnscaledInputs(AbstractLayer<?, ?> model) {
    this.model = model;
  }

  /** Returns what to say of a batch's inputs; empty if they look as they should. */
  static Optional<String> of(AbstractLayer<?, ?> model, Example batch) {
    if (large(batch.inputs()).isEmpty()) {
      return Optional.empty();
    }
    UnscaledInputs search = new UnscaledInputs(model);
    Supplier<Object> call = () -> output(model, batch.inputs());
    StateSnapshot before = StateSnapshot.of(model);
    try (Scope _ = new Scope()) {
      Object _ =
          Dispatch.eagerly(
              () ->
                  RandomKey.withKey(
                      RandomKey.of(0), () -> ScopedValue.where(CURRENT, search).call(call::get)));
    } catch (RuntimeException e) {
      return Optional.empty(); // a model that is not called by its steps
    } finally {
      before.restore();
      before.release();
    }
    return Optional.ofNullable(search.text);
  }

  @SuppressWarnings("unchecked") // the model took these inputs before
  private static <I> Object output(AbstractLayer<I, ?> model, Object inputs) {
    return model.run((I) inputs, false);
  }

  @Override
  public <O> O call(AbstractLayer<?, ?> layer, Object input, Supplier<O> call) {
    Set<String> variables = layer.namedVariables().keySet();
    if (!found && !variables.stream().allMatch(path -> path.contains("/"))) {
      found = true;
      text =
          variables.contains("kernel")
              ? large(input).map(values -> describe(layer, values)).orElse(null)
              : null;
    }
    return call.get();
  }

  private String describe(AbstractLayer<?, ?> layer, Values values) {
    return LayerNames.places(model).get(layer)
        + " is given "
        + values
        + ", with which training is slow or fails; scale the inputs, as with a Rescaling(1 / 255.0)"
        + " for pixels or a Normalization";
  }

  private static Optional<Values> large(Object inputs) {
    Predicate<Values> isLarge = values -> Math.max(-values.min(), values.max()) > LARGE;
    return TensorTree.tensorsOf(inputs).stream()
        .filter(tensor -> tensor.dtype() != DType.STRING)
        .map(Values::of)
        .filter(isLarge)
        .findFirst();
  }
}
