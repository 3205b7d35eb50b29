package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Shaping;
import org.junit.jupiter.api.Test;

final class ScopeTest {
  private static final String CLOSED =
      "tensor: used after the Scope it was made in was closed; hand it out with scope.keep(tensor)";

  private static Tensor tensor() {
    return Tensor.of(new float[] {1, 2});
  }

  private static void assertAlive(Tensor... tensors) {
    for (Tensor tensor : tensors) {
      assertEquals(3, tensor.sum().item());
    }
  }

  private static void assertReleased(String message, Tensor... tensors) {
    for (Tensor tensor : tensors) {
      assertEquals(
          message, assertThrows(IllegalStateException.class, tensor::toFloatArray).getMessage());
    }
  }

  @Test
  void releasedTensorsAndTheirViewsThrow() {
    Tensor tensor = tensor();
    Tensor view = tensor.reshape(2, 1);
    Tensor other = tensor();
    view.release();
    view.release();
    assertReleased("tensor: used after release()", tensor, view);
    assertThrows(IllegalStateException.class, () -> tensor.add(1));
    assertThrows(IllegalStateException.class, tensor::toString);
    assertAlive(other);
  }

  @Test
  void aVariableOutlivesTheReleaseOfAReading() {
    Variable variable = Variable.of(new float[] {1, 2});
    Shaping.reshape(variable, 2).release();
    assertAlive(variable.value());
    variable.assign(new float[] {3, 0});
    assertAlive(variable.value());
  }

  @Test
  void closingReleasesWhatWasMadeInside() {
    Tensor before = tensor();
    Tensor inside;
    Tensor view;
    Tensor viewOfBefore;
    Tensor kept;
    Tensor keptByItsView;
    Variable variable;
    try (Scope scope = new Scope()) {
      inside = tensor();
      view = inside.reshape(2, 1);
      viewOfBefore = scope.keep(before.reshape(1, 2));
      kept = scope.keep(tensor());
      keptByItsView = tensor();
      scope.keep(keptByItsView.transpose());
      variable = Variable.of(new float[] {1, 2});
      assertAlive(inside, view);
    }
    assertReleased(CLOSED, inside, view);
    assertAlive(before, viewOfBefore, kept, keptByItsView, variable.value());
    assertAlive(tensor());
  }

  @Test
  void keepHandsOverToTheScopeAround() {
    Tensor handed;
    Tensor handedTwice;
    Tensor ofInner;
    try (Scope outer = new Scope()) {
      try (Scope inner = new Scope()) {
        handed = inner.keep(tensor());
        handedTwice = inner.keep(tensor());
        ofInner = outer.keep(tensor()); // outlives the inner one too
      }
      outer.keep(handedTwice);
      assertAlive(handed, handedTwice, ofInner);
    }
    assertReleased(CLOSED, handed);
    assertAlive(handedTwice, ofInner);
  }

  @Test
  void whatIsMadeUnderNoneOutlivesAllScopes() {
    Tensor free;
    Tensor owned;
    try (Scope outer = new Scope()) {
      try (Scope none = Scope.none()) {
        free = tensor();
        try (Scope inner = new Scope()) {
          owned = inner.keep(tensor());
        }
      }
    }
    assertAlive(free, owned);
  }

  @Test
  void detachedTensorsAreHandedToAnotherScope() {
    Scope.Detached detached;
    Tensor tensor;
    try (Scope scope = new Scope()) {
      tensor = tensor();
      detached = scope.detach();
    }
    assertAlive(tensor);
    try (Scope later = new Scope()) {
      detached.attach();
      assertAlive(tensor);
    }
    assertReleased(CLOSED, tensor);
  }

  @Test
  void detachedTensorsMayGoToNoScope() {
    Scope.Detached detached;
    Tensor tensor;
    try (Scope scope = new Scope()) {
      tensor = tensor();
      detached = scope.detach();
    }
    detached.attach();
    try (Scope other = new Scope()) {
      other.keep(tensor);
    }
    assertAlive(tensor);
  }

  @Test
  void aDetachedScopeOwnsNothingThatIsMadeAfterwards() {
    try (Scope outer = new Scope()) {
      Tensor after;
      try (Scope scope = new Scope()) {
        scope.detach();
        after = tensor();
      }
      assertAlive(after);
    }
  }

  @Test
  void scopesCloseInReverseOrder() {
    Scope outer = new Scope();
    Tensor tensor = tensor();
    Scope inner = new Scope();
    assertEquals(
        "Scope: closed on another thread or out of order; use try-with-resources",
        assertThrows(IllegalStateException.class, outer::close).getMessage());
    assertAlive(tensor);
    inner.close();
    outer.close();
    assertReleased(CLOSED, tensor);
  }

  @Test
  void otherThreadsAreNotTouched() throws Exception {
    Tensor[] made = new Tensor[1];
    try (Scope scope = new Scope()) {
      Thread thread = new Thread(() -> made[0] = tensor());
      thread.start();
      thread.join();
    }
    assertAlive(made[0]);
  }
}
