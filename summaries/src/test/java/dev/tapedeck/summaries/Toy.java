package dev.tapedeck.summaries;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Model;
import java.util.Collections;
import java.util.Iterator;

/** A small model of small images, and what it is trained with. */
final class Toy {
  private Toy() {}

  /** Tells images of 2 x 2 pixels apart, of which there are three classes. */
  static class Classifier extends Model {
    private final Linear logits = new Linear(3);

    @Override
    protected Tensor call(Tensor images) {
      return logits.apply(images.reshape(-1, 4));
    }
  }

  static <M extends Model> M compiled(M model) {
    model.compile(new Descent(0.5), Losses.sparseCategoricalCrossentropy().fromLogits());
    return model;
  }

  /** Returns a dataset of one batch, so many times. */
  static Dataset repeat(Example batch, int times) {
    return new Dataset() {
      @Override
      public long cardinality() {
        return times;
      }

      @Override
      public Iterator<Example> iterator() {
        return Collections.nCopies(times, batch).iterator();
      }
    };
  }

  /** Returns an image of each class: its pixel of that number is white, the others are black. */
  static Example images() {
    float[][][][] images = new float[3][2][2][1];
    for (int i = 0; i < images.length; i++) {
      images[i][i / 2][i % 2][0] = 1;
    }
    return new Example(Tensor.of(images), Tensor.of(new int[] {0, 1, 2}));
  }
}
