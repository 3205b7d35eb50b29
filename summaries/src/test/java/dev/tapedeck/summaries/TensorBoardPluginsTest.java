package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.summaries.proto.GraphDef;
import dev.tapedeck.summaries.proto.NodeDef;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each of TensorBoard's dashboards gets what was recorded for it. */
class TensorBoardPluginsTest {
  private static final String RUN = "run";
  private static final String TRAIN = "train";
  private static final String FUNCTION = "function";
  private static final String FINISHED =
      """
      {"startIndex": 0, "sliceSize": 10, "allowedStatuses": ["STATUS_SUCCESS"], "colParams": []}""";

  @TempDir static Path temp;
  private static final ConcreteFunction STEP = GraphNodesTest.nested();
  private static TensorBoardServer server;

  @BeforeAll
  static void start() throws Exception {
    Python.command();
    Path logdir = temp.resolve("logs");
    Toy.Classifier model = Toy.compiled(new Toy.Classifier());
    TensorBoard board =
        new TensorBoard(logdir)
            .batchScalarsEvery(2)
            .histogramsEvery(1)
            .samples(Toy.repeat(Toy.images(), 1));
    model.fit(
        Toy.repeat(Toy.images(), 4),
        FitOptions.epochs(2)
            .validation(Toy.repeat(Toy.images(), 1))
            .verbosity(Verbosity.SILENT)
            .callback(board));
    try (var writer = SummaryWriter.open(logdir)) {
      writer.hparams(new HParams().interval("rate", 0, 1).metric("epoch_loss", "validation"));
    }
    try (var writer = SummaryWriter.open(logdir.resolve(FUNCTION))) {
      writer.graph(STEP);
    }
    OtherKinds.write(logdir.resolve(RUN));
    server = TensorBoardServer.start(temp, logdir);
    awaitTheLastOfEachRun();
  }

