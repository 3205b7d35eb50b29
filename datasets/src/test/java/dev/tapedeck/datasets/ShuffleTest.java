package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.next;
import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.numbersOf;
import static dev.tapedeck.datasets.Steps.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.random.RandomKey;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShuffleTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void permutesWithinTheBuffer(boolean tensors) {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int count = random.nextInt(40);
      int buffer = random.nextInt(1, 50);
      Pipeline source = tensors ? numbers(count).map(e -> e) : numbers(count);
      List<Integer> order = order(source.shuffle(buffer, seed));
      assertEquals(range(count), order.stream().sorted().toList());
      for (int place = 0; place < count; place++) {
        assertTrue(order.get(place) <= place + buffer - 1, buffer + ": " + order);
      }
    }
  }

  @Test
  void aBufferOfOneChangesNothing() {
    assertEquals(range(10), order(numbers(10).shuffle(1, 5)));
  }

  /** Orders are part of what a seed promises: a new version must not change them by accident. */
  @Test
  void golden() {
    Pipeline shuffled = numbers(10).shuffle(10, 7);
    assertEquals(List.of(5, 0, 4, 7, 3, 1, 6, 9, 2, 8), order(shuffled));
    assertEquals(List.of(1, 4, 6, 7, 9, 5, 3, 0, 2, 8), order(shuffled));
    assertEquals(List.of(1, 0, 2, 4, 5, 3, 7, 6, 9, 8), order(numbers(10).shuffle(3, 7)));
  }

  @Test
  void everyFirstElementIsEquallyLikely() {
    int[] counts = new int[8];
    Pipeline shuffled = numbers(8).shuffle(8, 3);
    for (int i = 0; i < 4_000; i++) {
      counts[order(shuffled.take(1)).getFirst()]++;
      shuffled = numbers(8).shuffle(8, i);
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - 500.0) * (count - 500.0) / 500;
    }
    assertTrue(chiSquare < 24.3, "7 degrees of freedom, 0.1 %: " + chiSquare);
  }

  @Test
  void theSameSeedGivesTheSameOrders() {
    Pipeline one = numbers(50).shuffle(20, 1).repeat(2).batch(4);
    Pipeline two = numbers(50).shuffle(20, 1).repeat(2).batch(4);
    Pipeline other = numbers(50).shuffle(20, 2).repeat(2).batch(4);
    for (int epoch = 0; epoch < 3; epoch++) {
      List<List<Integer>> expected = numbersOf(one);
      assertEquals(expected, numbersOf(two));
      assertNotEquals(expected, numbersOf(other));
    }
  }

  @Test
  void theSameOrdersForNumbersAndTensors() {
    assertEquals(
        order(numbers(50).shuffle(20, 1).repeat(2)),
        order(numbers(50).map(e -> e).shuffle(20, 1).repeat(2).prefetch(3)));
  }

  @Test
  void everyIterationAndRepetitionHasAnotherOrder() {
    Pipeline repeated = numbers(20).shuffle(20, 1).repeat(2);
    List<Integer> one = order(repeated);
    List<Integer> two = order(repeated);
    List<List<Integer>> orders =
        List.of(one.subList(0, 20), one.subList(20, 40), two.subList(0, 20), two.subList(20, 40));
    assertEquals(4, orders.stream().distinct().count());
    for (List<Integer> order : orders) {
      assertEquals(range(20), order.stream().sorted().toList());
    }
  }

  /** Neither does it matter how far a thread got with the iteration before. */
  @Test
  void anAbandonedIterationIsOneIteration() {
    Pipeline calm = numbers(5).shuffle(5, 1).repeat();
    Pipeline hasty = numbers(5).shuffle(5, 1).repeat().prefetch(20);
    for (int epoch = 0; epoch < 3; epoch++) {
      assertEquals(
          next(calm.iterator(), 13, Steps::numbersOf),
          next(hasty.iterator(), 13, Steps::numbersOf));
    }
  }

  @Test
  void withoutASeedTheProcessesCounts() {
    RandomKey.seed(5);
    List<Integer> first = order(numbers(20).shuffle(20));
    List<Integer> second = order(numbers(20).shuffle(20));
    RandomKey.seed(5);
    assertEquals(first, order(numbers(20).shuffle(20)));
    assertEquals(second, order(numbers(20).shuffle(20)));
    assertNotEquals(first, second);
  }

  @Test
  void withoutReshufflingAllHaveTheFirstOrder() {
    List<Integer> first = order(numbers(20).shuffle(20, 1));
    Pipeline fixed = numbers(20).shuffle(20, 1, false);
    for (int i = 0; i < 3; i++) {
      assertEquals(first, order(fixed));
    }
    List<Integer> repeated = order(numbers(20).map(e -> e).shuffle(20, 1, false).repeat(2));
    assertEquals(first, repeated.subList(0, 20));
    assertEquals(first, repeated.subList(20, 40));
    RandomKey.seed(5);
    List<Integer> unseeded = order(numbers(20).shuffle(20));
    RandomKey.seed(5);
    Pipeline fixedUnseeded = numbers(20).shuffle(20, false);
    assertEquals(unseeded, order(fixedUnseeded));
    assertEquals(unseeded, order(fixedUnseeded));
  }

  @Test
  void mixesRepetitionsThatComeBeforeIt() {
    List<Integer> order = order(numbers(40).repeat(2).shuffle(80, 1));
    assertEquals(order(numbers(40)), order.stream().distinct().sorted().toList());
    assertEquals(80, order.size());
    assertTrue(order.subList(0, 40).stream().distinct().count() < 40);
  }

  private static List<Integer> range(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
