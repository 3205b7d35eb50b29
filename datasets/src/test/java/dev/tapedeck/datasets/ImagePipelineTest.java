package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

class ImagePipelineTest {
  private static final LabelledImages IMAGES =
      new LabelledImages(
          "two", 2, 1, 3, new byte[] {0, 51, (byte) 255, 1, (byte) 128, 7}, new byte[] {3, -56});

  @Test
  void imagesAreFloatsFromZeroToOneWithAChannel() {
    Example example = Pipeline.of(IMAGES).iterator().next();
    assertEquals("float32 (1, 3, 1)", example.x().spec().toString());
    assertArrayEquals(new float[] {0, 0.2f, 1}, example.x().toFloatArray());
    assertEquals("int32 ()", example.y().spec().toString());
    assertEquals(3, example.y().item());
  }

  @Test
  void batchesAreGathered() {
    Example batch = Pipeline.of(IMAGES).repeat().skip(1).batch(3).iterator().next();
    assertEquals("float32 (3, 1, 3, 1)", batch.x().spec().toString());
    float[] second = {1 / 255f, 128 / 255f, 7 / 255f};
    assertArrayEquals(
        new float[] {second[0], second[1], second[2], 0, 0.2f, 1, second[0], second[1], second[2]},
        batch.x().toFloatArray());
    assertEquals("int32 (3,)", batch.y().spec().toString());
    assertArrayEquals(new int[] {200, 3, 200}, batch.y().toIntArray());
  }

  @Test
  void noImages() {
    LabelledImages none = new LabelledImages("none", 0, 28, 28, new byte[0], new byte[0]);
    assertEquals(0, Pipeline.of(none).batch(3).cardinality());
    assertTrue(!Pipeline.of(none).shuffle(5).batch(3).iterator().hasNext());
  }

  /** The 47 MB of pixels stay bytes, and are not copied. */
  @Test
  void anEpochOfMnistTakesTheMemoryOfABatch() {
    LabelledImages images = Mnist.train();
    long before = Memory.stats().live();
    Pipeline train = Pipeline.of(images).shuffle(60_000, 1).batch(128);
    assertEquals(469, train.cardinality());
    int examples = 0;
    int[] classes = new int[10];
    for (Iterator<Example> batches = train.iterator(); ; ) {
      try (Scope step = new Scope()) {
        if (!batches.hasNext()) {
          break;
        }
        Example batch = batches.next();
        for (int label : batch.y().toIntArray()) {
          classes[label]++;
        }
        examples += (int) batch.x().shape().size(0);
        assertTrue(Memory.stats().live() - before < 1 << 20);
      }
    }
    assertEquals(60_000, examples);
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, classes);
  }
}
