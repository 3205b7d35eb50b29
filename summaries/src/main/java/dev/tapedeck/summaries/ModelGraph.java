package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.LayerGraph;
import dev.tapedeck.train.Model;
import java.util.Map;

/** The graph of the model's layers, once, after the first step has built them. */
final class ModelGraph implements Callback {
  private final Runs runs;
  private boolean written;

  ModelGraph(Runs runs) {
    this.runs = runs;
  }

  @Override
  public void onTrainBatchEnd(Model model, int batch, Map<String, Double> logs) {
    if (!written && !runs.train().isResumed()) {
      LayerGraph graph = model.layerGraph();
      // TensorBoard opens with a graph of ops, and fails where there is only one of Keras's.
      runs.train().graph(LayerNodes.graphDef(graph));
      runs.train().kerasGraph(KerasGraph.json(graph), 0);
      written = true;
    }
  }
}
