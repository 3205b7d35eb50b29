package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.classifier;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.pool;
import static dev.tapedeck.applications.Blocks.through;

import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Model;
import java.util.Set;

/**
 * VGG: blocks of 3x3 convolutions, each block ended by pooling.
 *
 * <p>K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
 * Recognition", ICLR 2015.
 */
final class Vgg {
  private Vgg() {}

  /** Makes a model with a number of convolutions in each block. */
  static Model of(String name, ApplicationOptions options, int... convolutions) {
    Tensor image = input(name, options, 224, 32, Set.of());
    Tensor x = image;
    for (int block = 1; block <= convolutions.length; block++) {
      int filters = Math.min(512, 32 << block);
      String prefix = "block" + block;
      for (int i = 1; i <= convolutions[block - 1]; i++) {
        x =
            new Conv2D(filters, 3, Activations::relu)
                .padding(Padding.SAME)
                .name(prefix + "_conv" + i)
                .apply(x);
      }
      x = new MaxPooling2D().name(prefix + "_pool").apply(x);
    }
    Tensor end =
        options.includeTop()
            ? through(
                x,
                new Flatten().name("flatten"),
                new Dense(4096, Activations::relu).name("fc1"),
                new Dense(4096, Activations::relu).name("fc2"),
                classifier(options))
            : pool(options, x);
    return Model.of(image, end).name(name);
  }
}
