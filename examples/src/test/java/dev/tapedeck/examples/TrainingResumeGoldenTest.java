package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Trainable;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The trainings of {@link TrainingGoldenTest}, saved within an epoch and resumed by a new model: to
 * the last bit as without a break.
 */
class TrainingResumeGoldenTest {
  @TempDir private Path folder;

  static Stream<Arguments> cases() {
    return TrainingGoldenTest.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void endsAsWithoutABreak(String name, GoldenData data, JsonNode golden, boolean eagerly) {
    Run whole = new Run(name, data, golden, eagerly);
    History expected = whole.fit();
    Run first = new Run(name, data, golden, eagerly);
    Path prefix = folder.resolve("checkpoint");
    first.fit(
        new Callback() {
          @Override
          public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
            if (model.progress().epoch() == 2 && step == 1) {
              model.progress().saveAfterCallbacks(() -> first.checkpoint().write(prefix));
              model.stopTraining();
            }
          }
        });
    Run second = new Run(name, data, golden, eagerly);
    History resumed =
        second.fit(
            new Callback() {
              @Override
              public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
                second.checkpoint().restore(prefix);
              }
            });
    assertEquals(expected.epochs().subList(2, 4), resumed.epochs());
    for (String path : whole.model.namedVariables().keySet()) {
      assertArrayEquals(whole.weights(path), second.weights(path), path);
    }
  }

  /** A training in what would be a process of its own. */
  private static final class Run {
    private final Trainable<?, ?> model;
    private final Pipeline train;
    private final Pipeline validation;
    private final boolean validates;

    Run(String name, GoldenData data, JsonNode golden, boolean eagerly) {
      GoldenModels.Case made = GoldenModels.of(name, data);
      model = made.model();
      train = TrainingGoldenTest.train(made);
      validation = TrainingGoldenTest.validation(made);
      validates = golden.has("evaluate");
      TrainingGoldenTest.setWeights(model, train, golden.get("initial"));
      model.runEagerly(eagerly);
    }

    History fit(Callback... callbacks) {
      FitOptions options = FitOptions.epochs(4).verbosity(Verbosity.SILENT);
      for (Callback callback : callbacks) {
        options = options.callback(callback);
      }
      return model.fit(train, validates ? options.validation(validation) : options);
    }

    Checkpoint checkpoint() {
      return Checkpoint.of("model", model)
          .and("optimizer", model.optimizer())
          .and("progress", model.progress());
    }

    float[] weights(String path) {
      return model.namedVariables().get(path).value().toFloatArray();
    }
  }
}
