package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.summaries.EventReader.Point;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded within traced functions. */
class TracedSummariesTest {
  private static final float[][] MATRIX = {{0.1f, 0.2f, 0.3f}};

  private static final int[][] COLORS = {{1, 2, 3}};

  @TempDir Path temp;

  private final Variable v = Variable.of(1f, "v");

  /** Returns what three calls at steps of their own record, without the times. */
  private List<Event> recorded(String run, Consumer<Tensor> method) throws IOException {
    v.assign(1f);
    Path logdir = temp.resolve(run);
    try (SummaryWriter writer = SummaryWriter.open(logdir);
        SummaryScope _ = writer.asDefault()) {
      for (int step = 0; step < 3; step++) {
        writer.step(step);
        method.accept(Tensor.of(MATRIX).add((float) step));
      }
    }
    return EventReader.events(EventReader.onlyFile(logdir)).stream()
        .skip(1)
        .map(event -> event.toBuilder().clearWallTime().build())
        .toList();
  }

  private static Consumer<Tensor> traced(Consumer<Tensor> method) {
    TracedFunction<Tensor> function =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              method.accept(x);
              return x;
            });
    return function::call;
  }

  private List<Event> sameTraced(Consumer<Tensor> method) throws IOException {
    List<Event> eager = recorded("eager", method);
    assertEquals(eager, recorded("traced", traced(method)));
    return eager;
  }

  @Test
  void everyKindIsAsInEagerCode() throws IOException {
    List<Event> events =
        sameTraced(
            x -> {
              Summaries.scalar("a", x.mean());
              Summaries.scalar("b", 0.1);
              v.assignAdd(1f);
              Summaries.scalar("c", v);
              Summaries.histogram("d", x.mul(v));
              v.assignAdd(1f);
              Summaries.image("e", x.reshape(1, 3, 1));
              Summaries.text("f", "text");
              Summaries.text("g", List.of("text"));
              Summaries.audio("h", x, 8_000);
              Summaries.prCurve("i", new int[1][3], x);
              Summaries.mesh("j", x, null, COLORS);
              Summaries.confusionMatrix(
                  "k", x.abs().reshape(3, 1).matmul(x.abs().reshape(1, 3)), List.of());
            });
    assertEquals(3 * 13, events.size());
  }

  @Test
  void stepsToRecordAreAskedForWhenTheGraphRuns() throws IOException {
    List<Event> events =
        sameTraced(
            x -> {
              Summaries.scalar("all", x.mean());
              try (SummaryScope _ = Summaries.recordEvery(2)) {
                Summaries.scalar("even", x.mean());
                try (SummaryScope _ = Summaries.recordEvery(1)) {
                  Summaries.scalar("inner", x.mean());
                }
                if (x.mean().greater(1f).toBoolean()) {
                  Summaries.scalar("large", x.mean());
                }
              }
            });
    assertEquals(
        List.of("all 0", "even 0", "inner 0", "all 1", "inner 1", "all 2", "even 2", "inner 2"),
        events.stream()
            .map(event -> event.getSummary().getValue(0).getTag() + " " + event.getStep())
            .filter(event -> !event.startsWith("large"))
            .toList());
    assertEquals(9, events.size());
  }

  @Test
  void theWriterIsTheOneAroundTheCall() throws IOException {
    Consumer<Tensor> f =
        traced(
            x -> {
              Summaries.scalar("mean", x.mean());
            });
    f.accept(Tensor.of(0f)); // is traced without a writer
    for (int run = 0; run < 2; run++) {
      try (SummaryWriter writer = SummaryWriter.open(temp.resolve("" + run)).step(run);
          SummaryScope _ = writer.asDefault();
          SummaryScope _ = Summaries.recordEvery(run + 1)) {
        f.accept(Tensor.of(1f));
        writer.step(6);
        f.accept(Tensor.of(2f));
      }
      f.accept(Tensor.of(3f));
    }
    assertEquals(List.of(new Point("mean", 0, 1), new Point("mean", 6, 2)), points("0"));
    assertEquals(List.of(new Point("mean", 6, 2)), points("1"));
  }

  @Test
  void aWriterChosenWithinHolds() throws IOException {
    try (SummaryWriter inner = SummaryWriter.open(temp.resolve("inner"));
        SummaryWriter outer = SummaryWriter.open(temp.resolve("outer"))) {
      Consumer<Tensor> f =
          traced(
              x -> {
                try (SummaryScope _ = inner.asDefault()) {
                  Summaries.scalar("mean", x.mean());
                }
                Summaries.scalar("sum", x.sum());
              });
      f.accept(Tensor.of(1f));
      try (SummaryScope _ = outer.asDefault()) {
        f.accept(Tensor.of(2f));
      }
    }
    assertEquals(List.of(new Point("mean", 0, 1), new Point("mean", 0, 2)), points("inner"));
    assertEquals(List.of(new Point("sum", 0, 2)), points("outer"));
  }

  @Test
  void gradientsFromOutsideRecordNothingTwice() throws IOException {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              Tensor y = Maths.square(x.mul(v));
              Summaries.scalar("y", y);
              return y;
            });
    try (SummaryWriter writer = SummaryWriter.open(temp.resolve("run"));
        SummaryScope _ = writer.asDefault()) {
      for (int i = 1; i <= 3; i++) {
        try (GradientTape tape = new GradientTape()) {
          assertEquals(2 * i * i, tape.gradient(f.call(Tensor.of((float) i)), v).item());
        }
      }
    }
    assertEquals(
        Set.of(new Point("y", 0, 1), new Point("y", 0, 4), new Point("y", 0, 9)),
        Set.copyOf(points("run")));
    assertEquals(3, points("run").size());
  }

  @Test
  void errorsAreThoseOfEagerCode() {
    Consumer<Tensor> method =
        x -> {
          Summaries.scalar("loss", x);
        };
    try (SummaryWriter writer = SummaryWriter.open(temp);
        SummaryScope _ = writer.asDefault()) {
      Tensor many = Tensor.of(MATRIX);
      var eager = assertThrows(IllegalArgumentException.class, () -> method.accept(many));
      var traced = assertThrows(IllegalArgumentException.class, () -> traced(method).accept(many));
      assertEquals(eager.getMessage(), traced.getMessage());
    }
  }

  private List<Point> points(String run) throws IOException {
    return EventReader.points(EventReader.onlyFile(temp.resolve(run)));
  }
}
