package dev.tapedeck.savedmodel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.function.Graph;
import dev.tapedeck.function.Node;
import dev.tapedeck.function.OpDescription;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.WireNames;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which ops are exported; {@link AgreementTest} runs them. */
class OpRowsTest {
  /**
   * Ops without a row: what inlining leaves out, only gradients use, draws random numbers, or
   * TensorFlow lacks.
   */
  private static final String REFUSED =
      """
      Alias.1
      AssignPointwise.1
      AssignSlice.1
      AveragePoolGradient.1
      ChannelSums.1
      ConvBackwardFilter.1
      ConvBackwardInput.1
      Count.1
      CtcBeamSearch.1
      CustomGradient.1
      DotProductAttentionGradient.1
      GatherGradient.1
      GraphCall.1
      InferenceOnlyGraph.1
      InferenceOnlyGraph.2
      LabelProbability.1
      LinearRecurrence.1
      LossWatch.1
      MaxPoolGradient.1
      MaxPoolPick.1
      NextRandomKey.1
      PseudoInverse.1
      PutAlongAxis.1
      RandomBinomial.1
      RandomDraw.1
      RandomFoldIn.1
      RandomGamma.1
      RandomPermutation.1
      RecurrentStepsGradient.1
      ReducePointwise.1
      SliceGradient.1
      SparseCrossEntropy.1
      SparseCrossEntropyGradient.1
      WithMask.1
      """;

  /** Returns the names in files of ops, of which a new one needs a row, or a line here. */
  private static Set<String> ops() throws IOException {
    Properties table = new Properties();
    try (InputStream in =
        Op.class.getResourceAsStream("/META-INF/tapedeck/wire-names.properties")) {
      table.load(in);
    }
    Set<String> ops = new TreeSet<>();
    for (String name : table.stringPropertyNames()) {
      Class<?> type = WireNames.find(name);
      if (Op.class.isAssignableFrom(type)
          || SerializableOp.Definition.class.isAssignableFrom(type)) {
        ops.add(name);
      }
    }
    return ops;
  }

  @Test
  void everyOpHasRowOrIsRefused() throws Exception {
    Set<String> refused = ops();
    refused.removeAll(OpRows.all().keySet());
    assertEquals(REFUSED, String.join("\n", refused) + "\n");
  }

  @Test
  void everyRowIsTested() {
    Set<String> tested = new TreeSet<>();
    for (OpsTable.Row row : OpsTable.rows().values()) {
      add(row.traced().definition().graph().inlined(), tested);
    }
    assertEquals(new TreeSet<>(OpRows.all().keySet()), tested);
  }

  private static void add(Graph graph, Set<String> names) {
    for (Node node : graph.nodes()) {
      names.add(OpDescription.of(node.op()).name());
    }
  }
}
