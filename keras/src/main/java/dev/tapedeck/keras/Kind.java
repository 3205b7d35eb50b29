package dev.tapedeck.keras;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Optimizer;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A kind of objects that Keras's files describe, each with the classes that it has here. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are unmodifiable
enum Kind {
  LAYER(
      "keras.layers",
      AbstractLayer.class,
      "dev.tapedeck.layers",
      "dev.tapedeck.layers.preprocessing"),
  INITIALIZER("keras.initializers", Initializer.class, "dev.tapedeck.nn"),
  REGULARIZER("keras.regularizers", Regularizer.class, "dev.tapedeck.nn"),
  CONSTRAINT("keras.constraints", Constraint.class, "dev.tapedeck.nn"),
  SCHEDULE("keras.optimizers.schedules", LearningRateSchedule.class, "dev.tapedeck.optim"),
  OPTIMIZER("keras.optimizers", Optimizer.class, "dev.tapedeck.optim"),
  LOSS("keras.losses", Loss.class, "dev.tapedeck.losses"),
  METRIC("keras.metrics", Metric.class, "dev.tapedeck.metrics");

  private static final Pattern NAME = Pattern.compile("[A-Z][A-Za-z0-9]{0,99}");

  private final String module;
  private final Class<?> type;
  private final List<String> packages;

  Kind(String module, Class<?> type, String... packages) {
    this.module = module;
    this.type = type;
    this.packages = List.of(packages);
  }

  /** Returns the kind of the objects of a Java type; empty for none. */
  static Optional<Kind> of(Class<?> type) {
    return Arrays.stream(values()).filter(kind -> kind.type.isAssignableFrom(type)).findFirst();
  }

  /** Returns the module of Keras that has these objects. */
  String module() {
    return module;
  }

  /** Returns what messages call one. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns a class by Keras's name of it; empty if there is none. A name chooses among the public
   * classes of this kind in Tapedeck's own packages, and reaches no others.
   */
  Optional<Class<?>> find(String name) {
    return NAME.matcher(name).matches()
        ? packages.stream().flatMap(in -> load(in, name).stream()).findFirst()
        : Optional.empty();
  }

  private Optional<Class<?>> load(String in, String name) {
    try {
      Class<?> found = Class.forName(in + "." + name, false, Kind.class.getClassLoader());
      boolean usable =
          type.isAssignableFrom(found)
              && Modifier.isPublic(found.getModifiers())
              && !Modifier.isAbstract(found.getModifiers());
      return usable ? Optional.of(found) : Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  /** Returns whether a class is one of this kind's own. */
  boolean has(Class<?> of) {
    return packages.contains(of.getPackageName());
  }
}
