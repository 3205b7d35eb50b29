package dev.tapedeck.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.ConcreteClasses;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.LearningRateSchedule;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Learning rates of steps against Keras's and PyTorch's, from {@code make_goldens.py}. */
class SchedulesGoldenTest {
  static Stream<Arguments> cases() {
    return Goldens.read(SchedulesGoldenTest.class, "schedules.json")
        .valueStream()
        .map(
            golden ->
                Arguments.argumentSet(
                    golden.get("schedule").asText() + golden.get("arguments"), golden));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithKeras(JsonNode golden) {
    LearningRateSchedule schedule =
        (LearningRateSchedule)
            FromConfig.construct(
                CosineDecay.class, golden.get("schedule").asText(), golden.get("arguments"));
    double[] rates = Goldens.numbers(golden.get("rates"));
    for (int step = 0; step < rates.length; step++) {
      double rate = schedule.at(Tensor.of((double) step)).item();
      assertEquals(rates[step], rate, 1e-6 * rates[step] + 1e-8, "step " + step);
    }
  }

  @Test
  void everyScheduleHasRows() {
    Set<String> schedules = ConcreteClasses.names(LearningRateSchedule.class, SGD.class);
    schedules.remove("Warmup"); // ours
    assertEquals(
        schedules,
        new TreeSet<>(
            Goldens.read(SchedulesGoldenTest.class, "schedules.json")
                .findValuesAsText("schedule")));
  }

  @Test
  void aWarmUpRisesToTheFirstRateOfTheNext() {
    LearningRateSchedule schedule = new Warmup(new ExponentialDecay(0.1, 1, 0.5), 4);
    double[] rates = {0, 0.025, 0.05, 0.075, 0.1, 0.05, 0.025};
    for (int step = 0; step < rates.length; step++) {
      assertEquals(rates[step], schedule.at(Tensor.of((double) step)).item(), 1e-12);
    }
  }
}
