package dev.tapedeck.train;

import java.util.Map;

/** A model that makes the recorded calls between inputs and outputs; see {@link Model#of}. */
final class FunctionalOf<I, O> extends ModelOf<I, O> {
  private final transient FunctionalGraph<I, O> graph;

  FunctionalOf(FunctionalGraph<I, O> graph) {
    this.graph = graph;
    shapes(graph.inputs(), graph.outputs());
  }

  @Override
  protected O call(I inputs) {
    return graph.run(inputs);
  }

  @Override
  public Map<String, Object> parts() {
    return graph.parts();
  }

  @Override
  FunctionalGraph<I, O> graph() {
    return graph;
  }

  @Override
  public ModelOf<I, O> copy() {
    return LayerCopies.named(this, new FunctionalOf<>(graph.copy()));
  }
}
