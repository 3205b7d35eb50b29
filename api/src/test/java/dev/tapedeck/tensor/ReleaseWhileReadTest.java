package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Kernels;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What another thread does to a tensor while an op reads it: a right value or an error. */
@SuppressWarnings("ImmutableEnumChecker") // their functions have no state
final class ReleaseWhileReadTest {
  private static final int SIZE = 60_000;

  /** What reads all elements, which are ones, and says 2 if it has. */
  enum Reading {
    OP(x -> x.add(1f).max().item()),
    ARRAY(
        x -> {
          float largest = 0;
          for (float value : x.toFloatArray()) {
            largest = Math.max(largest, value);
          }
          return largest + 1.0;
        }),
    GRAPH(TracedFunction.of("f", (Tensor x) -> x.add(1f).max())::call),
    COPY(x -> x.reshape(2, SIZE / 2).transpose().reshape(SIZE).max().item() + 1);

    private final Function<Tensor, Object> read;

    Reading(Function<Tensor, Object> read) {
      this.read = read;
    }

    double of(Tensor x) {
      Object answer = read.apply(x);
      return answer instanceof Tensor tensor ? tensor.item() : ((Number) answer).doubleValue();
    }
  }

  /** Releases a tensor, gives its memory to another, and to the system, over and over. */
  private static final class Releasing implements AutoCloseable {
    private final AtomicReference<Tensor> target = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final long limit = Memory.stats().limit();
    private final Thread thread = new Thread(this::run);

    Releasing() {
      thread.start();
    }

    private void run() {
      for (int i = 0; !over.get(); i++) {
        Tensor tensor = target.getAndSet(null);
        if (tensor == null) {
          Thread.onSpinWait();
          continue;
        }
        tensor.release();
        Tensor.full(DType.FLOAT32, 7f, SIZE).release();
        if (i % 4 == 0) {
          Memory.limit(Memory.stats().live() + 1); // all that is pooled goes
          Memory.limit(limit);
        }
      }
    }

    @Override
    public void close() throws InterruptedException {
      over.set(true);
      thread.join();
      Memory.limit(limit);
    }
  }

  @ParameterizedTest
  @EnumSource
  void valuesAreRightOrThereIsAnError(Reading reading) throws InterruptedException {
    assertEquals(2, reading.of(Tensor.ones(DType.FLOAT32, SIZE)));
    int errors = 0;
    try (Releasing other = new Releasing()) {
      for (int i = 0; i < 400; i++) {
        try {
          Tensor x = Tensor.ones(DType.FLOAT32, SIZE);
          other.target.set(x);
          assertEquals(2, reading.of(x));
        } catch (IllegalStateException | TensorMemoryException e) {
          errors++;
        }
      }
    }
    assertTrue(errors > 0, "no release came in between");
  }

  /** An op in whose midst something happens. */
  private record Meanwhile(Runnable event) implements SimpleOp {
    @Override
    public String name() {
      return "meanwhile";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      Elements.copy(inputs[0], output);
      event.run();
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {upstream};
    }
  }

  private static void assertRefused(Runnable event, Tensor x, UnaryOperator<Tensor> run) {
    assertEquals(
        "meanwhile: another thread released input float32 (2,), or assigned to its variable, while the"
            + " op read it; let the op end first, or give the threads tensors of their own",
        assertThrows(IllegalStateException.class, () -> run.apply(x), event.toString())
            .getMessage());
  }

  @Test
  void anInputThatChangesInTheMidstOfAnOpIsAnError() {
    Tensor released = Tensor.of(new float[] {1, 2});
    assertRefused(released::release, released, x -> new Meanwhile(released::release).applyTo(x));
    Variable v = Variable.of(new float[] {1, 2});
    Runnable assign = () -> v.assign(new float[] {3, 4});
    assertRefused(assign, v.reading(), x -> new Meanwhile(assign).applyTo(x));
    assertEquals(7, v.value().sum().item());
    Tensor[] given = new Tensor[1];
    var traced =
        TracedFunction.of("g", (Tensor x) -> new Meanwhile(() -> given[0].release()).applyTo(x));
    for (int i = 0; i < 2; i++) {
      given[0] = Tensor.of(new float[] {1, 2});
      assertRefused(given[0]::release, given[0], traced::call);
    }
  }

  /** A reading that another thread keeps too late does not spoil those that come after. */
  @Test
  void aVariableCanBeReadWhateverThreadsHaveDone() throws InterruptedException {
    Variable v = Variable.of(new float[] {0, 0});
    AtomicBoolean over = new AtomicBoolean();
    Thread reader =
        new Thread(
            () -> {
              while (!over.get()) {
                v.reading();
              }
            });
    reader.start();
    for (int i = 1; i <= 20_000; i++) {
      v.assign(new float[] {i, i});
    }
    over.set(true);
    reader.join();
    assertEquals(40_000, v.value().sum().item());
  }
}
