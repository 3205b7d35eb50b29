package dev.tapedeck.applications;

import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * The ways in which the architectures were given their images; the weights want the same.
 *
 * <p>Images {@code [.., 3]} of red, green and blue, numbers from 0 to 255, give float32 of the same
 * shape; floating types stay.
 */
public enum Preprocessing {
  /**
   * Blue, green and red, from which the means of ImageNet's are subtracted, not scaled: VGG,
   * ResNet.
   */
  CAFFE {
    @Override
    Tensor of(Tensor rgb) {
      return Rearranging.reverse(rgb, -1).sub(row(rgb, 103.939, 116.779, 123.68));
    }
  },
  /** From 0 to 1, then normalized with ImageNet's means and deviations: DenseNet. */
  TORCH {
    @Override
    Tensor of(Tensor rgb) {
      return rgb.div(255).sub(row(rgb, 0.485, 0.456, 0.406)).div(row(rgb, 0.229, 0.224, 0.225));
    }
  },
  /**
   * From -1 to 1: ResNetV2, MobileNet, MobileNetV2, InceptionV3, InceptionResNetV2, Xception,
   * NASNet.
   */
  TF {
    @Override
    Tensor of(Tensor rgb) {
      return rgb.div(127.5).sub(1);
    }
  },
  /**
   * As they are, since the model scales them: MobileNetV3, EfficientNet, EfficientNetV2, ConvNeXt.
   */
  NONE {
    @Override
    Tensor of(Tensor rgb) {
      return rgb;
    }
  };

  abstract Tensor of(Tensor rgb);

  private static Tensor row(Tensor like, double... values) {
    return Tensor.of(values).cast(like.dtype());
  }

  /**
   * Returns images as the weights want them.
   *
   * @throws IllegalArgumentException if the last axis is not of 3 channels
   */
  public Tensor preprocessInput(Tensor images) {
    int rank = images.shape().rank();
    if (rank == 0 || images.shape().size(rank - 1) != 3) {
      throw Refusal.of(
          "preprocessInput",
          "needs images [.., 3]",
          images.shape(),
          "convert them to red, green and blue");
    }
    return of(images.dtype().isFloating() ? images : images.cast(DType.FLOAT32));
  }
}
