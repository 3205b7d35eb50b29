package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.order;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Training and validation examples stay apart in all epochs. */
class SplitTest {
  private static final Pipeline RESHUFFLED = numbers(50).shuffle(50, 1);
  private static final Pipeline FIXED = numbers(50).shuffle(50, 1, false);

  @Test
  void partsOfAFixedOrderStayApart() {
    Pipeline train = FIXED.skip(10).shuffle(40, 2);
    Pipeline validation = FIXED.take(10);
    Set<Integer> held = new HashSet<>(order(validation));
    Set<List<Integer>> orders = new HashSet<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      assertEquals(held, new HashSet<>(order(validation)));
      List<Integer> trained = order(train);
      assertEquals(40, trained.size());
      assertTrue(Collections.disjoint(held, trained));
      orders.add(trained);
    }
    assertEquals(3, orders.size(), "the training part is shuffled anew");
  }

  static Stream<Arguments> mixed() {
    Pipeline batches = FIXED.batch(5).shuffle(10, 1);
    return Stream.of(
        Arguments.of(RESHUFFLED.skip(10), RESHUFFLED.take(10)),
        Arguments.of(RESHUFFLED.take(40), RESHUFFLED.skip(40)),
        Arguments.of(RESHUFFLED.skip(10).take(30).batch(4), RESHUFFLED.take(10).batch(5)),
        Arguments.of(
            RESHUFFLED.map(e -> e).prefetch(2).skip(10).shuffle(9, false).repeat(2).batch(4),
            RESHUFFLED.take(10).map(e -> e).batch(5).prefetch(1)),
        Arguments.of(
            RESHUFFLED.shuffle(5, 1, false).skip(10), RESHUFFLED.shuffle(5, 1, false).take(10)),
        Arguments.of(batches.skip(2), batches.take(2)));
  }

  @ParameterizedTest
  @MethodSource("mixed")
  void partsThatMixAreRefused(Pipeline train, Pipeline validation) {
    Model model = new Constant();
    model.compile(new Still(), Losses.meanSquaredError());
    assertEquals(
        "fit: training and validation take and skip examples of one pipeline that is shuffled anew"
            + " at every iteration, so that each epoch would train on what others validate; keep"
            + " the order with shuffle(buffer, false), and shuffle the training part again after"
            + " take or skip",
        assertThrows(
                IllegalArgumentException.class,
                () -> model.fit(train, FitOptions.epochs(2).validation(validation)))
            .getMessage());
  }

  static Stream<Arguments> apart() {
    return Stream.of(
        Arguments.of(FIXED.skip(10).shuffle(40), FIXED.take(10)),
        Arguments.of(FIXED.skip(10).shuffle(40).take(20), FIXED.take(10).shuffle(10)),
        Arguments.of(numbers(50).skip(10).shuffle(40), numbers(50).take(10)),
        Arguments.of(RESHUFFLED.take(40), numbers(50).shuffle(50, 2).skip(40)),
        Arguments.of(RESHUFFLED, RESHUFFLED.take(10)),
        Arguments.of(RESHUFFLED.take(40), RESHUFFLED.take(10)),
        Arguments.of(RESHUFFLED.batch(5), numbers(9).skip(3)));
  }

  @ParameterizedTest
  @MethodSource("apart")
  void othersAreNot(Pipeline train, Pipeline validation) {
    assertDoesNotThrow(() -> validation.requireApartFrom(train));
  }

  private static final class Constant extends Model {
    private final Variable weight = Variable.of(1f);

    @Override
    protected Tensor call(Tensor inputs) {
      return weight.mul(inputs);
    }
  }

  private static final class Still extends Optimizer {
    Still() {
      super(1);
    }

    @Override
    protected void update(Variable variable, Tensor gradient) {}
  }
}
