package dev.tapedeck.benchmarks;

import static dev.tapedeck.benchmarks.Net.CLASSES;
import static dev.tapedeck.benchmarks.Net.below;
import static dev.tapedeck.benchmarks.Net.classifier;
import static dev.tapedeck.benchmarks.Net.uniform;

import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Concatenate;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Conv2DTranspose;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.DepthwiseConv2D;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.ReLU;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;

/** Nets of images with connections past layers. */
final class ImageNets {
  private ImageNets() {}

  /** Returns ResNet-18 for images of 32 x 32 (He et al., "Deep Residual Learning", 2016). */
  static Net resnet() {
    Tensor images = Input.of(32, 32, 3);
    Tensor x = relu(normalized(images, convolution(64, 3, 1)));
    for (int filters : new int[] {64, 128, 256, 512}) {
      x = residual(x, filters, filters == 64 ? 1 : 2);
      x = residual(x, filters, 1);
    }
    return pooledClassifier(images, x);
  }

  private static Tensor residual(Tensor x, int filters, int stride) {
    Tensor hidden = relu(normalized(x, convolution(filters, 3, stride)));
    Tensor sum = normalized(hidden, convolution(filters, 3, 1));
    Tensor shortcut = stride == 1 ? x : normalized(x, convolution(filters, 1, stride));
    return relu(new Add().apply(List.of(sum, shortcut)));
  }

  /** Returns an inverted residual (Sandler et al., "MobileNetV2", 2018) of 32 channels. */
  static Net mobilenet() {
    Tensor images = Input.of(32, 32, 32);
    Tensor wide = new ReLU(6).apply(normalized(images, convolution(192, 1, 1)));
    Layer depthwise = new DepthwiseConv2D(3).padding(Padding.SAME).useBias(false);
    Tensor deep = new ReLU(6).apply(normalized(wide, depthwise));
    Tensor narrow = normalized(deep, convolution(32, 1, 1));
    return pooledClassifier(images, new Add().apply(List.of(images, narrow)));
  }

  /** Returns a classifier of pixels (Ronneberger et al., "U-Net", 2015) with two poolings. */
  static Net unet() {
    Tensor images = Input.of(64, 64, 3);
    Tensor fine = convolutions(images, 16);
    Tensor middle = convolutions(new MaxPooling2D().apply(fine), 32);
    Tensor coarse = convolutions(new MaxPooling2D().apply(middle), 64);
    Tensor x = convolutions(enlarged(coarse, middle, 32), 32);
    x = convolutions(enlarged(x, fine, 16), 16);
    return classifier(
        10,
        uniform(64, 64, 3),
        below(CLASSES, 64, 64),
        Model.of(images, new Conv2D(CLASSES, 1).apply(x)));
  }

  private static Tensor convolutions(Tensor x, int filters) {
    Tensor hidden = new Conv2D(filters, 3, Activations::relu).padding(Padding.SAME).apply(x);
    return new Conv2D(filters, 3, Activations::relu).padding(Padding.SAME).apply(hidden);
  }

  private static Tensor enlarged(Tensor x, Tensor passed, int filters) {
    Tensor larger = new Conv2DTranspose(filters, 2).strides(2).apply(x);
    return new Concatenate().apply(List.of(larger, passed));
  }

  private static Net pooledClassifier(Tensor images, Tensor x) {
    Tensor logits = new Dense(CLASSES).apply(new GlobalAveragePooling2D().apply(x));
    long[] shape = images.shape().toArray();
    return classifier(
        10, uniform(shape[1], shape[2], shape[3]), below(CLASSES), Model.of(images, logits));
  }

  private static Layer convolution(int filters, int size, int stride) {
    return new Conv2D(filters, size).strides(stride).padding(Padding.SAME).useBias(false);
  }

  private static Tensor normalized(Tensor x, Layer layer) {
    return new BatchNormalization().apply(layer.apply(x));
  }

  private static Tensor relu(Tensor x) {
    return new ReLU().apply(x);
  }
}
