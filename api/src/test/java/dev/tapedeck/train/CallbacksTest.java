package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hooks of callbacks, and what is thrown or stopped in them. */
class CallbacksTest {
  private static final float[][] X = {{1}, {2}, {3}};
  private static final float[][] Y = {{2}, {4}, {6}};

  /** A fit of 2 epochs of 2 batches, with a validation of 2 batches after each. */
  private static FitOptions options(Callback... callbacks) {
    FitOptions options =
        FitOptions.epochs(2)
            .batchSize(2)
            .shuffle(false)
            .validation(X, Y)
            .verbosity(FitOptions.Verbosity.SILENT);
    for (Callback callback : callbacks) {
      options = options.callback(callback);
    }
    return options;
  }

  private static EvaluateOptions evaluating(Callback... callbacks) {
    EvaluateOptions options = new EvaluateOptions().batchSize(2);
    for (Callback callback : callbacks) {
      options = options.callback(callback);
    }
    return options;
  }

  private static Model compiled() {
    Model model = new Sequential(new Linear(1));
    model.compile(new Descent(0.01), Losses.meanSquaredError());
    return model;
  }

  /** Returns a callback that passes on the name of each hook, and its arguments. */
  private static Callback each(BiConsumer<String, Object[]> hooks) {
    return (Callback)
        Proxy.newProxyInstance(
            Callback.class.getClassLoader(),
            new Class<?>[] {Callback.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return method.invoke(hooks, arguments);
              }
              hooks.accept(method.getName().substring(2), arguments);
              return null;
            });
  }

  private static Callback listing(List<String> names) {
    return each((name, arguments) -> names.add(name));
  }

  private static Callback at(String hook, Consumer<Trainable<?, ?>> action) {
    return each(
        (name, arguments) -> {
          if (name.equals(hook)) {
            action.accept((Trainable<?, ?>) arguments[0]);
          }
        });
  }

  @Test
  void theEndOfATrainingHasTheLogsOfItsLatestEpoch() {
    Map<String, Object[]> latest = new HashMap<>();
    Callback callback = each((name, arguments) -> latest.put(name, arguments));
    compiled().fit(X, Y, options(callback));
    assertEquals(Set.of("loss", "val_loss"), ((Map<?, ?>) latest.get("TrainEnd")[1]).keySet());
    assertEquals(latest.get("EpochEnd")[2], latest.get("TrainEnd")[1]);
  }

  @Test
  void fitHasEveryHook() {
    List<String> hooks = new ArrayList<>();
    compiled()
        .fit(
            X,
            Y,
            options(
                each(
                    (name, arguments) -> {
                      boolean numbered = arguments.length > 1 && arguments[1] instanceof Integer;
                      hooks.add(numbered ? name + " " + arguments[1] : name);
                    })));
    List<String> epoch =
        List.of(
            "TrainBatchBegin 0",
            "TrainBatchEnd 0",
            "TrainBatchBegin 1",
            "TrainBatchEnd 1",
            "TestBegin",
            "TestBatchBegin 0",
            "TestBatchEnd 0",
            "TestBatchBegin 1",
            "TestBatchEnd 1",
            "TestEnd");
    List<String> expected = new ArrayList<>(List.of("TrainBegin"));
    for (int i = 0; i < 2; i++) {
      expected.add("EpochBegin " + i);
      expected.addAll(epoch);
      expected.add("EpochEnd " + i);
    }
    expected.add("TrainEnd");
    assertEquals(expected, hooks);
  }

  @Test
  void evaluateAndPredictHaveTheirHooks() {
    Model model = compiled();
    List<Map<String, Double>> logs = new ArrayList<>();
    List<String> hooks = new ArrayList<>();
    Callback keeping =
        new Callback() {
          @Override
          public void onTestBatchEnd(Trainable<?, ?> m, int step, Map<String, Double> ofBatch) {
            logs.add(ofBatch);
          }

          @Override
          public void onTestEnd(Trainable<?, ?> m, Map<String, Double> results) {
            logs.add(results);
          }
        };
    Map<String, Double> results = model.evaluate(X, Y, evaluating(listing(hooks), keeping));
    assertEquals(
        List.of(
            "TestBegin",
            "TestBatchBegin",
            "TestBatchEnd",
            "TestBatchBegin",
            "TestBatchEnd",
            "TestEnd"),
        hooks);
    assertEquals(List.of(Map.of("loss", 10.0), results, results), logs, "kept as they were");
    hooks.clear();
    List<float[]> outputs = new ArrayList<>();
    Callback reading =
        new Callback() {
          @Override
          public void onPredictBatchEnd(Trainable<?, ?> m, int step, Object ofBatch) {
            outputs.add(((Tensor) ofBatch).toFloatArray());
          }
        };
    model.fit(X, Y, options());
    Tensor all = model.predict((Object) X, evaluating(listing(hooks), reading));
    assertEquals(
        List.of(
            "PredictBegin",
            "PredictBatchBegin",
            "PredictBatchEnd",
            "PredictBatchBegin",
            "PredictBatchEnd",
            "PredictEnd"),
        hooks);
    assertArrayEquals(
        all.toFloatArray(), new float[] {outputs.get(0)[0], outputs.get(0)[1], outputs.get(1)[0]});
  }

  /** The numbers of train and test batches and of epochs with validation when fit has ended. */
  @ParameterizedTest
  @CsvSource({
    "TrainBegin, 0, 0, 0",
    "EpochBegin, 0, 0, 0",
    "TrainBatchBegin, 1, 0, 0",
    "TrainBatchEnd, 1, 0, 0",
    "TestBegin, 2, 0, 0",
    "TestBatchBegin, 2, 1, 0",
    "TestBatchEnd, 2, 1, 0",
    "TestEnd, 2, 2, 1",
    "EpochEnd, 2, 2, 1",
  })
  void fitStopsFromAnyHookAfterTheBatch(String hook, int trained, int tested, int validated) {
    List<String> hooks = new ArrayList<>();
    Model model = compiled();
    History history = model.fit(X, Y, options(at(hook, Trainable::stopTraining), listing(hooks)));
    assertEquals(trained, hooks.stream().filter("TrainBatchEnd"::equals).count());
    assertEquals(tested, hooks.stream().filter("TestBatchEnd"::equals).count());
    assertEquals(
        validated, history.epochs().stream().filter(l -> l.containsKey("val_loss")).count());
    assertEquals("TrainEnd", hooks.getLast());
    assertTrue(model.isStopping());
    assertEquals(validated, model.progress().epoch());
    assertEquals(2, model.fit(X, Y, options()).epochs().size());
  }

  /** A checkpoint of it resumes with the sums of the training. */
  @Test
  void aStoppedValidationLeavesTheTrainingsSums() {
    List<Map<String, Double>> logs = new ArrayList<>();
    Model model = compiled();
    Callback last =
        new Callback() {
          @Override
          public void onTrainBatchEnd(Trainable<?, ?> m, int step, Map<String, Double> ofBatch) {
            logs.add(ofBatch);
          }
        };
    model.fit(X, Y, options(last, at("TestBatchEnd", Trainable::stopTraining)));
    assertEquals(logs.getLast(), model.progress().logs().values());
    assertEquals(2, model.progress().step());
  }

  @Test
  void stoppingATrainingDoesNotStopAnEvaluation() {
    Model model = compiled();
    List<String> hooks = new ArrayList<>();
    model.evaluate(X, Y, evaluating(at("TestBegin", Trainable::stopTraining), listing(hooks)));
    assertEquals(2, hooks.stream().filter("TestBatchEnd"::equals).count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TrainBegin",
        "EpochBegin",
        "TrainBatchBegin",
        "TrainBatchEnd",
        "TestBegin",
        "TestBatchBegin",
        "TestBatchEnd",
        "TestEnd",
        "EpochEnd",
        "TrainEnd"
      })
  void whatAHookOfFitThrowsEndsTheTraining(String hook) {
    Model model = compiled();
    IllegalStateException failure = new IllegalStateException("disk full");
    IllegalStateException another = new IllegalStateException("no network");
    List<String> hooks = new ArrayList<>();
    Callback[] callbacks = {
      at(hook, CallbacksTest.throwing(failure)),
      at("TrainEnd", CallbacksTest.throwing(another)),
      listing(hooks)
    };
    assertSame(
        failure,
        assertThrows(IllegalStateException.class, () -> model.fit(X, Y, options(callbacks))));
    assertArrayEquals(new Throwable[] {another}, failure.getSuppressed());
    assertEquals("TrainEnd", hooks.getLast());
    assertEquals(
        hooks.stream().filter("TestBegin"::equals).count() + (hook.equals("TestBegin") ? 1 : 0),
        hooks.stream().filter("TestEnd"::equals).count());
    assertEquals(2, model.fit(X, Y, options()).epochs().size(), "the model can be trained on");
    assertEquals(1, model.evaluate(X, Y).size());
  }

  private static Consumer<Trainable<?, ?>> throwing(RuntimeException error) {
    return model -> {
      throw error;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "Test, TestBegin",
    "Test, TestBatchBegin",
    "Test, TestBatchEnd",
    "Test, TestEnd",
    "Predict, PredictBegin",
    "Predict, PredictBatchBegin",
    "Predict, PredictBatchEnd",
    "Predict, PredictEnd"
  })
  void whatAHookOfEvaluateOrPredictThrowsEndsIt(String run, String hook) {
    Model model = compiled();
    IllegalStateException failure = new IllegalStateException("disk full");
    List<String> hooks = new ArrayList<>();
    EvaluateOptions options =
        evaluating(
            at(hook, throwing(failure)),
            at(run + "End", throwing(failure)), // the same again, as a writer that has failed
            listing(hooks));
    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () -> {
              if (run.equals("Test")) {
                model.evaluate(X, Y, options);
              } else {
                model.predict(X, options);
              }
            }));
    assertEquals(run + "End", hooks.getLast());
    assertEquals(1, model.evaluate(X, Y).size());
    assertEquals(3, model.predict(X).shape().size(0));
    assertFalse(model.fit(X, Y, options()).epochs().isEmpty());
  }

  @Test
  void evaluateWithinAnEvaluationLeavesItsSums() {
    Model model = compiled();
    Map<String, Double> expected = model.evaluate(X, Y, evaluating());
    float[][] other = {{100}};
    Callback nesting = at("TestBatchEnd", m -> m.evaluate(other, other));
    assertEquals(expected, model.evaluate(X, Y, evaluating(nesting)));
    History plain = model.fit(X, Y, options());
    Model again = compiled();
    assertEquals(plain.epochs(), again.fit(X, Y, options(nesting)).epochs());
  }

  @Test
  void historyIsKerass() {
    History history = compiled().fit(X, Y, options().validationFreq(2).initialEpoch(1));
    assertEquals(List.of(1), history.epoch());
    assertEquals(new Callback.Plan(2, 2), history.params());
    History longer =
        compiled()
            .fit(
                X,
                Y,
                FitOptions.epochs(3)
                    .validation(X, Y)
                    .validationFreq(2)
                    .verbosity(FitOptions.Verbosity.SILENT));
    assertEquals(IntStream.range(0, 3).boxed().toList(), longer.epoch());
    assertEquals(1, longer.history().get("val_loss").size());
    assertEquals(3, longer.history().get("loss").size());
    assertEquals(3, longer.get("val_loss").size(), "null where there is none");
  }
}
