package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.Variable;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each operation does in each state: of a scope, and of a tensor. */
@SuppressWarnings("ImmutableEnumChecker") // their functions have no state
final class ScopeStatesTest {
  /** What a scope may have gone through. */
  enum Of {
    OPEN,
    AROUND_ANOTHER,
    AROUND_NONE,
    NONE,
    CLOSED,
    DETACHED,
    OF_ANOTHER_THREAD
  }

  /** What is done with it, and the tensor that was made last before. */
  enum Do {
    KEEP(Scope::keep),
    OWNS((scope, tensor) -> scope.owns((EagerTensor) tensor)),
    RELEASE(
        (scope, tensor) -> {
          scope.release((EagerTensor) tensor);
          return tensor;
        }),
    DETACH(
        (scope, tensor) -> {
          scope.detach().attach();
          return tensor;
        }),
    CLOSE(
        (scope, tensor) -> {
          scope.close();
          return tensor;
        });

    private final BiFunction<Scope, Tensor, Object> action;

    Do(BiFunction<Scope, Tensor, Object> action) {
      this.action = action;
    }
  }

  /** Returns the answer, or whether the tensor is alive now and when all scopes are closed. */
  private static String outcome(Supplier<Object> action, Tensor tensor, Runnable end) {
    String outcome;
    try {
      Object answer = action.get();
      outcome = answer instanceof Boolean ? answer.toString() : state(tensor);
    } catch (IllegalStateException e) {
      String message = e.getMessage();
      outcome = message.substring(0, message.indexOf(';'));
    }
    end.run();
    return outcome + ", then " + state(tensor);
  }

  private static String state(Tensor tensor) {
    try {
      tensor.sum().release();
      return "alive";
    } catch (IllegalStateException e) {
      return "released";
    }
  }

  private static Tensor tensor() {
    return Tensor.of(new float[] {1, 2});
  }

