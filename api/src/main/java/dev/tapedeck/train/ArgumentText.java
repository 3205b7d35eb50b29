package dev.tapedeck.train;

import dev.tapedeck.config.Records;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Arguments as text: {@code units=10, activation=relu}; those that are null are left out, and long
 * lists shortened.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class ArgumentText {
  /** How much of a list is shown: a vocabulary is long. */
  private static final int SHOWN = 20;

  private ArgumentText() {}

  /** Returns the class of an object with its arguments: {@code Huber(delta=1.0)}. */
  public static String describe(Object of, Record arguments) {
    return of.getClass().getSimpleName() + "(" + String.join(", ", of(arguments)) + ")";
  }

  static List<String> of(Record arguments) {
    List<String> texts = new ArrayList<>();
    if (arguments != null) {
      List<Object> values = Records.components(arguments);
      List<String> names = Records.names(arguments.getClass());
      for (int i = 0; i < names.size(); i++) {
        if (values.get(i) != null) {
          texts.add(names.get(i) + "=" + text(values.get(i)));
        }
      }
    }
    return texts;
  }

  @SuppressWarnings("unchecked") // a function in arguments is of tensors
  private static String text(Object value) {
    return switch (value) {
      case Enum<?> named -> named.toString();
      case List<?> list when list.size() > SHOWN ->
          list.subList(0, SHOWN).toString().replaceFirst("]$", ", ..]");
      case UnaryOperator<?> function ->
          Activations.nameOf((UnaryOperator<Tensor>) function).orElse("a function");
      case LearningRateSchedule.Constant rate -> rate.toString();
      case Record values -> describe(values, values);
      case Number _, Boolean _, String _, List<?> _, Optimizer _ -> value.toString();
      default -> "a " + value.getClass().getSimpleName();
    };
  }
}
