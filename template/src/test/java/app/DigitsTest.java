package app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DigitsTest {
  @Test
  void thereAreTenLogitsAnImage() {
    Tensor logits = new Digits().apply(Tensor.zeros(DType.FLOAT32, 2, 28, 28, 1));
    assertEquals(Shape.of(2, 10), logits.shape());
  }
}
