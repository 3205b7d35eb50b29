package dev.tapedeck.testing;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model for tests of callbacks: the logs of each epoch are prescribed, {@code loss} and {@code
 * val_loss}, and its weight is the number of the epoch, from 1. It runs eagerly, with steps of its
 * own.
 *
 * @hidden for Tapedeck's own tests
 */
public final class ScriptedModel extends Model {
  private static final String VALIDATION = "val_";

  private final Variable weight = Variable.of(0f, "weight");
  private final transient List<Map<String, Double>> script;

  /** Makes a model of the logs of each epoch. */
  public ScriptedModel(List<Map<String, Double>> script) {
    this.script = script;
    runEagerly(true);
  }

  /** Returns the weight. */
  public double weight() {
    return weight.memory().item();
  }

  @Override
  protected Tensor call(Tensor x) {
    return x;
  }

  @Override
  protected Map<String, Tensor> trainStep(Example batch) {
    weight.assign(progress().epoch() + 1f);
    return logs(false);
  }

  @Override
  protected Map<String, Tensor> testStep(Example batch) {
    return logs(true);
  }

  private Map<String, Tensor> logs(boolean ofValidation) {
    Map<String, Tensor> logs = new LinkedHashMap<>();
    script
        .get(progress().epoch())
        .forEach(
            (name, value) -> {
              if (name.startsWith(VALIDATION) == ofValidation) {
                logs.put(
                    ofValidation ? name.substring(VALIDATION.length()) : name,
                    Tensor.of(value.floatValue()));
              }
            });
    return logs;
  }
}
