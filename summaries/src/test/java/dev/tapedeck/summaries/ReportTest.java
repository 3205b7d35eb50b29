package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Trainable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page of a report, read as a browser does. */
class ReportTest {
  private static final String CONFUSION = "//table[@class='confusion']//td[@style]";
  private static final String WORST = "//div[@class='worst']/figure";

  @TempDir Path temp;

  private Path file() {
    return temp.resolve("run.html");
  }

  /** Batches of 20 random images of 4 x 5 pixels, which have one of 3 classes. */
  private static Dataset images(boolean oneHot) {
    Random random = new Random(7);
    List<Example> batches = new ArrayList<>();
    for (int batch = 0; batch < 2; batch++) {
      float[][][][] pixels = new float[20][4][5][1];
      int[] classes = new int[20];
      float[][] rows = new float[20][3];
      for (int i = 0; i < 20; i++) {
        classes[i] = random.nextInt(3);
        rows[i][classes[i]] = 1;
        for (float[][] row : pixels[i]) {
          for (float[] pixel : row) {
            pixel[0] = random.nextFloat();
          }
        }
      }
      batches.add(new Example(Tensor.of(pixels), oneHot ? Tensor.of(rows) : Tensor.of(classes)));
    }
    return dataset(batches);
  }

  private static Dataset dataset(List<Example> batches) {
    return new Dataset() {
      @Override
      public long cardinality() {
        return batches.size();
      }

      @Override
      public Iterator<Example> iterator() {
        return batches.iterator();
      }
    };
  }

  /** Logits or numbers of all pixels. */
  private static final class Flat extends Model {
    private final Linear outputs;

    Flat(int units) {
      outputs = new Linear(units);
    }

    @Override
    protected Tensor call(Tensor x) {
      return outputs.apply(x.reshape(x.shape().size(0), -1));
    }
  }

  private static Model compiled(int units, double rate, Loss loss) {
    Model model = new Flat(units);
    model.compile(new Descent(rate), loss);
    return model;
  }

  private static Model classifier() {
    return compiled(3, 0.1, Losses.sparseCategoricalCrossentropy().fromLogits());
  }

  private static FitOptions options(int epochs, Callback... callbacks) {
    FitOptions options = FitOptions.epochs(epochs).verbosity(FitOptions.Verbosity.SILENT);
    for (Callback callback : callbacks) {
      options = options.callback(callback);
    }
    return options;
  }

  /** Returns the page, which must be well-formed but for elements that have no end. */
  private Document page() throws Exception {
    String html =
        Files.readString(file())
            .replace("<!doctype html>", "")
            .replaceAll("<(meta|img|br)\\b([^>]*)>", "<$1$2/>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  private static List<String> texts(Document page, String path) throws Exception {
    NodeList found =
        (NodeList)
            XPathFactory.newInstance().newXPath().evaluate(path, page, XPathConstants.NODESET);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent())
        .toList();
  }

