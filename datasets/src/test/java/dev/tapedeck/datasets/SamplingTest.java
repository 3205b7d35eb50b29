package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements that are drawn by weight, or left out by class. */
class SamplingTest {
  private static final Pipeline TENS =
      numbers(10).map(e -> new Example(e.x().add(10), e.y().sub(10)));

  private static int count(List<Integer> values, int from, int to) {
    return (int) values.stream().filter(value -> value >= from && value < to).count();
  }

  @Test
  void pipelinesAreDrawnByWeight() {
    Pipeline both =
        Pipeline.sampleFrom(
            List.of(numbers(10).repeat(), TENS.repeat()), new double[] {3, 1}, 7, false);
    assertEquals(Dataset.INFINITE, both.cardinality());
    List<Integer> drawn = order(both.take(8_000));
    // Of a binomial distribution with 8000 draws: mean 6000, deviation 38.7.
    assertEquals(6_000, count(drawn, 0, 10), 5 * 38.7);
    List<Integer> firsts = drawn.stream().filter(value -> value < 10).toList();
    assertEquals(
        IntStream.range(0, firsts.size()).mapToObj(i -> i % 10).toList(), firsts, "in their order");
  }

  @Test
  void oneOfWeightZeroIsNeverDrawn() {
    Pipeline both =
        Pipeline.sampleFrom(List.of(numbers(10), TENS.repeat()), new double[] {1, 0}, 7, false);
    assertEquals(10, both.cardinality());
    assertEquals(order(numbers(10)), order(both));
  }

  @Test
  void theOthersGoOnOrTheFirstEndIsTheEnd() {
    List<Pipeline> both = List.of(numbers(3), TENS);
    Pipeline all = Pipeline.sampleFrom(both, new double[0], 1, false);
    assertEquals(13, all.cardinality());
    assertEquals(13, order(all).stream().distinct().count());
    Pipeline some = Pipeline.sampleFrom(both, new double[] {9, 1}, 1, true);
    assertEquals(Dataset.UNKNOWN, some.cardinality());
    List<Integer> drawn = order(some);
    assertEquals(3, count(drawn, 0, 10));
    assertTrue(count(drawn, 10, 20) < 10);
  }

  @Test
  void everyIterationHasItsDraws() {
    Pipeline both = Pipeline.sampleFrom(List.of(numbers(10), TENS), new double[0], 1, false);
    List<Integer> first = order(both);
    assertNotEquals(first, order(both));
    assertEquals(
        first, order(Pipeline.sampleFrom(List.of(numbers(10), TENS), new double[0], 1, false)));
  }

  /** The data has classes 0, 1 and 2 in shares of 0.5, 0.4 and 0.1. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void classesComeInTheSharesThatAreWanted(boolean known) {
    double[] before = known ? new double[] {5, 4, 1} : null;
    List<Integer> classes =
        order(
            numbers(10)
                .repeat(2_000)
                .map(
                    e -> {
                      int n = (int) e.x().item();
                      int own = n < 5 ? 0 : n < 9 ? 1 : 2;
                      return new Example(e.x().mul(0).add(own), e.y().mul(0).sub(own));
                    })
                .rejectionResample(
                    e -> (int) e.x().item(), new double[] {0.25, 0.25, 0.5}, before, 3));
    // Of 20,000 elements 2,000 are of class 2, of which all are kept.
    assertEquals(2_000, count(classes, 2, 3), known ? 0 : 100);
    assertEquals(1_000, count(classes, 0, 1), 150);
    assertEquals(1_000, count(classes, 1, 2), 150);
  }

  @Test
  void aClassThatIsNotWantedIsLeftOut() {
    List<Integer> kept =
        order(
            numbers(20)
                .rejectionResample(
                    e -> (int) e.x().item() % 2, new double[] {0, 1}, new double[] {1, 1}, 3));
    assertEquals(IntStream.range(0, 10).mapToObj(i -> 2 * i + 1).toList(), kept);
  }
}
