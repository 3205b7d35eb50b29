package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelSummaryTest {
  @Test
  void tellsLayersShapesAndParameters() {
    Sequential model = new Sequential(new Linear(1000), new Linear(10));
    model.name("digits");
    model.predict(Tensor.zeros(DType.FLOAT32, 2, 20));
    assertEquals(
        """
        Model: "digits"
        ┏━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓
        ┃ Layer (type)      ┃ Output Shape ┃ Param # ┃
        ┡━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩
        │ linear (Linear)   │ (None, 1000) │  20,000 │
        ├───────────────────┼──────────────┼─────────┤
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
    model.name("branches");
    model.apply(new float[][] {{1, 2}});
    assertEquals(
        """
        Model: "branches"
        ┏━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━━━━━┓
        ┃ Layer (type)     ┃ Output Shape ┃     Param # ┃
        ┡━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━━━━━┩
        │ shared (Linear)  │ (None, 2)    │           4 │
        ├──────────────────┼──────────────┼─────────────┤
        │ unused (Linear)  │ ?            │ 0 (unbuilt) │
        ├──────────────────┼──────────────┼─────────────┤
        │ sum (Sequential) │ (None)       │           0 │
        └──────────────────┴──────────────┴─────────────┘
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
            + " batch first, or give its input, as new Sequential(Input.of(..), ..)",
        message);
    model.build(new TensorSpec(DType.FLOAT32, Shape.of(Shape.UNKNOWN, 3)));
    assertTrue(model.summary().contains("│ linear (Linear) │ (None, 1)    │       3 │"));
  }

  private record Pair(Tensor user, Tensor item) {}

  /** A layer of two outputs. */
  private static final class Halves extends LayerOf<Tensor, Map<String, Tensor>> {
    @Override
    protected Map<String, Tensor> call(Tensor x) {
      return Map.of("low", x.get(Index.ALL, Index.to(1)), "high", x.get(Index.ALL, 1));
    }
  }

  private static ModelOf<Pair, List<Object>> twoTowers() {
    Pair inputs = new Pair(Input.of("user", DType.FLOAT32, 8), Input.of("item", DType.FLOAT32, 8));
    Layer shared = new Linear(4).name("shared_tower");
    Layer frozen = new Linear(2).name("stars").trainable(false);
    Layer inner = new Sequential(new Linear(3), new Linear(2)).name("inner");
    Tensor h = shared.apply(inputs.user()).add(shared.apply(inputs.item()));
    Map<String, Tensor> halves = new Halves().apply(inner.apply(h));
    ModelOf<Pair, List<Object>> model = Model.of(inputs, List.of(frozen.apply(h), halves));
    model.name("towers");
    return model;
  }

  /** Rows, their order and their cells are those of Keras for the same model. */
  @Test
  void functionalModelsHaveRowsOfInputsAndOps() {
    assertEquals(
        """
        Model: "towers"
        ┏━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━┓
        ┃ Layer (type)           ┃ Output Shape                   ┃ Param # ┃ Connected to           ┃ Trainable ┃
        ┡━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━┩
        │ user (InputLayer)      │ (None, 8)                      │       0 │ -                      │     -     │
        ├────────────────────────┼────────────────────────────────┼─────────┼────────────────────────┼───────────┤
        │ item (InputLayer)      │ (None, 8)                      │       0 │ -                      │     -     │
        ├────────────────────────┼────────────────────────────────┼─────────┼────────────────────────┼───────────┤
        │ shared_tower (Linear)  │ (None, 4)                      │      32 │ user[0][0], item[0][0] │     Y     │
        ├────────────────────────┼────────────────────────────────┼─────────┼────────────────────────┼───────────┤
        │ add (Add)              │ (None, 4)                      │       0 │ shared_tower[0][0],    │     -     │
        │                        │                                │         │ shared_tower[1][0]     │           │
        ├────────────────────────┼────────────────────────────────┼─────────┼────────────────────────┼───────────┤
        │ inner (Sequential)     │ (None, 2)                      │      18 │ add[0][0]              │     Y     │
        ├────────────────────────┼────────────────────────────────┼─────────┼────────────────────────┼───────────┤
        │    └ linear (Linear)   │ (None, 3)                      │      12 │ -                      │     Y     │
        ├────────────────────────┼────────────────────────────────┼─────────┼────────────────────────┼───────────┤
        │    └ linear_1 (Linear) │ (None, 2)                      │       6 │ -                      │     Y     │
        ├────────────────────────┼────────────────────────────────┼─────────┼────────────────────────┼───────────┤
        │ stars (Linear)         │ (None, 2)                      │       8 │ add[0][0]              │     N     │
        ├────────────────────────┼────────────────────────────────┼─────────┼────────────────────────┼───────────┤
        │ halves (Halves)        │ {high: (None), low: (None, 1)} │       0 │ inner[0][0]            │     -     │
        └────────────────────────┴────────────────────────────────┴─────────┴────────────────────────┴───────────┘
         Total params: 58 (232.00 B)
         Trainable params: 50 (200.00 B)
         Non-trainable params: 8 (32.00 B)
        """,
        twoTowers().summary(new SummaryOptions().expandNested(true).showTrainable(true)));
  }

  @Test
  void aFunctionalChainHasNoConnections() {
    Tensor input = Input.of("x", DType.FLOAT32, 3);
    Model model = Model.of(input, new Linear(2).apply(new Linear(4).apply(input)));
    String summary = model.summary();
    assertTrue(summary.contains("│ x (InputLayer)    │ (None, 3)    │       0 │"), summary);
    assertFalse(summary.contains("Connected to"), summary);
    Tensor skipped = Model.of(input, input.add(new Linear(3).apply(input))).output();
    assertTrue(Model.of(input, skipped).summary().contains("x[0][0], linear[0][0]"));
  }

  @Test
  void masksAreNoOutputs() {
    Layer masking =
        new Layer() {
          @Override
          protected Tensor call(Tensor x) {
            return x.mul(2).withMask(x.get(Index.ALL, Index.ALL, 0).greater(0));
          }
        };
    Tensor input = Input.of("x", DType.FLOAT32, 3, 2);
    Tensor masked = masking.name("masking").apply(input);
    Model model = Model.of(input, masked.add(input));
    assertTrue(model.summary().contains("masking (Layer) │ (None, 3, 2)"), model.summary());
    assertTrue(model.summary().contains("masking[0][0], x[0][0]"), model.summary());
  }

  @Test
  void tellsOfTheOptimizerAfterTraining() {
    Sequential model = new Sequential(Input.of(2), new Linear(1));
    model.compile(new Descent(0.1), Losses.meanSquaredError());
    assertFalse(model.summary().contains("Optimizer"));
    model.optimizer().iterations().assign(1L);
    assertTrue(model.summary().contains(" Optimizer params: 2 (12.00 B)"), model.summary());
    assertTrue(model.summary().contains(" Total params: 4 (20.00 B)"), model.summary());
  }
}
