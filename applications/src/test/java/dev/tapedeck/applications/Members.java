package dev.tapedeck.applications;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.config.Records;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Model;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Models by the names and arguments that Keras has for them. */
final class Members {
  private static final Pattern AFTER_UNDERSCORE = Pattern.compile("_(.)");

  private Members() {}

  /** Makes a model. */
  static Model make(String name, JsonNode arguments) throws ReflectiveOperationException {
    Method method =
        Arrays.stream(Applications.class.getMethods())
            .filter(one -> one.getName().equalsIgnoreCase(name) && one.getParameterCount() == 1)
            .findFirst()
            .orElseThrow();
    return (Model) method.invoke(null, options(arguments));
  }

  private static ApplicationOptions options(JsonNode arguments) {
    ApplicationOptions options = new ApplicationOptions();
    for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
      String name =
          AFTER_UNDERSCORE
              .matcher(argument.getKey())
              .replaceAll(next -> next.group(1).toUpperCase(java.util.Locale.ROOT));
      options = Records.with(options, name, value(name, argument.getValue()));
    }
    return options;
  }

  private static Object value(String name, JsonNode value) {
    return switch (name) {
      case "inputShape" -> Shape.of(value.valueStream().mapToLong(JsonNode::asLong).toArray());
      case "pooling" -> Pooling.valueOf(value.asText().toUpperCase(java.util.Locale.ROOT));
      case "classifierActivation" -> (UnaryOperator<Tensor>) Activations::linear; // null
      case "alpha", "dropout" -> value.asDouble();
      default -> value.isBoolean() ? (Object) value.asBoolean() : (Object) value.asInt();
    };
  }
}
