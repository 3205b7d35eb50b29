package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.LayerGraph;
import dev.tapedeck.train.Trainable;
import java.util.Map;

/**
 * Callback that records the graph of the model's layers, once, after the first step has built them.
 */
final class ModelGraph implements Callback {
  private final RunWriters runs;
  private boolean written;

  ModelGraph(RunWriters runs) {
    this.runs = runs;
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int batch, Map<String, Double> logs) {
    if (!written && !runs.train().isResumed()) {
      LayerGraph graph = model.layerGraph();
      // TensorBoard first shows the graph of ops, and fails if there is only a Keras graph.
      runs.train().graph(LayerNodes.graphDef(graph));
      runs.train().kerasGraph(KerasGraph.json(graph), 0);
      written = true;
    }
  }
}
