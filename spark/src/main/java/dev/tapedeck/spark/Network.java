package dev.tapedeck.spark;

import dev.tapedeck.distributed.ModelFactory;
import dev.tapedeck.keras.CustomObjects;
import dev.tapedeck.keras.KerasFiles;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Model;
import java.nio.file.Path;

/** A model as bytes: a {@code .keras} file, or the weights of a model that a factory makes. */
final class Network implements ModelFactory {
  private static final long serialVersionUID = 1;
  private static final String KERAS = ".keras";
  private static final String WEIGHTS = ".weights.h5";

  private final byte[] file;
  private final String factory;
  private transient Model shared;

  /**
   * Makes a network.
   *
   * @param file contents of the file; empty for the initial weights of the factory's model
   * @param factory name of the factory's class; empty for none
   */
  Network(byte[] file, String factory) {
    this.file = file;
    this.factory = factory;
  }

  /** Returns a model as bytes. */
  static Network of(Model model, String factory) {
    if (model.variables().isEmpty() || model.inputSpec() == null) {
      throw Refusal.of(
          "spark",
          "needs a model that knows its inputs",
          model.name() + " without variables",
          "begin a Sequential with Input.of(size), or call the model once");
    }
    return new Network(
        TemporaryFile.written(
            ending(factory),
            path -> {
              if (factory.isEmpty()) {
                KerasFiles.save(model, path);
              } else {
                KerasFiles.saveWeights(model, path);
              }
            }),
        factory);
  }

  /** Returns the end of the names of files of such networks. */
  static String ending(String factory) {
    return factory.isEmpty() ? KERAS : WEIGHTS;
  }

  byte[] file() {
    return file;
  }

  /** Returns a new model, compiled. */
  @Override
  public Model get() {
    return make(true);
  }

  /** Returns the one model of this process for predictions. */
  synchronized Model shared() {
    if (shared == null) {
      Natives.load();
      shared = make(false);
    }
    return shared;
  }

  private Model make(boolean compile) {
    if (file.length == 0) {
      return made();
    }
    // The initial values are replaced, and draw nothing of the process's keys.
    return RandomKey.withKey(
        RandomKey.of(0),
        () ->
            factory.isEmpty()
                ? TemporaryFile.read(
                    KERAS, file, path -> KerasFiles.load(path, new CustomObjects(), compile))
                : TemporaryFile.read(WEIGHTS, file, path -> loaded(made(), path)));
  }

  private static Model loaded(Model model, Path weights) {
    KerasFiles.loadWeights(model, weights);
    return model;
  }

  private Model made() {
    if (newFactory().get() instanceof Model model) {
      return model;
    }
    throw Refusal.of(
        "spark", "needs a factory of a Model", factory, "give one of one input and one output");
  }

  private ModelFactory newFactory() {
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      return Class.forName(factory, false, loader)
          .asSubclass(ModelFactory.class)
          .getConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(
          "spark: "
              + factory
              + " is no factory here; name a public class that implements ModelFactory, with a public"
              + " constructor without arguments, in a jar that the executors have",
          e);
    }
  }
}
