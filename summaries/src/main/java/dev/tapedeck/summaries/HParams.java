package dev.tapedeck.summaries;

import com.google.protobuf.ListValue;
import com.google.protobuf.Value;
import dev.tapedeck.summaries.proto.Experiment;
import dev.tapedeck.summaries.proto.HParamInfo;
import dev.tapedeck.summaries.proto.HParamsPluginData;
import dev.tapedeck.summaries.proto.Interval;
import dev.tapedeck.summaries.proto.MetricInfo;
import dev.tapedeck.summaries.proto.SessionEndInfo;
import dev.tapedeck.summaries.proto.SessionStartInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * An experiment for TensorBoard's HParams dashboard: the hyperparameters and metrics that it
 * compares over runs; immutable.
 *
 * <p>Write it once into the folder above the runs, and the values into each run:
 *
 * <pre>{@code
 * try (var writer = SummaryWriter.open(logdir)) {
 *   writer.hparams(
 *       new HParams()
 *           .interval("learning_rate", 1e-4, 1e-1)
 *           .discrete("optimizer", "adam", "sgd")
 *           .metric("epoch_accuracy", "validation"));
 * }
 * try (var run = SummaryWriter.open(logdir.resolve("1"))) {
 *   run.hparams(Map.of("learning_rate", 1e-3, "optimizer", "adam"));
 * }
 * }</pre>
 */
public final class HParams {
  /** How a run ended. */
  public enum Status {
    SUCCESS(SessionEndInfo.Status.STATUS_SUCCESS),
    FAILURE(SessionEndInfo.Status.STATUS_FAILURE),
    RUNNING(SessionEndInfo.Status.STATUS_RUNNING);

    private final SessionEndInfo.Status message;

    Status(SessionEndInfo.Status message) {
      this.message = message;
    }
  }

  private final Experiment experiment;

  /** Makes an experiment without hyperparameters and metrics. */
  public HParams() {
    this(Experiment.getDefaultInstance());
  }

  private HParams(Experiment experiment) {
    this.experiment = experiment;
  }

  /**
   * Returns this experiment with one more hyperparameter, a number from {@code min} to {@code max},
   * both included.
   *
   * @throws IllegalArgumentException if {@code min} is not at most {@code max}
   */
  public HParams interval(String name, double min, double max) {
    if (!(min <= max)) {
      throw new IllegalArgumentException(
          "HParams.interval: expected min <= max for \""
              + name
              + "\", received "
              + min
              + " and "
              + max);
    }
    return with(
        HParamInfo.newBuilder()
            .setName(name)
            .setType(HParamInfo.Type.DATA_TYPE_FLOAT64)
            .setDomainInterval(Interval.newBuilder().setMinValue(min).setMaxValue(max)));
  }

  /**
   * Returns this experiment with one more hyperparameter, which has one of the given values.
   *
   * @param values numbers, booleans or strings, all of one kind
   * @throws IllegalArgumentException if there are no values, or of several kinds
   */
  public HParams discrete(String name, Object... values) {
    List<Value> domain = Arrays.stream(values).map(value -> value(name, value)).toList();
    if (domain.stream().map(Value::getKindCase).distinct().count() != 1) {
      throw new IllegalArgumentException(
          "HParams.discrete: expected values of one kind for \""
              + name
              + "\", received "
              + Arrays.toString(values));
    }
    return with(
        HParamInfo.newBuilder()
            .setName(name)
            .setType(
                switch (domain.getFirst().getKindCase()) {
                  case STRING_VALUE -> HParamInfo.Type.DATA_TYPE_STRING;
                  case BOOL_VALUE -> HParamInfo.Type.DATA_TYPE_BOOL;
                  default -> HParamInfo.Type.DATA_TYPE_FLOAT64;
                })
            .setDomainDiscrete(ListValue.newBuilder().addAllValues(domain)));
  }

  private HParams with(HParamInfo.Builder hparam) {
    return new HParams(experiment.toBuilder().addHparamInfos(hparam).build());
  }

  /**
   * Returns this experiment with one more metric: the tag of a scalar that the run itself records.
   */
  public HParams metric(String tag) {
    return metric(tag, "");
  }

  /**
   * Returns this experiment with one more metric: the tag of a scalar in a folder below the run's.
   */
  public HParams metric(String tag, String folder) {
    var name = MetricInfo.Name.newBuilder().setTag(tag).setGroup(folder);
    return new HParams(
        experiment.toBuilder().addMetricInfos(MetricInfo.newBuilder().setName(name)).build());
  }

  PendingEvent config() {
    return pending("experiment", HParamsPluginData.newBuilder().setExperiment(experiment));
  }

  /** Returns the event with the values of a run that starts now. */
  static PendingEvent start(Map<String, ?> values, double now) {
    var info = SessionStartInfo.newBuilder().setStartTimeSecs(now).setGroupName(hash(values));
    values.forEach((name, value) -> info.putHparams(name, value(name, value)));
    return pending("session_start_info", HParamsPluginData.newBuilder().setSessionStartInfo(info));
  }

  static PendingEvent end(Status status, double now) {
    var info = SessionEndInfo.newBuilder().setStatus(status.message).setEndTimeSecs(now);
    return pending("session_end_info", HParamsPluginData.newBuilder().setSessionEndInfo(info));
  }

  private static PendingEvent pending(String tag, HParamsPluginData.Builder data) {
    return PendingEvent.summary(
        "_hparams_/" + tag,
        "hparams",
        data.build().toByteString(),
        0,
        () -> TensorProtos.floats(new float[0], 0));
  }

  private static Value value(String name, Object value) {
    return switch (value) {
      case Boolean b -> Value.newBuilder().setBoolValue(b).build();
      case Number number -> Value.newBuilder().setNumberValue(number.doubleValue()).build();
      case String text -> Value.newBuilder().setStringValue(text).build();
      case null, default ->
          throw new IllegalArgumentException(
              "hparams: expected a number, a boolean or a string for \""
                  + name
                  + "\", received "
                  + value);
    };
  }

  /** Returns the name of a trial: runs with equal values are one trial. */
  private static String hash(Map<String, ?> values) {
    try {
      byte[] json = new PythonJson(",", ":").write(values).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
