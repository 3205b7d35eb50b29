package dev.tapedeck.callbacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.sun.net.httpserver.HttpServer;
import dev.tapedeck.callbacks.Monitor.Mode;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import dev.tapedeck.testing.ScriptedModel;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.EvaluateOptions;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callbacks refuse, tell and send; {@link CallbacksGoldenTest} has what they do. */
class CallbacksTest {
  private static final float[][] X = {{1}, {2}};
  private static final float[][] Y = {{3}, {6}};

  @TempDir Path folder;

  private static ScriptedModel scripted(double... losses) {
    ScriptedModel model =
        new ScriptedModel(
            Arrays.stream(losses).mapToObj(x -> Map.of("loss", x, "val_loss", x)).toList());
    model.compile(new Descent(0.5));
    return model;
  }

  private static FitOptions options(int epochs, Callback callback) {
    return FitOptions.epochs(epochs).verbosity(Verbosity.SILENT).callback(callback);
  }

  private static String refused(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  @Test
  void anEntryThatIsNotInTheLogsIsRefused() {
    ScriptedModel model = scripted(1, 2);
    assertEquals(
        "EarlyStopping: needs \"val_loss\" in the logs of the epoch, received [loss]; give fit"
            + " validation data, or monitor another entry",
        refused(() -> model.fit(X, X, options(2, new EarlyStopping()))));
    assertEquals(
        "EarlyStopping: needs \"val_los\" in the logs of the epoch, received [loss, val_loss];"
            + " monitor one of them",
        refused(() -> model.fit(X, X, options(2, new EarlyStopping("val_los")).validation(X, X))));
    assertEquals(
        "ReduceLROnPlateau: needs \"acc\" in the logs of the epoch, received [loss,"
            + " learning_rate]; monitor one of them",
        refused(() -> model.fit(X, X, options(2, new ReduceLROnPlateau("acc")))));
  }

  @Test
  void epochsThatAreNotValidatedDoNotCount() {
    EarlyStopping stopping = new EarlyStopping().patience(1);
    ScriptedModel model = scripted(1, 1, 2, 2, 3, 3, 4, 4);
    model.fit(X, X, options(8, stopping).validation(X, X).validationFreq(2));
    assertEquals(OptionalInt.of(3), stopping.stoppedEpoch());
    assertEquals(OptionalInt.of(1), stopping.bestEpoch());
  }

  @Test
  void nanIsNoImprovement() {
    EarlyStopping stopping = new EarlyStopping("loss").patience(2).restoreBestWeights(true);
    ScriptedModel model = scripted(Double.NaN, 3, Double.NaN, 2, 4, Double.NaN, 1);
    model.fit(X, X, options(7, stopping));
    assertEquals(OptionalInt.of(5), stopping.stoppedEpoch());
    assertEquals(OptionalInt.of(3), stopping.bestEpoch());
    assertEquals(4, model.weight());
  }

  @Test
  void aTrainingThatWasNotEndedHasNoEpochOfIt() {
    EarlyStopping stopping = new EarlyStopping("loss");
    scripted(2, 1).fit(X, X, options(2, stopping));
    assertTrue(stopping.stoppedEpoch().isEmpty());
    assertEquals(OptionalInt.of(1), stopping.bestEpoch());
  }

  /** A metric of a class that tells which values are better. */
  private static class Named implements Metric {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void update(Tensor labels, Tensor predictions, Tensor weights) {}

    @Override
    public Tensor result() {
      return Tensor.of(1f);
    }

    @Override
    public void reset() {}
  }

  private static final class TopAccuracy extends Named {
    TopAccuracy() {
      super("top");
    }
  }

  private static final class SquaredError extends Named {
    SquaredError() {
      super("mse");
    }
  }

  private static final class Count extends Named {
    Count() {
      super("count");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "loss, true",
    "val_loss, true",
    "click_loss, true",
    "val_top, false",
    "mse, true",
    "click_mse, true"
  })
  void theMetricTellsWhatIsBetter(String name, boolean smaller) {
    Model model = new Sequential(new Linear(1));
    model.compile(
        new Descent(0.1),
        Losses.meanSquaredError(),
        new TopAccuracy(),
        new SquaredError(),
        new Count());
    assertEquals(smaller, new Monitor(name).isBetter("test", model, 1, 2));
    assertEquals(!smaller, new Monitor(name).isBetter("test", model, 2, 1));
    assertFalse(new Monitor(name).minDelta(1).isBetter("test", model, 2, 1));
    assertEquals(
        "EarlyStopping: cannot tell whether larger or smaller values are better, received"
            + " \"val_count\"; give mode(Mode.MAX) or mode(Mode.MIN)",
        refused(() -> new Monitor("val_count").isBetter("EarlyStopping", model, 1, 2)));
    assertTrue(new Monitor("val_count").mode(Mode.MAX).isBetter("EarlyStopping", model, 2, 1));
  }

  @Test
  void nanEndsATrainingAtItsStep() {
    ScriptedModel model = scripted(1, Double.NaN, 1);
    Callback callback = new TerminateOnNaN().raiseError(true);
    ArithmeticException raised =
        assertThrows(
            ArithmeticException.class, () -> model.fit(X, X, options(3, callback).batchSize(1)));
    assertEquals(
        "TerminateOnNaN: the loss is NaN in epoch 2, batch 1; the training ends; the model's outputs"
            + " are finite when the batch is run again, so that the step's own code or a random number"
            + " made it",
        raised.getMessage());
    model.fit(X, X, options(3, new TerminateOnNaN()).batchSize(1));
    assertTrue(model.isStopping());
    assertEquals(1, model.progress().epoch());
    assertEquals(1, model.progress().step());
  }

  @Test
  void rowsAreAddedToAFile() throws IOException {
    Path file = folder.resolve("log.csv");
    Files.writeString(file, "epoch,other,loss\r\n7,1.0,2.0\r\n");
    scripted(0.5).fit(X, X, options(1, new CSVLogger(file).append(true)));
    assertEquals("epoch,other,loss\r\n7,1.0,2.0\r\n0,NA,0.5\r\n", Files.readString(file));
    scripted(0.25).fit(X, X, options(1, new CSVLogger(file)));
    assertEquals("epoch,loss,val_loss\r\n0,0.25,NA\r\n", Files.readString(file));
  }

  @Test
  void lambdasAreCalled() {
    List<String> calls = new ArrayList<>();
    LambdaCallback callback =
        new LambdaCallback()
            .onTrainBegin(() -> calls.add("train"))
            .onEpochBegin(epoch -> calls.add("epoch " + epoch))
            .onTrainBatchBegin(step -> calls.add("step " + step))
            .onTrainBatchEnd((step, logs) -> calls.add(step + " " + logs))
            .onEpochEnd((epoch, logs) -> calls.add(epoch + " " + logs))
            .onTrainEnd(logs -> calls.add("end " + logs));
    scripted(1).fit(X, X, options(1, callback));
    assertEquals(
        List.of("train", "epoch 0", "step 0", "0 {loss=1.0}", "0 {loss=1.0}", "end {loss=1.0}"),
        calls);
  }

  private static Model averaging() {
    Model model = new Sequential(new Linear(1));
    model.compile(new Descent(0.125).useEma(true).emaMomentum(0.5), Losses.meanSquaredError());
    return model;
  }

  private static float weight(Trainable<?, ?> model) {
    return model.trainableVariables().getFirst().value().toFloatArray()[0];
  }

  /** Records the weight after each step, in each evaluation, and at the end of each epoch. */
  private record Weights(List<Float> steps, List<Float> tests, List<Float> epochs)
      implements Callback {
    Weights() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      steps.add(weight(model));
    }

    @Override
    public void onTestBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      tests.add(weight(model));
    }