  private static void awaitTheLastOfEachRun() throws Exception {
    server.await(
        images -> images.size() == 2,
        "data/plugin/images/images",
        "run",
        TRAIN,
        "tag",
        "samples/images",
        "sample",
        "0");
    server.await(
        points -> points.size() == 2,
        "data/plugin/scalars/scalars",
        "run",
        "validation",
        "tag",
        "evaluation_loss_vs_iterations");
    server.await(
        experiment -> experiment.path("hparamInfos").path(0).has("domainInterval"),
        "data/plugin/hparams/experiment",
        "request",
        "{}");
    server.await(
        groups -> groups.path("sessionGroups").size() == 1,
        "data/plugin/hparams/session_groups",
        "request",
        FINISHED);
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  /** Asks a plugin about a tag of a run. */
  private static JsonNode ask(String plugin, String what, String run, String tag) throws Exception {
    return server.json("data/plugin/" + plugin + "/" + what, "run", run, "tag", tag);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  @Test
  void allAreEnabled() throws Exception {
    List<String> plugins =
        List.of(
            "scalars",
            "custom_scalars",
            "images",
            "audio",
            "graphs",
            "distributions",
            "histograms",
            "text",
            "pr_curves",
            "hparams",
            "mesh",
            "projector");
    server.await(
        listing -> plugins.stream().allMatch(p -> listing.path(p).path("enabled").asBoolean()),
        "data/plugins_listing");
  }

  @Test
  void scalars() throws Exception {
    JsonNode tags = server.json("data/plugin/scalars/tags");
    assertTrue(tags.get("validation").has("epoch_loss"), tags::toString);
    JsonNode points = ask("scalars", "scalars", TRAIN, "batch_loss");
    assertEquals(4, points.size());
    assertEquals(
        List.of(2, 8), List.of(points.get(0).get(1).asInt(), points.get(3).get(1).asInt()));
    assertTrue(points.get(0).get(2).asDouble() < Math.log(3) + 1e-6, points::toString);
    assertTrue(points.get(3).get(2).asDouble() < points.get(0).get(2).asDouble(), points::toString);
  }

  @Test
  void histogramsAndDistributions() throws Exception {
    JsonNode histogram = ask("histograms", "histograms", RUN, "evenly").get(0);
    assertEquals(7, histogram.get(1).asInt());
    assertEquals("[[0.0,1.5,2.0],[1.5,3.0,2.0]]", histogram.get(2).toString());
    JsonNode weights = ask("histograms", "histograms", TRAIN, "logits/kernel/histogram");
    assertEquals(
        List.of(0, 1), List.of(weights.get(0).get(1).asInt(), weights.get(1).get(1).asInt()));
    double count = 0;
    for (JsonNode bucket : weights.get(1).get(2)) {
      count += bucket.get(2).asDouble();
    }
    assertEquals(12, count);

    JsonNode quantiles = ask("distributions", "distributions", RUN, "evenly").get(0).get(2);
    assertEquals("[0,0.0]", quantiles.get(0).toString());
    assertEquals("[5000,1.5]", quantiles.get(4).toString());
    assertEquals("[10000,3.0]", quantiles.get(8).toString());
  }

  @Test
  void images() throws Exception {
    JsonNode samples = server.json("data/plugin/images/tags").get(TRAIN).get("samples/images");
    assertEquals(3, samples.get("samples").asInt());
    JsonNode images =
        server.json(
            "data/plugin/images/images", "run", TRAIN, "tag", "samples/images", "sample", "1");
    assertEquals(2, images.size());
    String query = images.get(1).get("query").asText();
    byte[] png = server.bytes("data/plugin/images/individualImage?" + query);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(4, image.getWidth());
    assertEquals(0xff000000, image.getRGB(1, 1));
    assertEquals(0xffffffff, image.getRGB(2, 1));
  }

  @Test
  void audio() throws Exception {
    JsonNode clips =
        server.json("data/plugin/audio/audio", "run", RUN, "tag", "tone", "sample", "0");
    assertEquals(2, clips.get(0).get("step").asInt());
    String query = clips.get(0).get("query").asText();
    byte[] wav = server.bytes("data/plugin/audio/individualAudio?" + query);
    try (AudioInputStream sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(wav))) {
      assertEquals(8000, sound.getFormat().getSampleRate());
      assertEquals(4, sound.getFrameLength());
    }
  }

  @Test
  void texts() throws Exception {
    JsonNode tables = ask("text", "text", TRAIN, "samples/predictions");
    assertEquals(2, tables.size());
    String html = tables.get(1).get("text").asText();
    assertTrue(html.contains("<th>probability</th>"), html);
    assertTrue(html.contains("<td>2</td>"), html);
  }

  @Test
  void graphs() throws Exception {
    JsonNode info = server.json("data/plugin/graphs/info").get(TRAIN);
    assertTrue(info.get("run_graph").asBoolean());
    assertTrue(info.get("tags").get("keras").get("conceptual_graph").asBoolean());
    String nodes = graph("run", TRAIN, "conceptual", "false");
    assertTrue(nodes.contains("name: \"logits\" op: \"Linear\" input: \"input_layer\""), nodes);
    assertTrue(nodes.contains("shape { dim { size: -1 } dim { size: 3 } }"), nodes);
    String keras = graph("run", TRAIN, "tag", "keras", "conceptual", "true");
    assertTrue(
        keras.contains("name: \"classifier/logits\" input: \"classifier/input_layer\""), keras);
  }

  @Test
  void graphsOfFunctions() throws Exception {
    assertTrue(server.json("data/plugin/graphs/info").get(FUNCTION).get("run_graph").asBoolean());
    String served = graph("run", FUNCTION, "conceptual", "false");
    for (NodeDef node : GraphDef.parseFrom(GraphNodes.graphDef(STEP.graphs())).getNodeList()) {
      StringBuilder text = new StringBuilder("node { name: \"" + node.getName() + "\" ");
      text.append("op: \"").append(node.getOp()).append("\" ");
      node.getInputList().forEach(input -> text.append("input: \"").append(input).append("\" "));
      assertTrue(served.contains(text + "attr {"), () -> text + " is not in " + served);
    }
  }

  /** Returns a graph as protocol buffers' text, on one line. */
  private static String graph(String... query) throws Exception {
    byte[] graph = server.bytes("data/plugin/graphs/graph", query);
    return new String(graph, StandardCharsets.UTF_8).replaceAll("\\s+", " ");
  }

  @Test
  void hyperparameters() throws Exception {
    JsonNode groups =
        server.json("data/plugin/hparams/session_groups", "request", FINISHED).get("sessionGroups");
    assertEquals(1, groups.size());
    JsonNode values = groups.get(0).get("hparams");
    assertEquals(0.5, values.get("rate").asDouble());
    assertEquals("sgd", values.get("optimizer").asText());
    JsonNode experiment = server.json("data/plugin/hparams/experiment", "request", "{}");
    assertEquals("rate", experiment.get("hparamInfos").get(0).get("name").asText());
  }

  @Test
  void curvesOfPrecisionAndRecall() throws Exception {
    JsonNode curve = ask("pr_curves", "pr_curves", RUN, "digit/pr_curves").get(RUN).get(0);
    assertEquals(4, curve.get("step").asInt());
    // TensorBoard leaves out thresholds that nothing reaches.
    assertEquals("[2,1]", counts(curve, "true_positives"));
    assertEquals("[1,1]", counts(curve, "false_positives"));
    assertEquals(0.5, curve.get("precision").get(1).asDouble(), 1e-6);
  }

  private static String counts(JsonNode curve, String what) {
    return texts(curve.get(what)).toString().replace(".0", "").replace(" ", "");
  }

  @Test
  void customScalars() throws Exception {
    JsonNode category = server.json("data/plugin/custom_scalars/layout").get("category").get(0);
    assertEquals("losses", category.get("title").asText());
    assertEquals("both", category.get("chart").get(0).get("title").asText());
    JsonNode scalars = ask("custom_scalars", "scalars", RUN, "epoch_.*").get("tag_to_events");
    assertEquals(0.25, scalars.get("epoch_loss").get(0).get(2).asDouble());
  }

  @Test
  void meshes() throws Exception {
    JsonNode parts =
        server.json("data/plugin/mesh/meshes", "run", RUN, "tag", "shape", "sample", "0");
    assertEquals(2, parts.size());
    byte[] vertices =
        server.bytes(
            "data/plugin/mesh/data",
            "run",
            RUN,
            "tag",
            "shape",
            "content_type",
            "VERTEX",
            "sample",
            "0",
            "step",
            "5");
    ByteBuffer numbers = ByteBuffer.wrap(vertices).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(9, numbers.asFloatBuffer().remaining());
    assertEquals(2, numbers.asFloatBuffer().get(7));
  }

  @Test
  void embeddings() throws Exception {
    server.await(runs -> texts(runs).contains(RUN), "data/plugin/projector/runs");
    JsonNode info = server.json("data/plugin/projector/info", "run", RUN);
    assertEquals("points", info.get("embeddings").get(0).get("tensorName").asText());
    byte[] tensor = server.bytes("data/plugin/projector/tensor", "run", RUN, "name", "points");
    ByteBuffer numbers = ByteBuffer.wrap(tensor).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(6, numbers.asFloatBuffer().get(5));
    byte[] labels = server.bytes("data/plugin/projector/metadata", "run", RUN, "name", "points");
    assertEquals(
        List.of("one", "two"), new String(labels, StandardCharsets.UTF_8).lines().toList());
  }
}
