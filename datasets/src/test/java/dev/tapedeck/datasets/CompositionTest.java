package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random chains of all steps: what they give, how much of it, and from each place on. */
@Timeout(300)
class CompositionTest {
  /** A step, what it does to a list, and how it changes the rank of elements. */
  private record Model(
      String name,
      UnaryOperator<Pipeline> pipeline,
      UnaryOperator<List<List<Integer>>> list,
      int change) {}

  private static List<Integer> values(Example example) {
    return Steps.numbersOf(example);
  }

  private static Example plus(Example e, int n) {
    return new Example(e.x().add(n), e.y().sub(n));
  }

  private static boolean chosen(List<Integer> values, int n) {
    return values.isEmpty() || Math.floorMod(values.getFirst(), n + 2) != 0;
  }

  private static List<List<Integer>> groups(
      List<List<Integer>> list, int size, int shift, int stride, boolean drop) {
    List<List<Integer>> groups = new ArrayList<>();
    for (int i = 0; i < list.size(); i += shift) {
      List<Integer> group = new ArrayList<>();
      int taken = 0;
      for (int j = i; j < list.size() && taken < size; j += stride, taken++) {
        group.addAll(list.get(j));
      }
      if (taken == size || !drop) {
        groups.add(group);
      }
    }
    return groups;
  }

  private static List<List<Integer>> twice(List<List<Integer>> list) {
    return list.stream().flatMap(e -> Stream.of(e, e)).toList();
  }

  private static Model model(SplittableRandom random, int rank) {
    int n = random.nextInt(6);
    boolean flag = random.nextBoolean();
    return switch (random.nextInt(rank == 0 ? 14 : rank < 2 ? 12 : 11)) {
      case 0 -> model("take " + n, p -> p.take(n), l -> l.subList(0, Math.min(n, l.size())));
      case 1 -> model("skip " + n, p -> p.skip(n), l -> l.subList(Math.min(n, l.size()), l.size()));
      case 2 -> model("filter " + n, p -> p.filter(e -> chosen(values(e), n)), l -> filtered(l, n));
      case 3 ->
          model(
              "map " + n,
              p -> flag ? p.map(e -> plus(e, n)) : p.map(e -> plus(e, n), n + 1),
              l -> l.stream().map(e -> e.stream().map(i -> i + n).toList()).toList());
      case 4 -> model("prefetch", p -> p.prefetch(n + 1), l -> l);
      case 5 ->
          model(
              "shard " + n,
              p -> p.shard(n + 1, n / 2),
              l ->
                  IntStream.range(0, l.size())
                      .filter(i -> i % (n + 1) == n / 2)
                      .mapToObj(l::get)
                      .toList());
      case 6 ->
          model(
              "concatenate " + n,
              p -> p.concatenate(p.take(n)),
              l -> {
                List<List<Integer>> both = new ArrayList<>(l);
                both.addAll(l.subList(0, Math.min(n, l.size())));
                return both;
              });
      case 7 -> model("cache", Pipeline::cache, l -> l);
      case 8 ->
          model("interleave", p -> p.interleave(CompositionTest::twice, 1, n + 1), l -> twice(l));
      case 9 ->
          model(
              "zip",
              p -> Pipeline.zip(List.of(p, p.skip(1)), CompositionTest::sum),
              CompositionTest::sums);
      case 10 ->
          model(
              "enumerate",
              p -> p.enumerate(n).map(e -> plus(inner(e), (int) index(e).item())),
              l ->
                  IntStream.range(0, l.size())
                      .mapToObj(i -> l.get(i).stream().map(v -> v + i + n).toList())
                      .toList());
      case 11 ->
          rank == 0
              ? new Model(
                  "window " + n,
                  p -> p.window(n + 1, n / 2 + 1, 2, flag),
                  l -> groups(l, n + 1, n / 2 + 1, 2, flag),
                  1)
              : new Model(
                  "unbatch",
                  Pipeline::unbatch,
                  l -> l.stream().flatMap(List::stream).map(List::of).toList(),
                  -1);
      default ->
          new Model(
              "batch " + n,
              p ->
                  random.nextBoolean()
                      ? p.batch(n + 1, flag)
                      : p.paddedBatch(n + 1, new Padding(), flag),
              l -> groups(l, n + 1, n + 1, 1, flag),
              1);
    };
  }

  private static Model model(
      String name, UnaryOperator<Pipeline> pipeline, UnaryOperator<List<List<Integer>>> list) {
    return new Model(name, pipeline, list, 0);
  }

  private static List<List<Integer>> filtered(List<List<Integer>> list, int n) {
    return list.stream().filter(e -> chosen(e, n)).toList();
  }

  private static Pipeline twice(Example example) {
    return Pipeline.from(List.of(example)).repeat(2);
  }

  private static Example sum(List<Example> both) {
    Tensor x = both.getFirst().x().reshape(-1).sum().add(both.getLast().x().reshape(-1).sum());
    return new Example(x, x.neg());
  }