    @Override
    public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
      epochs.add(weight(model));
    }

    /** Returns the moving average after each step. */
    List<Float> averages() {
      List<Float> averages = new ArrayList<>();
      float average = steps.getFirst();
      for (float weight : steps) {
        average = average * 0.5f + weight * 0.5f;
        averages.add(average);
      }
      return averages;
    }
  }

  private static Weights averaged(Model model, Callback... callbacks) {
    Weights weights = new Weights();
    FitOptions options = options(3, new LambdaCallback()).batchSize(1).shuffle(false);
    for (Callback callback : callbacks) {
      options = options.callback(callback);
    }
    model.fit(X, Y, options.callback(weights).validation(X, Y));
    return weights;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void evaluationsSeeTheAverages(boolean swapOnEpoch) {
    Weights plain = averaged(averaging());
    assertEquals(plain.steps.get(1), plain.tests.getFirst());
    Model model = averaging();
    Weights swapped = averaged(model, new SwapEMAWeights().swapOnEpoch(swapOnEpoch));
    assertEquals(plain.steps, swapped.steps);
    List<Float> all = plain.averages();
    List<Float> ofEpochs = List.of(all.get(1), all.get(3), all.get(5));
    assertEquals(ofEpochs.stream().flatMap(x -> Stream.of(x, x)).toList(), swapped.tests);
    assertEquals(swapOnEpoch ? ofEpochs : plain.epochs, swapped.epochs);
    assertEquals(all.getLast(), weight(model)); // as every training with averages ends
  }

  @Test
  void aTrainingThatIsStoppedBetweenEpochsEndsWithTheAverages() {
    Model model = averaging();
    Weights weights =
        averaged(
            model,
            new SwapEMAWeights().swapOnEpoch(true),
            new LambdaCallback().onEpochEnd((epoch, logs) -> model.stopTraining()));
    assertEquals(2, weights.steps.size());
    assertEquals(weights.averages().getLast(), weight(model));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theWeightsAreBackAfterAFailure(boolean betweenEpochs) {
    Model model = averaging();
    Weights weights = new Weights();
    Callback failing =
        new Callback() {
          @Override
          public void onTestBatchEnd(Trainable<?, ?> m, int step, Map<String, Double> logs) {
            if (!betweenEpochs) {
              throw new IllegalStateException("in an evaluation");
            }
          }

          @Override
          public void onEpochEnd(Trainable<?, ?> m, int epoch, Map<String, Double> logs) {
            throw new IllegalStateException("between epochs");
          }
        };
    SwapEMAWeights swapping = new SwapEMAWeights().swapOnEpoch(true);
    assertThrows(IllegalStateException.class, () -> averaged(model, weights, swapping, failing));
    assertEquals(2, weights.steps.size());
    assertEquals(weights.steps.getLast(), weight(model));
  }

  @Test
  void predictionsAndEvaluationsBetweenEpochsSeeTheAverages() {
    List<Float> seen = new ArrayList<>();
    SwapEMAWeights swapping = new SwapEMAWeights().swapOnEpoch(true);
    EvaluateOptions evaluating = new EvaluateOptions().callback(swapping);
    Model model = averaging();
    Weights weights =
        averaged(
            model,
            swapping,
            new LambdaCallback()
                .onEpochEnd(
                    (epoch, logs) -> {
                      double _ = model.evaluate(X, Y, evaluating).get("loss");
                      seen.add(model.predict(X, evaluating).toFloatArray()[0]);
                      seen.add(weight(model));
                    }));
    assertEquals(6, weights.steps.size());
    assertEquals(weights.epochs.stream().flatMap(x -> Stream.of(x, x)).toList(), seen);
    assertEquals(weights.averages().get(1), seen.getFirst());
  }

  @Test
  void swappingWithoutAveragesIsRefused() {
    Model model = new Sequential(new Linear(1));
    model.compile(new Descent(0.125), Losses.meanSquaredError());
    assertEquals(
        "Descent: has averages to swap if it keeps them, received useEma(false); set useEma(true)"
            + " before the first step",
        refused(() -> averaged(model, new SwapEMAWeights())));
  }

  /** A server that keeps what it receives. */
  private static final class Listener implements AutoCloseable {
    private final HttpServer server;
    private final List<String> received = new ArrayList<>();

    Listener() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(
                String.join(
                    " ",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("X-Run"),
                    URLDecoder.decode(body, StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
    }

    String root() {
      return "http://localhost:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  void logsAreSentToAServer() throws IOException {
    String root;
    try (Listener listener = new Listener()) {
      root = listener.root();
      Map<String, String> headers = Map.of("X-Run", "a");
      scripted(0.5, Double.NaN).fit(X, X, options(2, new RemoteMonitor(root).headers(headers)));
      scripted(1e-6).fit(X, X, options(1, new RemoteMonitor(root).path("/logs").sendAsJson(true)));
      scripted(0.5).fit(X, X, options(1, new RemoteMonitor(root).field("a b")));
      String form = "POST /publish/epoch/end/ application/x-www-form-urlencoded ";
      assertEquals(
          List.of(
              form + "a data={\"epoch\": 0, \"loss\": 0.5}",
              form + "a data={\"epoch\": 1, \"loss\": null}",
              "POST /logs application/json null {\"epoch\": 0, \"loss\": 9.999999974752427e-07}",
              form + "null a b={\"epoch\": 0, \"loss\": 0.5}"),
          listener.received);
    }
    scripted(0.5).fit(X, X, options(1, new RemoteMonitor(root))); // only warns
  }

  @ParameterizedTest
  @ValueSource(strings = {"not a url", "localhost:9000", "ftp://localhost", ""})
  void remoteMonitorNeedsAnAddress(String root) {
    assertEquals(
        "RemoteMonitor: needs the address of a server, received "
            + root
            + "; give http://localhost:9000",
        assertThrows(IllegalArgumentException.class, () -> new RemoteMonitor(root)).getMessage());
  }

  static Stream<Arguments.ArgumentSet> mistakes() {
    return Stream.of(
        mistake(
            "EarlyStopping: patience is 0 or more epochs, received -1; give 0 for none",
            () -> new EarlyStopping().patience(-1)),
        mistake(
            "EarlyStopping: startFromEpoch is 0 or more, received -1; give 0 for all",
            () -> new EarlyStopping().startFromEpoch(-1)),
        mistake(
            "Monitor: minDelta is 0 or more, received -0.1; give a difference, or 0",
            () -> new EarlyStopping().minDelta(-0.1)),
        mistake(
            "ReduceLROnPlateau: factor is from 0 to 1, and less, received 1.0; give one such as 0.1",
            () -> new ReduceLROnPlateau().factor(1)),
        mistake(
            "ReduceLROnPlateau: cooldown is 0 or more epochs, received -1; give 0",
            () -> new ReduceLROnPlateau().cooldown(-1)),
        mistake(
            "ReduceLROnPlateau: minLr is 0 or more, received -1.0; give 0 for none",
            () -> new ReduceLROnPlateau().minLr(-1)),
        mistake(
            "LearningRateScheduler: learning rates are 0 or more, received -1.0 for epoch 0;"
                + " change the schedule",
            () ->
                scripted(1).fit(X, X, options(1, new LearningRateScheduler((epoch, rate) -> -1)))),
        mistake(
            "CSVLogger: needs a separator, received none; give one, as \";\"",
            () -> new CSVLogger(Path.of("x")).separator("")));
  }

  private static Arguments.ArgumentSet mistake(String message, Executable call) {
    return argumentSet(message, message, call);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreRefused(String message, Executable call) {
    assertEquals(message, refused(call));
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "1, 1.0",
    "-0.0, -0.0",
    "0, 0.0",
    "1e-5, 1e-05",
    "1.5e-7, 1.5e-07",
    "1e15, 1000000000000000.0",
    "1e16, 1e+16",
    "-1.25e100, -1.25e+100",
    "0.0001, 0.0001",
    "123.456, 123.456",
    "NaN, nan",
    "-Infinity, -inf"
  })
  void numbersArePrintedAsInPython(double number, String text) {
    assertEquals(text, PythonNumbers.text(number));
  }

  @Test
  void aScheduleIsNotOverruled() {
    ScriptedModel model = new ScriptedModel(List.of(Map.of("loss", 1.0)));
    Optimizer scheduled =
        new Optimizer(step -> step.mul(0).add(0.1), null) {
          @Override
          protected void update(Variable variable, Tensor gradient) {}
        };
    model.compile(scheduled, Losses.meanSquaredError());
    Map<String, Callback> callbacks =
        Map.of(
            "ReduceLROnPlateau",
            new ReduceLROnPlateau("loss"),
            "LearningRateScheduler",
            new LearningRateScheduler((_, rate) -> rate));
    callbacks.forEach(
        (name, callback) -> {
          Exception refused =
              assertThrows(
                  IllegalArgumentException.class, () -> callback.onTrainBegin(model, null));
          String message = refused.getMessage();
          assertTrue(
              message.startsWith(name + ": needs an optimizer whose learning rate is a number"),
              message);
        });
  }
}
