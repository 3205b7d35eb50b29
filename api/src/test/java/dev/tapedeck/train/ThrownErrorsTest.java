package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Descent;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is thrown at some place of a fit, or interrupts it, the next fit is as if it had not.
 */
final class ThrownErrorsTest {
  /** Two epochs of three batches. */
  private static final int STEPS = 6;

  /** Where something happens. */
  enum Place {
    DATASET,
    CALLBACK,
    TRACE,
    OP,
    GRADIENT
  }

  /** What happens at the next passes of a place, and after how many. */
  private Place place;

  private int left = -1;
  private Runnable event = () -> {};

  private void pass(Place here) {
    if (here == place && left-- == 0) {
      event.run();
    }
  }

  /** Passes a tensor on. */
  private record Watched(ThrownErrorsTest test, Place place) implements SimpleOp {
    @Override
    public String name() {
      return "watched";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      test.pass(place);
      Elements.copy(inputs[0], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {
        place == Place.GRADIENT ? upstream : new Watched(test, Place.GRADIENT).applyTo(upstream)
      };
    }
  }

  private static Tensor random(int seed, long... shape) {
    return Randoms.normal(RandomKey.of(seed), DType.FLOAT32, 0, 1, shape);
  }

  private final class Net extends Model {
    private final Variable kernel = Variable.of(random(1, 40, 30), "kernel");

    @Override
    protected Tensor call(Tensor inputs) {
      pass(Place.TRACE);
      return new Watched(ThrownErrorsTest.this, Place.OP).applyTo(inputs.matmul(kernel));
    }

    float[] fitted() {
      kernel.assign(random(1, 40, 30));
      fit(
          new Passing(),
          FitOptions.epochs(2)
              .verbosity(FitOptions.Verbosity.SILENT)
              .callback(
                  new Callback() {
                    @Override
                    public void onTrainBatchEnd(
                        Trainable<?, ?> model, int step, Map<String, Double> logs) {
                      pass(Place.CALLBACK);
                    }
                  }));
      return kernel.value().toFloatArray();
    }
  }

  private final class Passing implements Dataset {
    private final List<Example> examples =
        Stream.of(2, 4, 6).map(i -> new Example(random(i, 16, 40), random(i + 1, 16, 30))).toList();

    @Override
    public long cardinality() {
      return examples.size();
    }

    @Override
    public Iterator<Example> iterator() {
      return examples.stream()
          .peek(example -> pass(Place.DATASET)) // one by one: the stream is read by its iterator
          .iterator();
    }
  }

  static Stream<Arguments> errorsAtPlaces() {
    List<Supplier<Throwable>> errors =
        List.of(
            () -> new OutOfMemoryError("Java heap space"),
            StackOverflowError::new,
            () -> new IllegalStateException("a user's"));
    return Stream.of(Place.values())
        .flatMap(place -> errors.stream().map(error -> Arguments.of(place, error)));
  }

  @AfterEach
  void nothingIsLeftOpen() {
    assertFalse(Dispatch.isRecording());
    assertTrue(Dispatch.executingEagerly());
  }

  private static <E extends Throwable> void sneak(Throwable error) throws E {
    @SuppressWarnings("unchecked") // whatever it is
    E any = (E) error;
    throw any;
  }

  @ParameterizedTest
  @MethodSource("errorsAtPlaces")
  void anError(Place where, Supplier<Throwable> error) {
    Net model = new Net();
    model.compile(new Descent(0.1), Losses.meanSquaredError());
    float[] expected = model.fitted();
    int most = where == Place.TRACE ? 1 : STEPS;
    for (int passes = 0; passes < most; passes++) {
      model.compile(new Descent(0.1), Losses.meanSquaredError()); // so that it traces anew
      Throwable thrown = error.get();
      strikeAfter(where, passes, () -> ThrownErrorsTest.<RuntimeException>sneak(thrown));
      assertSame(thrown, root(assertThrows(Throwable.class, model::fitted)));
      place = null;
      assertArrayEquals(expected, model.fitted(), where + " " + passes);
    }
  }

  private void strikeAfter(Place where, int passes, Runnable what) {
    place = where;
    left = passes;
    event = what;
  }

  private static Throwable root(Throwable error) {
    return error.getCause() == null ? error : root(error.getCause());
  }

  @ParameterizedTest
  @MethodSource("places")
  void anInterrupt(Place where) {
    Net model = new Net();
    model.compile(new Descent(0.1), Losses.meanSquaredError());
    float[] expected = model.fitted();
    int most = where == Place.TRACE ? 1 : STEPS;
    for (int passes = 0; passes < most; passes++) {
      strikeAfter(where, passes, () -> Thread.currentThread().interrupt());
      model.compile(new Descent(0.1), Losses.meanSquaredError());
      model.fitted();
      assertTrue(Thread.interrupted(), where + " " + passes);
      place = null;
      assertArrayEquals(expected, model.fitted(), where + " " + passes);
    }
  }

  static Stream<Place> places() {
    return Stream.of(Place.values());
  }

  @Test
  void memoryComesBack() throws InterruptedException {
    Net model = new Net();
    model.compile(new Descent(0.1), Losses.meanSquaredError());
    model.fitted();
    long before = settled();
    Error error = new OutOfMemoryError("Java heap space");
    for (int i = 0; i < 200; i++) {
      Place where = i % 2 == 0 ? Place.OP : Place.GRADIENT;
      strikeAfter(where, i % STEPS, () -> ThrownErrorsTest.<RuntimeException>sneak(error));
      assertThrows(OutOfMemoryError.class, model::fitted);
    }
    assertTrue(settled() <= before + (1 << 20), "still live: " + (settled() - before));
  }

  private static long settled() throws InterruptedException {
    long before = -1;
    for (long now = Memory.stats().live(); now != before; now = Memory.stats().live()) {
      before = now;
      System.gc();
      Thread.sleep(50);
    }
    return before;
  }
}