  private static <T> T elsewhere(Supplier<T> action) {
    Object[] result = new Object[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                result[0] = action.get();
              } catch (RuntimeException e) {
                result[0] = e;
              }
            });
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (result[0] instanceof RuntimeException e) {
      throw e;
    }
    @SuppressWarnings("unchecked")
    T value = (T) result[0];
    return value;
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OPEN              | KEEP    | alive, then alive
          OPEN              | OWNS    | true, then released
          OPEN              | RELEASE | released, then released
          OPEN              | DETACH  | alive, then alive
          OPEN              | CLOSE   | released, then released
          AROUND_ANOTHER    | KEEP    | alive, then alive
          AROUND_ANOTHER    | OWNS    | false, then released
          AROUND_ANOTHER    | RELEASE | alive, then released
          AROUND_ANOTHER    | DETACH  | Scope: closed on another thread or out of order, then released
          AROUND_ANOTHER    | CLOSE   | Scope: closed on another thread or out of order, then released
          AROUND_NONE       | KEEP    | alive, then alive
          AROUND_NONE       | OWNS    | false, then alive
          AROUND_NONE       | RELEASE | alive, then alive
          AROUND_NONE       | DETACH  | Scope: closed on another thread or out of order, then alive
          AROUND_NONE       | CLOSE   | Scope: closed on another thread or out of order, then alive
          NONE              | KEEP    | alive, then alive
          NONE              | OWNS    | false, then alive
          NONE              | RELEASE | alive, then alive
          NONE              | DETACH  | alive, then alive
          NONE              | CLOSE   | alive, then alive
          CLOSED            | KEEP    | Scope.keep: the scope was closed, then released
          CLOSED            | OWNS    | tensor: used after the Scope it was made in was closed, then released
          CLOSED            | RELEASE | released, then released
          CLOSED            | DETACH  | Scope.detach: the scope was closed, then released
          CLOSED            | CLOSE   | released, then released
          DETACHED          | KEEP    | Scope.keep: the scope was closed, then alive
          DETACHED          | OWNS    | true, then alive
          DETACHED          | RELEASE | released, then released
          DETACHED          | DETACH  | Scope.detach: the scope was closed, then alive
          DETACHED          | CLOSE   | alive, then alive
          OF_ANOTHER_THREAD | KEEP    | Scope.keep: the scope belongs to the thread that opened it, then released
          OF_ANOTHER_THREAD | OWNS    | true, then released
          OF_ANOTHER_THREAD | RELEASE | Scope.release: the scope belongs to the thread that opened it, then released
          OF_ANOTHER_THREAD | DETACH  | Scope.detach: the scope belongs to the thread that opened it, then released
          OF_ANOTHER_THREAD | CLOSE   | Scope: closed on another thread or out of order, then released
          """)
  void aScope(Of state, Do operation, String expected) {
    Scope scope = state == Of.NONE ? Scope.none() : new Scope();
    Scope inner =
        switch (state) {
          case AROUND_ANOTHER -> new Scope();
          case AROUND_NONE -> Scope.none();
          default -> null;
        };
    Tensor tensor = tensor();
    Scope.Detached detached = state == Of.DETACHED ? scope.detach() : () -> {};
    if (state == Of.CLOSED) {
      scope.close();
    }
    Supplier<Object> action = () -> operation.action.apply(scope, tensor);
    Runnable end =
        () -> {
          if (inner != null) {
            inner.close();
          }
          scope.close();
          detached.attach();
        };
    boolean far = state == Of.OF_ANOTHER_THREAD;
    assertEquals(expected, outcome(far ? () -> elsewhere(action) : action, tensor, end));
  }

  /** Why a tensor has no value any more. */
  enum Gone {
    RELEASED,
    SCOPE_CLOSED,
    OVERWRITTEN;

    Tensor make() {
      Tensor tensor;
      switch (this) {
        case RELEASED -> {
          tensor = tensor();
          tensor.release();
        }
        case SCOPE_CLOSED -> {
          try (Scope _ = new Scope()) {
            tensor = tensor();
          }
        }
        default -> {
          Variable variable = Variable.of(new float[] {1, 2}, "v");
          tensor = variable.reading();
          variable.assign(new float[] {3, 4});
        }
      }
      return tensor;
    }
  }

  /** What may be done with a tensor. */
  enum Use {
    OP(tensor -> tensor.add(1)),
    ITEM(tensor -> tensor.get(0).item()),
    ARRAY(Tensor::toFloatArray),
    PRINT(Tensor::toString),
    VIEW(tensor -> tensor.reshape(2, 1).toFloatArray()),
    ND4J(Tensor::toINDArray),
    BUFFER(Tensor::toByteBuffer),
    VARIABLE(Variable::of),
    SPEC(Tensor::spec),
    RELEASE(
        tensor -> {
          tensor.release();
          return tensor;
        }),
    KEEP(
        tensor -> {
          try (Scope scope = new Scope()) {
            return scope.keep(tensor);
          }
        });

    private final Function<Tensor, Object> action;

    Use(Function<Tensor, Object> action) {
      this.action = action;
    }
  }

  @ParameterizedTest(name = "{0} {1} {2} {3}")
  @CsvSource({
    "OP, no, no, no",
    "ITEM, no, no, no",
    "ARRAY, no, no, no",
    "PRINT, no, no, no",
    "VIEW, no, no, no",
    "ND4J, no, no, no",
    "BUFFER, no, no, no",
    "VARIABLE, no, no, no",
    "SPEC, yes, yes, yes",
    "RELEASE, yes, yes, yes",
    "KEEP, no, no, yes"
  })
  void aTensorThatIsGone(Use use, String released, String closed, String overwritten) {
    assertUse(use, Gone.RELEASED, released, "tensor: used after release()");
    assertUse(
        use,
        Gone.SCOPE_CLOSED,
        closed,
        "tensor: used after the Scope it was made in was closed; hand it out with scope.keep(tensor)");
    assertUse(
        use,
        Gone.OVERWRITTEN,
        overwritten,
        "variable \"v\" was assigned to after this tensor was read from it; compute the gradient before"
            + " the assignment, or keep variable.value()");
  }

  private static void assertUse(Use use, Gone gone, String expected, String message) {
    Tensor tensor = gone.make();
    String outcome;
    try {
      Object _ = use.action.apply(tensor);
      outcome = "yes";
    } catch (IllegalStateException e) {
      assertEquals(message, e.getMessage(), gone + " " + use);
      outcome = "no";
    }
    assertEquals(expected, outcome, gone + " " + use);
  }
}
