package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.ModelOf;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Optimizer;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Models of records are trained by pipelines of records, with weights. */
class FitStructuresTest {
  private static final int COUNT = 40;

  record Query(Tensor user, Tensor item) {}

  record Scores(Tensor click, Tensor stars) {}

  private static final class Recommender extends ModelOf<Query, Scores> {
    private final Variable click = Variable.of(0f);
    private final Variable stars = Variable.of(0f);

    @Override
    protected Scores call(Query query) {
      return new Scores(query.user().mul(click), query.item().mul(stars));
    }
  }

  private static final class Descent extends Optimizer {
    Descent() {
      super(0.5);
    }

    @Override
    protected void update(Variable variable, Tensor gradient) {
      variable.assignSub(gradient.mul(rate(variable.dtype())));
    }
  }

  /** Half of the clicks are wrong, and weigh nothing. */
  @Test
  void fitsWithWeightsByOutput() {
    Tensor user = column(i -> 1 + i / (float) COUNT);
    Tensor item = column(i -> 1.5f - i / (float) COUNT);
    Tensor right = column(i -> i % 2);
    Tensor clicks = user.mul(2).mul(right).sub(right.sub(1).mul(100));
    Pipeline train =
        Pipeline.of(
                new Query(user.mul(10), item),
                new Scores(clicks, item.mul(-3)),
                Map.of("click", right.reshape(COUNT)))
            .shuffle(COUNT, 1)
            .repeat(20)
            .batch(12)
            .map(FitStructuresTest::scaled)
            .prefetch(2);
    Recommender model = new Recommender();
    model.compile(
        new Descent(),
        Objective.of("click", Losses.meanSquaredError())
            .and("stars", Losses.meanSquaredError(), 0.5));
    model.fit(train, FitOptions.epochs(3));
    assertEquals(2, (float) model.click.value().item(), 1e-3);
    assertEquals(-3, (float) model.stars.value().item(), 1e-3);

    Scores scores = model.predict(Pipeline.of(new Query(user, item)).batch(12));
    assertEquals(0, (float) scores.click().sub(user.mul(2)).abs().max().item(), 1e-2);
    assertEquals(0, (float) scores.stars().add(item.mul(3)).abs().max().item(), 1e-2);
    assertEquals(0, model.evaluate(train).get("loss"), 1e-4);
  }

  record Nested(Scores scores, Tensor user) {}

  private static final class Within extends ModelOf<Query, Nested> {
    private final Recommender recommender = new Recommender();

    @Override
    protected Nested call(Query query) {
      return new Nested(recommender.apply(query), query.user());
    }
  }

  @Test
  void outputsWithinStructuresAreNamedByPath() {
    Tensor ones = column(i -> 1);
    Within model = new Within();
    model.compile(
        new Descent(),
        Objective.of("scores/click", Losses.meanSquaredError())
            .and("scores/stars", Losses.meanSquaredError())
            .and("user", Losses.meanAbsoluteError()));
    Nested alike = new Nested(new Scores(ones.mul(3), ones.mul(0)), ones);
    Pipeline train = Pipeline.of(new Query(ones, ones), alike).batch(COUNT);
    Map<String, Double> logs = model.fit(train, FitOptions.epochs(1)).epochs().getFirst();
    assertEquals(
        Set.of("loss", "scores/click_loss", "scores/stars_loss", "user_loss"), logs.keySet());
    assertEquals(9, logs.get("scores/click_loss"));
    assertEquals(0, logs.get("user_loss"));
  }

  private static Example scaled(Example batch) {
    Query query = batch.inputs(Query.class);
    return new Example(
        new Query(query.user().div(10), query.item()), batch.labels(), batch.weights());
  }

  private static Tensor column(IntToFloat value) {
    float[] values = new float[COUNT];
    IntStream.range(0, COUNT).forEach(i -> values[i] = value.of(i));
    return Tensor.of(values, COUNT, 1);
  }

  private interface IntToFloat {
    float of(int i);
  }
}
