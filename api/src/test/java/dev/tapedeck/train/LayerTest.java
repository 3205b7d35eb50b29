package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Linear;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@SuppressWarnings("unused") // fields of the layers here are read by reflection
class LayerTest {
  private static final Tensor ROW = Tensor.of(new float[][] {{1, 2}});

  /** Hands its input on. */
  private static class Through extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return x;
    }
  }

  private static Variable variable() {
    return Variable.of(0f, "its own name");
  }

  private static List<String> paths(Layer layer) {
    return List.copyOf(layer.namedVariables().keySet());
  }

  private static class Base extends Through {
    static final Variable OF_THE_CLASS = variable();
    final Linear first = built();
    final Variable inherited = variable();

    static Linear built() {
      Linear linear = new Linear(1);
      linear.apply(ROW);
      return linear;
    }
  }

  private static final class Everything extends Base {
    final Variable field = variable();
    final Layer nothing = null;
    final int number = 3;
    final List<Object> list = List.of(variable(), built(), "no variable");
    final Variable[] array = {variable(), null};
    final Layer[][] nested = {{built()}, {built()}};
    final Map<String, Layer> map = new LinkedHashMap<>(Map.of("key", built()));
    final Sequential stack = new Sequential(built(), built());
    final Variable again = field;
    final Layer shared = first;
    private Variable renamed;

    @Override
    protected void build(Shape input) {
      renamed = addVariable("added", Initializers.zeros());
      addUntrainable("frozen", Initializers.zeros());
    }
  }

  @Test
  void variablesAreFoundAndNamedByFields() {
    Everything layer = new Everything();
    layer.apply(ROW);
    assertEquals(
        List.of(
            "inherited",
            "field",
            "list/0",
            "array/0",
            "added",
            "frozen",
            "first/kernel",
            "list/1/kernel",
            "nested/0/0/kernel",
            "nested/1/0/kernel",
            "map/key/kernel",
            "stack/linear/kernel",
            "stack/linear_1/kernel"),
        paths(layer));
    assertSame(layer.renamed, layer.namedVariables().get("added"));
    assertEquals(List.copyOf(layer.namedVariables().values()), layer.variables());
    List<Variable> trainable = new ArrayList<>(layer.variables());
    assertTrue(trainable.remove(layer.namedVariables().get("frozen")));
    assertEquals(trainable, layer.trainableVariables());
  }

  @Test
  void aLayerUsedTwiceCountsOnce() {
    Linear linear = new Linear(2);
    Sequential twice = new Sequential(linear, new Linear(2), linear);
    twice.apply(ROW);
    assertEquals(List.of("linear/kernel", "linear_1/kernel"), paths(twice));
  }

  @Test
  void anInnerLayerDoesNotOwnTheOuterOne() {
    class Outer extends Through {
      final Variable scale = variable();
      final Layer inner = new Inner();

      class Inner extends Layer {
        final Variable offset = variable();

        @Override
        protected Tensor call(Tensor x) {
          return x.mul(scale).add(offset);
        }
      }
    }

    Outer outer = new Outer();
    assertEquals(List.of("scale", "inner/offset"), paths(outer));
    assertEquals(List.of("offset"), paths(outer.inner));
  }

  @Test
  void oneNameStandsForOneVariable() {
    class First extends Through {
      final Variable weight = variable();
    }
    class Hiding extends First {
      @SuppressWarnings("HidingField")
      final Variable weight = variable();
    }
    class Stacking extends Through {
      final Map<Object, Layer> layers = Map.of(1, new Through(), "1", new Through());
    }
    class Adding extends First {
      @Override
      protected void build(Shape input) {
        addVariable("weight", Initializers.zeros());
      }
    }
    class Repeating extends Through {
      @Override
      protected void build(Shape input) {
        addVariable("weight", Initializers.zeros());
        addVariable("weight", Initializers.zeros());
      }
    }

    assertRefused(
        "Hiding: two fields with variables are named \"weight\"; rename one",
        new Hiding()::variables);
    assertRefused(
        "a map with variables has two keys that read \"1\"; rename one", new Stacking()::variables);
    Adding adding = new Adding();
    adding.apply(ROW);
    assertRefused("Adding: two variables are named \"weight\"", adding::variables);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Repeating().apply(ROW)).getMessage();
    assertEquals("Repeating: has a variable \"weight\" already", message);
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalStateException.class, call::run).getMessage());
  }

  @Test
  void buildsAtTheFirstCall() {
    Linear linear = new Linear(3);
    assertEquals(List.of(), linear.variables());
    assertEquals(Shape.of(1, 3), linear.apply(ROW).shape());
    Variable kernel = linear.variables().getFirst();
    assertEquals("float32 (2, 3)", kernel.spec().toString());
    linear.apply(ROW);
    assertSame(kernel, linear.variables().getFirst());
  }

  @Test
  void variablesHaveTheInputsFloatingType() {
    Linear wide = new Linear(1);
    wide.apply(new double[][] {{1, 2}});
    assertEquals(DType.FLOAT64, wide.variables().getFirst().dtype());

    class Counting extends Through {
      @Override
      protected void build(Shape input) {
        addVariable("weight", Initializers.ones(), 1);
      }
    }
    Counting counting = new Counting();
    counting.apply(new int[] {1});
    assertEquals(DType.FLOAT32, counting.variables().getFirst().dtype());
  }

  /** Has one variable from the start, and one that it fails to build at the first attempt. */
  private static final class Stubborn extends Through {
    private final Variable early = addVariable("start", Initializers.ones());
    private boolean failed;

    @Override
    protected void build(Shape input) {
      addVariable("built", Initializers.zeros());
      if (!failed) {
        failed = true;
        throw new IllegalArgumentException("not yet");
      }
    }
  }

  @Test
  void aBuildThatFailedIsTriedAgain() {
    Stubborn layer = new Stubborn();
    assertEquals(List.of("start"), paths(layer));
    assertThrows(IllegalArgumentException.class, () -> layer.apply(ROW));
    assertEquals(List.of("start"), paths(layer));
    layer.apply(ROW);
    layer.apply(ROW);
    assertEquals(List.of("start", "built"), paths(layer));
    assertSame(layer.early, layer.variables().getFirst());
  }

  @Test
  void theTrainingFlagReachesNestedLayers() {
    List<String> flags = new ArrayList<>();
    class Flag extends Layer {
      private final String name;

      Flag(String name) {
        this.name = name;
      }

      @Override
      protected Tensor call(Tensor x, boolean training) {
        flags.add(name + " " + training);
        return x;
      }
    }
    class Frozen extends Layer {
      private final Flag within = new Flag("frozen");

      @Override
      protected Tensor call(Tensor x) {
        return within.apply(x, false);
      }
    }
    Flag last = new Flag("last");
    Sequential model =
        new Sequential(new Sequential(new Flag("nested")), new Frozen(), new Through(), last);
    model.apply(ROW, true);
    assertEquals(List.of("nested true", "frozen false", "last true"), flags);
    flags.clear();
    model.apply(ROW);
    last.apply(ROW);
    assertEquals(List.of("nested false", "frozen false", "last false", "last false"), flags);
  }

  @Test
  void applyTakesWhatTensorsAreMadeOf() {
    Through through = new Through();
    assertSame(ROW, through.apply(ROW));
    assertArrayEquals(new float[] {3, 4}, through.apply(new float[] {3, 4}).toFloatArray());
    assertEquals(0, through.apply(variable()).item());
    assertEquals(7, through.apply(7).item());
  }

  @Test
  void oneFormOfCallIsOverridden() {
    Layer bare = new Layer() {};
    String message =
        assertThrows(UnsupportedOperationException.class, () -> bare.apply(ROW)).getMessage();
    assertEquals(
        bare.getClass().getName() + ": override call(input), or call(input, training)", message);
  }

  /** What is computed again for the gradient is in training if the first time was. */
  @Test
  void recomputationKeepsWhetherALayerIsInTraining() {
    Layer inner =
        new Layer() {
          @Override
          protected Tensor call(Tensor x, boolean training) {
            return training ? x.mul(2) : x;
          }
        };
    Layer outer =
        new Layer() {
          @Override
          protected Tensor call(Tensor x) {
            return Gradients.recompute(z -> inner.apply(z[0]), x);
          }
        };
    Tensor x = Tensor.of(new float[] {3});
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      assertEquals(2, tape.gradient(outer.apply(x, true), x).item());
    }
  }

  /** Hands its input on, at a cost. */
  private static final class Costly extends Through {
    @Override
    protected Regularizer activityRegularizer() {
      return Regularizers.l1(1);
    }
  }

  @Test
  void penaltiesOfOutputsAreDividedByTheBatchSizeWhereItIsUnknown() {
    for (Tensor x : List.of(Tensor.ones(DType.FLOAT32, 4, 3), Tensor.ones(DType.FLOAT32, 4))) {
      Costly layer = new Costly();
      TracedFunction<Tensor> traced =
          TracedFunction.of(
                  "penalty",
                  (Tensor input) -> {
                    layer.apply(input);
                    return layer.losses().getFirst();
                  })
              .withSignature(new TensorSpec(x.dtype(), x.shape().with(0, Shape.UNKNOWN)));
      layer.apply(x);
      assertEquals(x.sum().item() / 4, layer.losses().getFirst().item());
      assertEquals(x.sum().item() / 4, traced.call(x).item());
    }
  }
}
