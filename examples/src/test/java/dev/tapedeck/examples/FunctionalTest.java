package dev.tapedeck.examples;

import static dev.tapedeck.ops.pointwise.Maths.square;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraints;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.WeightSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FunctionalTest {
  private static final FitOptions SILENT = FitOptions.epochs(3).verbosity(Verbosity.SILENT);

  record Query(Tensor user, Tensor item) {}

  record Scores(Tensor click, Tensor stars) {}

  @BeforeEach
  void seed() {
    RandomKey.seed(1);
  }

  private static Dense dense(int units, long seed) {
    return new Dense(units, Activations::tanh)
        .kernelInitializer(Initializers.glorotUniform().seeded(seed));
  }

  /** A subclassed model, which reads a variable with an op. */
  private static final class Scaled extends Model {
    private final Dense hidden = dense(4, 1);
    private final Variable scale = Variable.of(new float[] {1, 2, 3, 4}, "scale");
    private final Dense out = dense(1, 2);

    @Override
    protected Tensor call(Tensor x) {
      return out.apply(square(hidden.apply(x).mul(scale)));
    }
  }

  @Test
  void functionalModelsTrainAsSubclassedOnes() {
    Tensor x = Randoms.normal(8, 3);
    Tensor y = Randoms.normal(8, 1);
    Tensor input = Input.of(3);
    Variable scale = Variable.of(new float[] {1, 2, 3, 4}, "scale");
    Model functional =
        Model.of(input, dense(1, 2).apply(square(dense(4, 1).apply(input).mul(scale))));
    Model subclassed = new Scaled();
    History[] histories = new History[2];
    Model[] models = {functional, subclassed};
    for (int i = 0; i < 2; i++) {
      models[i].compile(new SGD(0.1), Losses.meanSquaredError());
      histories[i] = models[i].fit(Pipeline.of(x, y).batch(4), SILENT);
    }
    assertEquals(histories[1].epochs(), histories[0].epochs());
    assertArrayEquals(subclassed.predict(x).toFloatArray(), functional.predict(x).toFloatArray());
    assertNotEquals(1, scale.value().toFloatArray()[0]);
    assertEquals(
        Set.of("dense/kernel", "dense/bias", "scale", "dense_1/kernel", "dense_1/bias"),
        functional.namedVariables().keySet());
  }

  @Test
  void layersAreSharedAndInnerOutputsMakeNewModels() {
    Tensor left = Input.of("left", DType.FLOAT32, 3);
    Tensor right = Input.of("right", DType.FLOAT32, 3);
    Dense tower = dense(4, 1);
    Tensor difference = tower.apply(left).sub(tower.apply(right)).abs();
    ModelOf<List<Tensor>, Tensor> siamese =
        Model.of(List.of(left, right), dense(1, 2).apply(difference));
    assertEquals(4, siamese.variables().size());
    Tensor a = Randoms.normal(2, 3);
    Tensor b = Randoms.normal(2, 3);
    assertEquals(Shape.of(2, 1), siamese.apply(List.of(a, b)).shape());
    ModelOf<List<Tensor>, Tensor> features = Model.of(List.of(left, right), difference);
    assertArrayEquals(
        tower.apply(a).sub(tower.apply(b)).abs().toFloatArray(),
        features.apply(List.of(a, b)).toFloatArray());
  }

  @Test
  void aFrozenBaseStaysAndItsTrainingFlagIsKept() {
    Tensor input = Input.of(3);
    Dense block = dense(4, 1);
    Model base = Model.of(input, new Dropout(0.5).apply(block.apply(input)));
    base.trainable(false);
    Tensor x = Input.of(3);
    Model model = Model.of(x, dense(1, 2).apply(base.apply(x, false)));
    assertEquals(2, model.trainableVariables().size());
    float[] before = block.variables().getFirst().value().toFloatArray();
    model.compile(new SGD(0.1), Losses.meanSquaredError());
    model.fit(Pipeline.of(Randoms.normal(8, 3), Randoms.normal(8, 1)).batch(4), SILENT);
    assertArrayEquals(before, block.variables().getFirst().value().toFloatArray());
    base.trainable(true);
    assertThrows(
        IllegalStateException.class, () -> model.fit(new OneBatch(x, x), SILENT), "compile again");
    Tensor data = Randoms.normal(2, 3);
    assertArrayEquals(
        model.apply(data, false).toFloatArray(), model.apply(data, true).toFloatArray());
    assertSame(block, base.layer("dense"));
    Model inner =
        Model.of(base.input(), base.layer("dense").output() instanceof Tensor t ? t : null);
    assertEquals(Shape.of(2, 4), inner.apply(data).shape());
  }

  @Test
  void severalOutputsHaveLossesOfTheirOwn() {
    Query query = new Query(Input.of("user", DType.FLOAT32, 2), Input.of("item", DType.FLOAT32, 3));
    Tensor hidden = dense(4, 1).apply(Joining.concat(-1, query.user(), query.item()));
    ModelOf<Query, Scores> model =
        Model.of(query, new Scores(dense(1, 2).apply(hidden), dense(1, 3).apply(hidden)));
    model.compile(
        new SGD(0.1),
        Objective.of("click", Losses.meanSquaredError())
            .and("stars", Losses.meanAbsoluteError(), 0.2));
    Scores labels = new Scores(Tensor.zeros(DType.FLOAT32, 4, 1), Tensor.ones(DType.FLOAT32, 4, 1));
    Query inputs = new Query(Randoms.normal(4, 2), Randoms.normal(4, 3));
    var dataset = new OneBatch(inputs, labels);
    History history = model.fit(dataset, SILENT);
    assertEquals(Set.of("loss", "click_loss", "stars_loss"), history.epochs().getFirst().keySet());
    for (var epoch : history.epochs()) {
      assertEquals(
          epoch.get("loss"), epoch.get("click_loss") + 0.2 * epoch.get("stars_loss"), 1e-6);
    }
    assertTrue(history.get("loss").getLast() < history.get("loss").getFirst());
    Scores predicted = model.predict(inputs);
    assertEquals(Shape.of(4, 1), predicted.stars().shape());
  }

  @Test
  void sequentialModelsWithAnInputAreBuiltAtOnce() {
    Sequential model = new Sequential(Input.of(2, 2), new Flatten());
    model.add(new Dense(3).name("logits"));
    assertEquals(15, model.countParams());
    assertTrue(model.summary().contains("logits (Dense)"), model.summary());
    assertTrue(model.summary().contains("(None, 3)"), model.summary());
    assertEquals(
        new TensorSpec(DType.FLOAT32, Shape.of(-1, 3)),
        model.computeOutputSpec(new TensorSpec(DType.FLOAT32, Shape.of(-1, 2, 2))));
    Model.of(model.input(), model.layer("logits").output() instanceof Tensor t ? t.add(1) : null);
    model.pop();
    assertEquals(Shape.of(5, 4), model.apply(Randoms.normal(5, 2, 2)).shape());
  }

  @Test
  void wrongGraphsAreRefused() {
    Tensor a = Input.of("a", DType.FLOAT32, 3);
    Tensor b = Input.of("b", DType.FLOAT32, 3);
    refused("\"b\"", () -> Model.of(a, a.add(b)));
    refused("none depends on", () -> Model.of(List.of(a, b), a.add(1)));
    refused("a tensor with values", () -> Model.of(a, Tensor.ones(DType.FLOAT32, 3)));
    assertThrows(IllegalStateException.class, a::toFloatArray);
    ModelOf<Map<String, Tensor>, Tensor> model = Model.of(Map.of("a", a, "b", b), a.sub(b));
    Tensor x = Randoms.normal(2, 3);
    refused("structure it was made with", () -> model.apply(Map.of("a", x, "c", x)));
  }

  private static void refused(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void masksPassThroughLayersOpsDropThem() {
    Tensor x = Randoms.normal(2, 3, 4);
    Tensor mask = Tensor.of(new boolean[][] {{true, true, false}, {true, false, false}});
    Tensor masked = x.withMask(mask);
    assertSame(mask, masked.mask());
    assertEquals(null, masked.add(1).mask());
    assertSame(mask, new Dropout(0.5).apply(masked).mask());
    assertEquals(null, new Flatten().apply(masked).mask());
  }

  @Test
  void copiesHaveVariablesOfTheirOwn() {
    Tensor input = Input.of(3);
    Dense shared = dense(3, 1);
    Model model = Model.of(input, shared.apply(shared.apply(input)).add(1));
    Model copy = (Model) model.copy();
    assertEquals(2, copy.variables().size());
    copy.setWeights(model.getWeights());
    Tensor x = Randoms.normal(2, 3);
    assertArrayEquals(model.apply(x).toFloatArray(), copy.apply(x).toFloatArray());
    copy.variables().getFirst().assign(Tensor.zeros(DType.FLOAT32, 3, 3));
    assertNotEquals(model.apply(x).toFloatArray()[0], copy.apply(x).toFloatArray()[0]);
    Sequential sequential = new Sequential(Input.of(3), dense(4, 1).name("first"));
    assertEquals(Set.of("first/kernel", "first/bias"), sequential.copy().namedVariables().keySet());
    assertThrows(IllegalStateException.class, () -> new Scaled().copy());
  }

  /** A layer with a penalty on a variable that training does not change. */
  private static final class Fixed extends Layer {
    private Variable offset;

    @Override
    protected void build(Shape input) {
      offset =
          addVariable(
              new WeightSpec("offset", Initializers.ones(), input.size(-1))
                  .regularizer(Regularizers.l2(1))
                  .untrainable());
    }

    @Override
    protected Tensor call(Tensor x) {
      return x.add(offset);
    }
  }

  @Test
  void variablesThatStayHaveNoPenalty() {
    Fixed layer = new Fixed();
    Tensor _ = layer.apply(Randoms.normal(2, 3));
    assertEquals(List.of(), layer.losses());
  }

  @Test
  void penaltiesAreLossesAndConstraintsHold() {
    Dense layer =
        dense(2, 1).kernelRegularizer(Regularizers.l2(0.5)).kernelConstraint(Constraints.nonNeg());
    Model model = new Sequential(Input.of(3), layer.activityRegularizer(Regularizers.l1(0.1)));
    Tensor x = Randoms.normal(4, 3);
    Tensor y = model.apply(x);
    Tensor kernel = layer.variables().getFirst().value();
    assertEquals(2, model.losses().size());
    assertEquals(0.1 * y.abs().sum().item() / 4, model.losses().getFirst().item(), 1e-6);
    assertEquals(0.5 * square(kernel).sum().item(), model.losses().getLast().item(), 1e-6);
    model.compile(new SGD(0.1), Losses.meanSquaredError());
    model.fit(Pipeline.of(x, Tensor.zeros(DType.FLOAT32, 4, 2)).batch(4), SILENT);
    assertTrue(layer.variables().getFirst().value().min().item() >= 0);
    assertEquals("Dense(units=2, activation=tanh, useBias=true", layer.toString().substring(0, 44));
  }
}
