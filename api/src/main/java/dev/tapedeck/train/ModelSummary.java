package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The table that {@link Model#summary} returns. */
final class ModelSummary {
  private static final String[] HEADER = {"Layer (type)", "Output Shape", "Param #"};

  private ModelSummary() {}

  static String of(AbstractLayer<?, ?> model) {
    if (model.outputTree() == null) {
      throw new IllegalStateException(
          "summary: the model has not been called yet, so its shapes are not known; apply it to a batch"
              + " first");
    }
    List<String[]> rows = new ArrayList<>();
    rows.add(HEADER);
    Set<AbstractLayer<?, ?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    model
        .children()
        .forEach(
            (name, layer) -> {
              if (seen.add(layer)) {
                rows.add(
                    new String[] {
                      name + " (" + layer.getClass().getSimpleName() + ")",
                      shapes(layer.outputTree()),
                      String.format(Locale.ROOT, "%,d", count(layer.variables()))
                    });
              }
            });
    StringBuilder text = new StringBuilder();
    text.append("Model: \"").append(model.getClass().getSimpleName()).append("\"\n");
    table(text, rows);
    List<Variable> all = model.variables();
    List<Variable> trainable = model.trainableVariables();
    total(text, "Total", all);
    total(text, "Trainable", trainable);
    total(text, "Non-trainable", all.stream().filter(v -> !trainable.contains(v)).toList());
    return text.toString();
  }

  private static void table(StringBuilder text, List<String[]> rows) {
    int[] widths = new int[HEADER.length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    rule(text, widths, "┏", "━", "┳", "┓");
    for (int r = 0; r < rows.size(); r++) {
      String[] row = rows.get(r);
      boolean header = r == 0;
      String bar = header ? "┃" : "│";
      text.append(bar);
      for (int i = 0; i < widths.length; i++) {
        String pad = " ".repeat(widths[i] - row[i].length());
        boolean right = i == widths.length - 1;
        text.append(' ').append(right ? pad + row[i] : row[i] + pad).append(' ').append(bar);
      }
      text.append('\n');
      if (header) {
        rule(text, widths, "┡", "━", "╇", "┩");
      }
    }
    rule(text, widths, "└", "─", "┴", "┘");
  }

  private static void rule(
      StringBuilder text, int[] widths, String left, String line, String middle, String right) {
    List<String> parts = new ArrayList<>();
    for (int width : widths) {
      parts.add(line.repeat(width + 2));
    }
    text.append(left).append(String.join(middle, parts)).append(right).append('\n');
  }

  private static String shapes(TensorTree outputs) {
    return outputs == null
        ? "not called"
        : outputs.specs().stream()
            .map(spec -> shape(spec.shape()))
            .collect(Collectors.joining(", "));
  }

  /** Returns a shape as Keras prints it; the first axis is the batch, of any size. */
  private static String shape(Shape shape) {
    return LongStream.range(0, shape.rank())
        .mapToObj(i -> i == 0 ? "None" : Long.toString(shape.size((int) i)))
        .collect(Collectors.joining(", ", "(", shape.rank() == 1 ? ",)" : ")"));
  }

  private static long count(Collection<Variable> variables) {
    return variables.stream().mapToLong(v -> v.shape().count()).sum();
  }

  private static void total(StringBuilder text, String what, List<Variable> variables) {
    double bytes = variables.stream().mapToLong(v -> v.spec().bytes()).sum();
    String[] units = {"B", "KB", "MB", "GB", "TB"};
    int unit = 0;
    while (bytes >= 1024 && unit < units.length - 1) {
      bytes /= 1024;
      unit++;
    }
    text.append(
        String.format(
            Locale.ROOT,
            " %s params: %,d (%.2f %s)\n",
            what,
            count(variables),
            bytes,
            units[unit]));
  }
}
