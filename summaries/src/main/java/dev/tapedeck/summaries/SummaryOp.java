package dev.tapedeck.summaries;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * The op of a graph that records a summary each time it runs.
 *
 * @param name {@code scalarSummary}
 * @param operands the traced arguments; tensors stand for the inputs
 * @param scope the settings of writer and steps made within the traced code
 */
record SummaryOp(String name, Kind kind, List<?> operands, SummaryScope scope) implements Op {
  private static final EagerTensor[] NOTHING = {};

  /** A kind of summary, which records operands with a writer. */
  @FunctionalInterface
  interface Kind {
    void record(SummaryWriter writer, Object... operands);
  }

  /** Records at once, or whenever the graph that is being traced runs. */
  static void record(String name, Kind kind, Object... operands) {
    SummaryScope scope = SummaryScope.ofTrace();
    if (Dispatch.executingEagerly()) {
      record(kind, scope, operands);
    } else {
      List<Object> traced = Arrays.stream(operands).map(SummaryOp::traced).toList();
      new SummaryOp(name, kind, traced, scope)
          .apply(traced.stream().filter(Tensor.class::isInstance).toArray(Tensor[]::new));
    }
  }

  private static Object traced(Object operand) {
    return operand instanceof Variable || Operands.isTensor(operand)
        ? Operands.tensor(operand)
        : operand;
  }

  private static void record(Kind kind, SummaryScope scope, Object... operands) {
    SummaryWriter writer = scope.recordingWriter();
    if (writer != null) {
      kind.record(writer, operands);
    }
  }

  @Override
  public Effect effect() {
    return Effect.WRITE;
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    return new TensorSpec[0];
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    Iterator<EagerTensor> values = Arrays.asList(inputs).iterator();
    record(
        kind,
        scope,
        operands.stream()
            .map(traced -> traced instanceof Tensor ? values.next() : traced)
            .toArray());
    return NOTHING;
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    return new Tensor[call.inputs().length];
  }
}
