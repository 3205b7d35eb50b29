package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.config.Records;
import dev.tapedeck.metrics.BuiltInMetric;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.OptimizerOptions;
import java.lang.reflect.RecordComponent;
import java.util.Map;

/** Settings that objects of a kind have beside the arguments of their class. */
final class Settings {
  private Settings() {}

  static void name(AbstractLayer<?, ?> layer, String name) {
    switch (layer) {
      case Layer one -> one.name(name);
      case LayerOf<?, ?> several -> several.name(name);
    }
  }

  static void dtype(AbstractLayer<?, ?> layer, DTypePolicy policy) {
    switch (layer) {
      case Layer one -> one.dtype(policy);
      case LayerOf<?, ?> several -> several.dtype(policy);
    }
  }

  static void trainable(AbstractLayer<?, ?> layer, boolean trainable) {
    switch (layer) {
      case Layer one -> one.trainable(trainable);
      case LayerOf<?, ?> several -> several.trainable(trainable);
    }
  }

  /** Sets a metric's name, which takes it from the other arguments. */
  static Object name(Object metric, Map<String, JsonNode> others) {
    JsonNode name = others.remove("name");
    others.remove("dtype");
    if (name != null && metric instanceof BuiltInMetric<?, ?> built) {
      built.name(name.asText());
    }
    return metric;
  }

  /** Sets an optimizer's {@link OptimizerOptions}, which takes them from the other arguments. */
  static Object options(Object made, Map<String, JsonNode> others, Factory.Conversion conversion) {
    Optimizer optimizer = (Optimizer) made;
    OptimizerOptions options = optimizer.options();
    for (RecordComponent component : OptimizerOptions.class.getRecordComponents()) {
      JsonNode value = others.remove(Names.argument(component.getName()));
      if (value != null && !(value.isNull() && component.getType().isPrimitive())) {
        options =
            Records.with(
                options,
                component.getName(),
                conversion.value(value, component.getGenericType(), OptimizerOptions.class));
      }
    }
    return optimizer.options(options);
  }
}