  private static double loss(String example) {
    return Double.parseDouble(example.substring(example.lastIndexOf(' ') + 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void showsATraining(boolean oneHot) throws Exception {
    Dataset data = images(oneHot);
    Model model =
        oneHot ? compiled(3, 0.1, Losses.categoricalCrossentropy().fromLogits()) : classifier();
    String title = "<Digits> & \"more\"\u0001";
    Report report =
        new Report(file()).title(title).settings(Map.of("rate<", "0.1 & 2")).examples(data);
    Callback adding =
        new Callback() {
          @Override
          public void onEpochEnd(Trainable<?, ?> m, int epoch, Map<String, Double> logs) {
            logs.put("a<b", epoch + 0.25);
          }
        };
    History history = model.fit(data, options(3, adding, report).validation(images(oneHot)));
    Document page = page();
    assertEquals(List.of("<Digits> & \"more\""), texts(page, "//head/title"));
    assertEquals(List.of("<Digits> & \"more\""), texts(page, "//h1"));
    assertEquals(List.of("loss", "a<b"), texts(page, "//div[@class='charts']/figure/figcaption"));
    assertEquals(2, texts(page, "//figure/*[local-name()='svg']").size());
    assertEquals(List.of("rate<", "0.1 & 2"), texts(page, "//table[not(@class)]//tr[th and td]/*"));
    List<String> names = texts(page, "(//table)[1]//th");
    assertEquals(List.of("epoch", "loss", "val_loss", "a<b"), names);
    List<String> cells = texts(page, "(//table)[1]//td");
    for (int epoch = 0; epoch < 3; epoch++) {
      assertEquals(Integer.toString(epoch + 1), cells.get(epoch * names.size()));
      for (int i = 1; i < names.size(); i++) {
        double value = history.history().get(names.get(i)).get(epoch);
        double shown = Double.parseDouble(cells.get(epoch * names.size() + i));
        assertEquals(value, shown, Math.abs(value) * 1e-3);
      }
    }
    List<String> counts = texts(page, CONFUSION);
    assertEquals(9, counts.size());
    assertEquals(40, counts.stream().filter(x -> !x.isEmpty()).mapToInt(Integer::parseInt).sum());
    List<String> worst = texts(page, WORST);
    assertEquals(24, worst.size());
    assertTrue(
        worst.getFirst().matches("label \\dpredicted \\d \\(\\d+ %\\)loss [\\d.]+"),
        worst::toString);
    List<Double> losses = worst.stream().map(ReportTest::loss).toList();
    assertEquals(losses.stream().sorted(Comparator.reverseOrder()).toList(), losses);
    List<String> sources = texts(page, WORST + "/img/@src");
    assertEquals(24, sources.size());
    for (String source : sources) {
      String prefix = "data:image/png;base64,";
      assertTrue(source.startsWith(prefix), source);
      byte[] png = Base64.getDecoder().decode(source.substring(prefix.length()));
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
      assertEquals(5, image.getWidth());
      assertEquals(4, image.getHeight());
    }
    String summary = texts(page, "//pre").getFirst();
    assertTrue(summary.contains("outputs (Linear)"), summary);
    try (var files = Files.list(temp)) {
      assertEquals(List.of(file()), files.toList());
    }
  }

  @Test
  void regressionHasNoClasses() throws Exception {
    Random random = new Random(3);
    float[][] x = new float[30][4];
    float[][] y = new float[30][2];
    for (int i = 0; i < 30; i++) {
      for (int k = 0; k < 4; k++) {
        x[i][k] = random.nextFloat();
        y[i][k % 2] += x[i][k];
      }
    }
    Dataset data = dataset(List.of(new Example(Tensor.of(x), Tensor.of(y))));
    Model model = compiled(2, 0.1, Losses.meanSquaredError());
    model.fit(data, options(2, new Report(file()).examples(data)));
    Document page = page();
    assertEquals(List.of(), texts(page, CONFUSION));
    List<String> worst = texts(page, WORST);
    assertEquals(24, worst.size());
    String number = "-?\\d\\.\\d{4}";
    String numbers = number + ", " + number;
    assertTrue(
        worst.getFirst().matches("label " + numbers + "predicted " + numbers + "loss [\\d.E-]+"),
        worst::toString);
    assertEquals(List.of(), texts(page, "//img"));
  }

  @Test
  void lossesThatAreNotFiniteAreShown() throws Exception {
    Dataset data = images(false);
    Model model = compiled(3, 0.1, (labels, predictions) -> predictions.sum(1).mul(Float.NaN));
    try (Log _ = new Log()) {
      model.fit(data, options(2, new Report(file()).examples(data)));
    }
    Document page = page();
    assertEquals(List.of(), texts(page, "//*[local-name()='svg']"));
    assertEquals(List.of("1", "NaN", "2", "NaN"), texts(page, "(//table)[1]//td"));
    assertTrue(texts(page, WORST).getFirst().endsWith("loss NaN"));
  }

  @Test
  void examplesWithoutLabelsOrALossOfEachAreLeftOut() throws Exception {
    Dataset data = images(false);
    Model mean = compiled(3, 0.1, (labels, predictions) -> predictions.mul(predictions).mean());
    mean.fit(data, options(1, new Report(file()).examples(data)));
    Document page = page();
    assertEquals(9, texts(page, CONFUSION).size());
    assertEquals(List.of(), texts(page, WORST));
    Tensor inputs = data.iterator().next().x();
    Dataset unlabelled = dataset(List.of(new Example(inputs, (Tensor) null)));
    mean.fit(data, options(1, new Report(file()).examples(unlabelled)));
    assertEquals(List.of(), texts(page(), CONFUSION));
  }

  @Test
  void labelsThatAreNoClassDoNotCount() throws Exception {
    Example batch = images(false).iterator().next();
    int[] labels = IntStream.range(0, 20).map(i -> i % 5 - 1).toArray(); // -1 to 3
    Dataset data = dataset(List.of(new Example(batch.x(), Tensor.of(labels))));
    Model model = compiled(3, 0.1, (expected, predictions) -> predictions.mul(predictions).mean(1));
    model.fit(data, options(1, new Report(file()).examples(data)));
    List<String> counts = texts(page(), CONFUSION);
    assertEquals(12, counts.stream().filter(x -> !x.isEmpty()).mapToInt(Integer::parseInt).sum());
  }

  /** Two outputs of one input. */
  record Two(Tensor a, Tensor b) {}

  private static final class Forked extends ModelOf<Tensor, Two> {
    private final Linear first = new Linear(1);
    private final Linear second = new Linear(1);

    @Override
    protected Two call(Tensor x) {
      return new Two(first.apply(x), second.apply(x));
    }
  }

  @Test
  void severalOutputsHaveNoExamples() throws Exception {
    Forked model = new Forked();
    model.compile(
        new Descent(0.1),
        Objective.of("a", Losses.meanSquaredError()).and("b", Losses.meanAbsoluteError()));
    Tensor x = Tensor.of(new float[][] {{1}, {2}});
    Dataset data = dataset(List.of(new Example(x, new Two(x, x))));
    model.fit(data, options(2, new Report(file()).examples(data)));
    Document page = page();
    assertTrue(texts(page, "//figcaption").contains("loss"));
    assertEquals(List.of(), texts(page, WORST));
  }

  @Test
  void isWrittenFromTheBeginOnAndAnewForEachTraining() throws Exception {
    List<List<String>> seen = new ArrayList<>();
    Report report = new Report(file());
    Callback reading =
        new Callback() {
          private void read() {
            try {
              seen.add(texts(page(), "//p"));
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }

          @Override
          public void onTrainBegin(Trainable<?, ?> m, Plan plan) {
            read();
          }

          @Override
          public void onEpochEnd(Trainable<?, ?> m, int epoch, Map<String, Double> logs) {
            read();
          }
        };
    Model model = classifier();
    model.fit(images(false), options(2, report, reading));
    assertEquals(List.of(List.of("No epoch has ended yet."), List.of(), List.of()), seen);
    model.fit(images(false), options(1, report));
    assertEquals(2, texts(page(), "(//table)[1]//td").size()); // one epoch, its number and loss
  }

  @Test
  void anInterruptedEpochDoesNotCount() throws Exception {
    Model model = classifier();
    Callback stopping =
        new Callback() {
          @Override
          public void onTrainBatchEnd(Trainable<?, ?> m, int step, Map<String, Double> logs) {
            if (m.progress().epoch() == 1 && step == 0) {
              m.stopTraining();
            }
          }
        };
    model.fit(images(false), options(3, stopping, new Report(file())));
    assertEquals("1", texts(page(), "(//table)[1]//td").getFirst());
    assertEquals(2, texts(page(), "(//table)[1]//td").size());
  }

  @Test
  void aFileInAMissingFolderIsRefused() throws IOException {
    Path missing = temp.resolve("none").resolve("run.html");
    for (Path refused : List.of(missing, temp)) {
      assertEquals(
          "Report: needs a file in a folder that exists, received "
              + refused
              + "; create the folder first",
          assertThrows(IllegalArgumentException.class, () -> new Report(refused)).getMessage());
    }
    assertFalse(Files.exists(missing.getParent()));
  }
}
