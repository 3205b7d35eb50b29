package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Linear;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSummaryTest {
  @Test
  void tellsLayersShapesAndParameters() {
    Sequential model = new Sequential(new Linear(1000), new Linear(10));
    model.predict(Tensor.zeros(DType.FLOAT32, 2, 20));
    assertEquals(
        """
        Model: "Sequential"
        ┏━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓
        ┃ Layer (type)      ┃ Output Shape ┃ Param # ┃
        ┡━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩
        │ linear (Linear)   │ (None, 1000) │  20,000 │
        │ linear_1 (Linear) │ (None, 10)   │  10,000 │
        └───────────────────┴──────────────┴─────────┘
         Total params: 30,000 (117.19 KB)
         Trainable params: 30,000 (117.19 KB)
         Non-trainable params: 0 (0.00 B)
        """,
        model.summary());
  }

  /** Its own variables are in the totals, and a layer that it uses twice is in the table once. */
  private static final class Branches extends Model {
    private final Linear shared = new Linear(2);
    private final Linear again = shared;
    private final Linear unused = new Linear(5);
    private final Layer sum =
        new Sequential(
            new Layer() {
              @Override
              protected Tensor call(Tensor x) {
                return x.sum(-1);
              }
            });
    private final List<Variable> own = List.of(Variable.untrainable(0L, "steps"), Variable.of(1f));

    @Override
    protected Tensor call(Tensor x) {
      return sum.apply(again.apply(shared.apply(x))).mul(own.getLast());
    }
  }

  @Test
  void tellsOfASubclass() {
    Branches model = new Branches();
    model.apply(new float[][] {{1, 2}});
    assertEquals(
        """
        Model: "Branches"
        ┏━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓
        ┃ Layer (type)     ┃ Output Shape ┃ Param # ┃
        ┡━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩
        │ shared (Linear)  │ (None, 2)    │       4 │
        │ unused (Linear)  │ not called   │       0 │
        │ sum (Sequential) │ (None,)      │       0 │
        └──────────────────┴──────────────┴─────────┘
         Total params: 6 (28.00 B)
         Trainable params: 5 (20.00 B)
         Non-trainable params: 1 (8.00 B)
        """,
        model.summary());
  }

  @Test
  void needsACallBefore() {
    Sequential model = new Sequential(new Linear(1));
    String message = assertThrows(IllegalStateException.class, model::summary).getMessage();
    assertEquals(
        "summary: the model has not been called yet, so its shapes are not known; apply it to a"
            + " batch first",
        message);
  }
}