  private static List<List<Integer>> sums(List<List<Integer>> list) {
    return IntStream.range(0, Math.max(list.size() - 1, 0))
        .mapToObj(i -> List.of(sum(list, i) + sum(list, i + 1)))
        .toList();
  }

  private static int sum(List<List<Integer>> list, int i) {
    return list.get(i).stream().mapToInt(v -> v).sum();
  }

  private static Tensor index(Example example) {
    return example.inputs(Enumerated.class).index();
  }

  private static Example inner(Example example) {
    return new Example(example.inputs(Enumerated.class).inputs(), example.labels());
  }

  @Test
  void chainsGiveWhatListsGive() {
    for (int seed = 0; seed < 400; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int count = random.nextInt(12);
      Pipeline pipeline = Steps.numbers(count);
      List<List<Integer>> list = IntStream.range(0, count).mapToObj(List::of).toList();
      String steps = "seed " + seed + ": numbers " + count;
      int rank = 0;
      for (int left = random.nextInt(6); left > 0; left--) {
        Model step = model(random, rank);
        steps += ", " + step.name;
        pipeline = step.pipeline.apply(pipeline);
        list = step.list.apply(list);
        rank = step.name.equals("zip") ? 0 : rank + step.change;
      }
      assertEquals(list, Steps.numbersOf(pipeline), steps);
      assertEquals(list, Steps.numbersOf(pipeline), steps);
      long cardinality = pipeline.cardinality();
      assertTrue(cardinality == Dataset.UNKNOWN || cardinality == list.size(), steps);
    }
  }

  /** A step whose order or values are random, or depend on all elements before. */
  private static UnaryOperator<Pipeline> random(SplittableRandom random) {
    int n = random.nextInt(6);
    boolean flag = random.nextBoolean();
    return switch (random.nextInt(9)) {
      case 0 -> p -> p.shuffle(n + 1, n, flag);
      case 1 -> p -> p.shuffle(n + 2);
      case 2 -> p -> Pipeline.sampleFrom(List.of(p, p.map(e -> plus(e, 100))), 1, n);
      case 3 -> p -> Pipeline.sampleFrom(List.of(p, p.take(3)), new double[] {2, 1}, n, true);
      case 4 ->
          p ->
              p.rejectionResample(
                  e -> Math.floorMod(values(e).getFirst(), 2),
                  new double[] {1, 3},
                  flag ? new double[] {1, 1} : null,
                  n);
      case 5 -> p -> p.map(CompositionTest::noisy, n + 1);
      case 6 -> p -> p.map(CompositionTest::noisy).cache();
      case 7 ->
          p ->
              p.interleave(
                  e -> Pipeline.from(List.of(e, plus(e, 50))).shuffle(2, 3), n + 1, n / 3 + 1);
      default ->
          p ->
              p.scan(
                  (long) n,
                  (sum, e) -> new Scanned<>(sum + values(e).getFirst(), plus(e, sum.intValue())));
    };
  }

  private static Example noisy(Example example) {
    return plus(example, RandomKey.next().number(0, 1_000));
  }

  /** What follows each place of an iteration is the same in a process that begins there. */
  @Test
  void iterationsGoOnFromEachPlace() {
    for (int seed = 0; seed < 150; seed++) {
      String steps = "seed " + seed;
      List<List<List<Integer>>> whole = new ArrayList<>();
      Pipeline first = chain(seed);
      for (int iteration = 0; iteration < 2; iteration++) {
        whole.add(Steps.next(first.iterator(), 40, CompositionTest::values));
      }
      for (int iteration = 0; iteration < 2; iteration++) {
        List<List<Integer>> all = whole.get(iteration);
        for (int place = 0; place <= all.size(); place += 1 + place / 4) {
          Iterator<Example> resumed = chain(seed).iterator();
          Variable position = (Variable) ((Trackable) resumed).parts().get("position");
          position.assign(new long[] {iteration, place});
          assertEquals(
              all.subList(place, all.size()),
              Steps.next(resumed, all.size() - place, CompositionTest::values),
              steps + ", iteration " + iteration + ", place " + place);
        }
      }
    }
  }

  /** Returns a pipeline as a process makes it that begins. */
  private static Pipeline chain(int seed) {
    RandomKey.seed(seed);
    SplittableRandom random = new SplittableRandom(seed);
    Pipeline pipeline = Steps.numbers(2 + random.nextInt(10));
    int rank = 0;
    for (int left = 1 + random.nextInt(6); left > 0; left--) {
      if (random.nextInt(5) < 3) {
        pipeline = random(random).apply(pipeline);
      } else {
        Model step = model(random, rank);
        pipeline = step.pipeline.apply(pipeline);
        rank = step.name.equals("zip") ? 0 : rank + step.change;
      }
    }
    return random.nextBoolean() ? pipeline.repeat() : pipeline;
  }
}
