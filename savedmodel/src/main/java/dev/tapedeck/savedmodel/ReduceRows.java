package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rows of reductions and casts. */
final class ReduceRows {
  private ReduceRows() {}

  static void addTo(Map<String, Row> rows) {
    rows.put("Cast.1", Row.of(call -> call.emitter().cast(call.input(), call.dtype())));
    rows.put("Reduce.1", Row.of(ReduceRows::reduce));
    rows.put("ChannelMoments.1", Row.of(ReduceRows::moments));
    rows.put("FiniteMax.1", Row.of(ReduceRows::finiteMax));
  }

  private static Value reduce(OpCall call) {
    Value x = call.input();
    boolean bools = x.dtype() == DType.BOOL;
    String op =
        switch (call.attribute("kind", Reduction.class)) {
          case SUM -> "Sum";
          case MEAN -> "Mean";
          case PROD -> "Prod";
          case MAX -> bools ? "Any" : "Max";
          case MIN -> bools ? "All" : "Min";
        };
    return call.emitter().reduce(op, x, false, call.attribute("axes", int[].class));
  }

  private static Value moments(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    int[] axes = IntStream.range(0, x.rank() - 1).toArray();
    Value mean = to.reduce("Mean", x, false, axes);
    Value distance = to.sub(x, mean);
    Value variance = to.reduce("Mean", to.mul(distance, distance), false, axes);
    return to.stack(List.of(mean, variance), new TensorSpec(x.dtype(), call.shape()));
  }

  private static Value finiteMax(OpCall call) {
    Emitter to = call.emitter();
    Value most = to.reduce("Max", call.input(), false, call.attribute("axes", int[].class));
    Value finite =
        to.node("IsFinite", most).type("T", most.dtype()).output("y", DType.BOOL, most.shape());
    return to.select(finite, most, to.like(most, 0));
  }
}
