package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import java.util.Map;

/** A model that makes the recorded calls between an input and an output; see {@link Model#of}. */
final class Functional extends Model {
  private final transient FunctionalGraph<Tensor, Tensor> graph;

  Functional(FunctionalGraph<Tensor, Tensor> graph) {
    this.graph = graph;
    shapes(graph.inputs(), graph.outputs());
  }

  @Override
  protected Tensor call(Tensor input) {
    return graph.run(input);
  }

  @Override
  public Map<String, Object> parts() {
    return graph.parts();
  }

  @Override
  FunctionalGraph<Tensor, Tensor> graph() {
    return graph;
  }

  @Override
  public Model copy() {
    return LayerCopies.named(this, new Functional(graph.copy()));
  }
}
