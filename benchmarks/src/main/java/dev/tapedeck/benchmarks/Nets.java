package dev.tapedeck.benchmarks;

import static dev.tapedeck.benchmarks.Net.CLASSES;
import static dev.tapedeck.benchmarks.Net.below;
import static dev.tapedeck.benchmarks.Net.classifier;
import static dev.tapedeck.benchmarks.Net.uniform;
import static java.util.Map.entry;

import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Bidirectional;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Conv2DTranspose;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.DepthwiseConv2D;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.GRU;
import dev.tapedeck.layers.GlobalAveragePooling1D;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.LSTM;
import dev.tapedeck.layers.Masking;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.ReLU;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.AUC;
import dev.tapedeck.metrics.BinaryAccuracy;
import dev.tapedeck.metrics.Precision;
import dev.tapedeck.metrics.Recall;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The nets that are trained and predict, by name; {@code torch_nets.py} and {@code keras_nets.py}
 * have the same for peers.
 */
final class Nets {
  private static final Map<String, Function<Task, Net>> ALL =
      Map.ofEntries(
          entry("mlp", task -> classifier(400, uniform(784), perceptron(task))),
          entry("mlpdropout", _ -> classifier(400, uniform(784), withDropout())),
          entry("binary", task -> binary(task, new BinaryAccuracy())),
          entry(
              "metrics",
              task -> binary(task, new BinaryAccuracy(), new AUC(), new Precision(), new Recall())),
          entry(
              "embedding",
              _ ->
                  classifier(
                      100,
                      below(20_000, 200),
                      new Embedding(20_000, 64),
                      new GlobalAveragePooling1D(),
                      new Dense(CLASSES))),
          entry("lstm", _ -> classifier(20, uniform(50, 64), new LSTM(128), new Dense(CLASSES))),
          entry("gru", _ -> classifier(20, uniform(50, 64), new GRU(128), new Dense(CLASSES))),
          entry(
              "bilstm",
              _ ->
                  classifier(
                      20,
                      Nets::padded,
                      new Masking(),
                      new Bidirectional(new LSTM(128)),
                      new Dense(CLASSES))),
          entry(
              "transformer",
              task ->
                  classifier(
                      20,
                      uniform(task.number(1, 128), 128),
                      new Encoder(),
                      new GlobalAveragePooling1D(),
                      new Dense(CLASSES))),
          entry("cnn", _ -> classifier(100, uniform(28, 28, 1), convolutions())),
          entry("cifar", _ -> classifier(100, uniform(32, 32, 3), cifar(false))),
          entry("cifarnorm", _ -> classifier(100, uniform(32, 32, 3), cifar(true))),
          entry(
              "depthwise",
              _ ->
                  classifier(
                      20,
                      uniform(32, 32, 64),
                      new DepthwiseConv2D(3).padding(Padding.SAME).activation(Activations::relu),
                      new Conv2D(64, 1, Activations::relu),
                      new GlobalAveragePooling2D(),
                      new Dense(CLASSES))),
          entry("autoencoder", _ -> autoencoder()),
          entry("resnet", _ -> ImageNets.resnet()),
          entry("mobilenet", _ -> ImageNets.mobilenet()),
          entry("unet", _ -> ImageNets.unet()));

  private Nets() {}

  static Set<String> names() {
    return ALL.keySet();
  }

  static boolean has(String name) {
    return ALL.containsKey(name);
  }

  static Net of(Task task) {
    return ALL.get(task.name()).apply(task);
  }

  private static Layer[] perceptron(Task task) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < task.depth(); i++) {
      layers.add(new Dense(task.width(), Activations::relu));
    }
    layers.add(new Dense(CLASSES));
    return layers.toArray(Layer[]::new);
  }

  private static Layer[] withDropout() {
    return new Layer[] {
      new Dense(512, Activations::relu),
      new Dropout(0.2),
      new Dense(512, Activations::relu),
      new Dropout(0.2),
      new Dense(CLASSES)
    };
  }

  private static Net binary(Task task, Metric... metrics) {
    return new Net(
        new Sequential(
            new Dense(task.width(), Activations::relu), new Dense(1, Activations::sigmoid)),
        uniform(784),
        below(2, 1),
        Losses.binaryCrossentropy(),
        List.of(metrics),
        400);
  }

  /** Returns sequences of 25 to 50 steps, and zeros after them. */
  private static Tensor padded(int count) {
    Tensor steps = Creation.range(50).reshape(1, 50, 1);
    Tensor lengths = Randoms.randint(RandomKey.next(), 25, 51, count, 1, 1);
    return Randoms.uniform(count, 50, 64).mul(steps.less(lengths).cast(DType.FLOAT32));
  }

  private static Layer[] convolutions() {
    return new Layer[] {
      new Conv2D(32, 3, Activations::relu),
      new MaxPooling2D(),
      new Conv2D(64, 3, Activations::relu),
      new MaxPooling2D(),
      new Flatten(),
      new Dense(CLASSES)
    };
  }

  /** Returns four convolutions with two poolings, each with batch normalization if asked for. */
  private static Layer[] cifar(boolean normalized) {
    List<Layer> layers = new ArrayList<>();
    for (int filters : new int[] {32, 64}) {
      for (int i = 0; i < 2; i++) {
        if (normalized) {
          layers.add(new Conv2D(filters, 3).padding(Padding.SAME).useBias(false));
          layers.add(new BatchNormalization());
          layers.add(new ReLU());
        } else {
          layers.add(new Conv2D(filters, 3, Activations::relu).padding(Padding.SAME));
        }
      }
      layers.add(new MaxPooling2D());
    }
    layers.add(new Flatten());
    layers.add(new Dense(256, Activations::relu));
    layers.add(new Dense(CLASSES));
    return layers.toArray(Layer[]::new);
  }

  private static Net autoencoder() {
    IntFunction<Tensor> images = uniform(28, 28, 1);
    return new Net(
        new Sequential(
            new Conv2D(16, 3, Activations::relu).strides(2).padding(Padding.SAME),
            new Conv2D(32, 3, Activations::relu).strides(2).padding(Padding.SAME),
            new Conv2DTranspose(16, 3)
                .strides(2)
                .padding(Padding.SAME)
                .activation(Activations::relu),
            new Conv2DTranspose(1, 3)
                .strides(2)
                .padding(Padding.SAME)
                .activation(Activations::sigmoid)),
        images,
        images,
        Losses.meanSquaredError(),
        List.of(),
        100);
  }
}
