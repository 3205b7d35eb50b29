package dev.tapedeck.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LineChartTest {
  private static final double NAN = Double.NaN;

  private static Document drawn(LineChart chart) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(chart.svg())));
  }

  private static List<String> texts(Document image, String element) {
    NodeList found = image.getElementsByTagName(element);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent())
        .toList();
  }

  @Test
  void drawsLinesWithGaps() throws Exception {
    Map<Integer, Double> gap = new TreeMap<>(Map.of(1, 0.5, 2, NAN, 3, 0.25, 4, 0.125));
    Document image = drawn(new LineChart("epoch", false, Map.of("a < \"b\" & c", gap)));
    assertEquals(List.of("epoch 1: 0.5", "epoch 3: 0.25", "epoch 4: 0.125"), texts(image, "title"));
    List<String> texts = texts(image, "text");
    assertTrue(texts.contains("a < \"b\" & c"), texts::toString);
    assertTrue(texts.containsAll(List.of("0.2", "0.3", "0.4", "0.5")), texts::toString);
    String path =
        image.getElementsByTagName("path").item(0).getAttributes().getNamedItem("d").getNodeValue();
    assertEquals(2, path.chars().filter(c -> c == 'M').count(), path);
    assertEquals(1, path.chars().filter(c -> c == 'L').count(), path);
  }

  @Test
  void aLogarithmicAxisHasPowersOfTen() throws Exception {
    Map<Double, Double> points = new TreeMap<>(Map.of(1e-7, 3.0, 0.1, 1.0, 10.0, 9.0, 0.0, 5.0));
    Document image = drawn(new LineChart("rate", true, Map.of("loss", points)));
    assertEquals(List.of("rate 1E-7: 3", "rate 0.1: 1", "rate 10: 9"), texts(image, "title"));
    assertTrue(texts(image, "text").containsAll(List.of("0.01", "1", "rate")));
  }

  @Test
  void nothingFiniteIsNoImage() {
    assertEquals("", new LineChart("epoch", false, Map.of()).svg());
    assertEquals("", new LineChart("epoch", false, Map.of("loss", Map.of(1, NAN))).svg());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "5, 5", "1e9, 1.0000000000000002e9", "-1e300, 1e300", "1e-320, 2e-320"})
  void anyRangeIsDrawn(double low, double high) throws Exception {
    Map<Integer, Double> points = new TreeMap<>(Map.of(1, low, 2, high));
    Document image = drawn(new LineChart("epoch", false, Map.of("loss", points)));
    assertEquals(2, texts(image, "title").size());
    assertTrue(texts(image, "text").size() < 20);
    assertFalse(new LineChart("epoch", false, Map.of("loss", points)).svg().contains("NaN"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1000, 1000",
    "123456, 123500",
    "1234567, 1.235E+6",
    "0.00012344, 0.0001234",
    "1e-7, 1E-7",
    "NaN, NaN"
  })
  void numbersHaveFourDigits(double number, String text) {
    assertEquals(text, LineChart.number(number));
  }
}
