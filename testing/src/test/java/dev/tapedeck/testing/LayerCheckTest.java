package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A layer that is right passes, and one that is not does not. */
final class LayerCheckTest {
  @TestFactory
  Stream<DynamicTest> linear() {
    return LayerCheck.tests(() -> new Linear(4), Operand.real(2, 3));
  }

  /** A layer that keeps gradients from its variable. */
  private static final class Stopped extends Layer {
    private Variable scale;

    @Override
    protected void build(Shape input) {
      scale = addVariable("scale", Initializers.ones(), input.size(-1));
    }

    @Override
    protected Tensor call(Tensor x) {
      return x.mul(Gradients.stopGradient(scale));
    }
  }

  @Test
  void aVariableWithoutAGradient() {
    assertEquals(
        List.of("gradients"),
        OpCheckTest.failing(LayerCheck.tests(Stopped::new, Operand.real(2, 3))));
  }

  /** A layer that reads its input's values. */
  private static final class Reading extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return x.mul(x.toDoubleArray().length);
    }
  }

  @Test
  void aValueThatIsRead() {
    assertEquals(
        List.of("traced equals eager"),
        OpCheckTest.failing(LayerCheck.tests(Reading::new, Operand.real(2, 3))));
  }
}
