package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Examples of records, maps, lists and arrays with weights go through every step as tensors do. */
@Timeout(120)
class StructuresTest {
  private static final int COUNT = 23;

  record Query(Tensor user, Tensor item) {}

  record Session(Query query, List<Tensor> words, String language) {}

  /** Tensors of four types and shapes. */
  private static Tensor tensor(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return switch (seed % 4) {
      case 0 -> Tensor.of(random.ints(COUNT, -99, 99).toArray());
      case 1 -> Tensor.of(random.doubles(COUNT * 6L).toArray(), COUNT, 2, 3);
      case 2 -> Tensor.of(random.ints(COUNT * 2L, -99, 99).toArray(), COUNT, 2).cast(DType.INT64);
      default -> Tensor.of(random.doubles(COUNT * 5L).toArray(), COUNT, 5).cast(DType.FLOAT32);
    };
  }

  static Stream<Arguments> structures() {
    Map<String, Tensor> scores = Map.of("stars", tensor(2), "click", tensor(5));
    return Stream.of(
        structure("tensors", tensor(1), tensor(0), tensor(5)),
        structure("no labels", new Query(tensor(0), tensor(1)), null, tensor(1)),
        structure("no weights", Map.of("a", tensor(0), "b", tensor(1)), tensor(2), null),
        structure("record", new Query(tensor(0), tensor(1)), scores, tensor(3)),
        structure("weights by output", tensor(3), scores, Map.of("click", tensor(1))),
        structure("list", List.of(tensor(0), tensor(1)), List.of(tensor(2)), List.of(tensor(7))),
        structure("array", new Tensor[] {tensor(0), tensor(1)}, tensor(2), tensor(3)),
        structure(
            "nested",
            new Session(new Query(tensor(4), tensor(7)), List.of(tensor(1), tensor(2)), "en"),
            Map.of("scores", scores, "query", new Query(tensor(0), null)),
            List.of(tensor(1), tensor(3))));
  }

  private static Arguments structure(String name, Object inputs, Object labels, Object weights) {
    return Arguments.of(name, new Example(inputs, labels, weights));
  }

  private static Pipeline pipeline(Example all) {
    return Pipeline.of(all.inputs(), all.labels(), all.weights());
  }

  private static Example plus(Example example, int n) {
    return TensorTree.map(example, tensor -> tensor.add(n));
  }

  /** Random steps, which begin with others for each seed. */
  private static Pipeline randomSteps(Pipeline pipeline, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Pipeline stepped = pipeline;
    for (int steps = random.nextInt(7); steps > 0; steps--) {
      int n = random.nextInt(1, 8);
      stepped =
          switch (random.nextInt(7)) {
            case 0 -> stepped.shuffle(4 * n, random.nextInt(), random.nextBoolean());
            case 1 -> stepped.repeat(1 + n % 2);
            case 2 -> stepped.batch(n, random.nextBoolean());
            case 3 -> stepped.prefetch(n);
            case 4 -> stepped.map(e -> plus(e, n));
            case 5 -> stepped.skip(n % 3);
            default -> stepped.take(40 - n);
          };
    }
    return stepped;
  }

  /** The structure, types, shapes and values of an example. */
  private static String print(Example example) {
    return TensorTree.describe(example) + print(TensorTree.tensorsOf(example));
  }

  private static String print(List<Tensor> tensors) {
    return tensors.stream().map(StructuresTest::print).toList().toString();
  }

  private static String print(Tensor tensor) {
    return tensor.spec() + Arrays.toString(tensor.toDoubleArray());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("structures")
  void eachTensorIsThatOfItsOwnPipeline(String name, Example all) {
    for (int seed = 0; seed < 40; seed++) {
      List<List<Tensor>> together = epochs(randomSteps(pipeline(all), seed));
      List<Tensor> tensors = TensorTree.tensorsOf(all);
      for (int i = 0; i < tensors.size(); i++) {
        int index = i;
        List<List<Tensor>> alone = epochs(randomSteps(Pipeline.of(tensors.get(i)), seed));
        assertEquals(
            print(alone.stream().map(List::getFirst).toList()),
            print(together.stream().map(each -> each.get(index)).toList()),
            "seed " + seed + ", tensor " + i);
      }
    }
  }

  /** The tensors of each example of two iterations. */
  private static List<List<Tensor>> epochs(Pipeline pipeline) {
    List<List<Tensor>> all = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      long before = all.size();
      pipeline.forEach(example -> all.add(TensorTree.tensorsOf(example)));
      assertEquals(pipeline.cardinality(), all.size() - before);
    }
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("structures")
  void structureIsKept(String name, Example all) {
    for (Pipeline one :
        List.of(pipeline(all), pipeline(all).map(e -> e), pipeline(all).prefetch(2))) {
      Example batch = one.batch(COUNT).iterator().next();
      assertEquals(print(all), print(batch));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("structures")
  void theLastBatchIsSmaller(String name, Example all) {
    Iterator<Example> batches = pipeline(all).skip(20).batch(2).iterator();
    for (long size : new long[] {2, 1}) {
      for (Tensor tensor : TensorTree.tensorsOf(batches.next())) {
        assertEquals(size, tensor.shape().size(0));
      }
    }
    assertTrue(!batches.hasNext());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("structures")
  void continuesFromASavedPlace(String name, Example all) {
    for (int seed = 0; seed < 30; seed++) {
      Iterator<Example> iterator = randomSteps(pipeline(all), seed).iterator();
      for (int taken = 0; taken < 4 && iterator.hasNext(); taken++) {
        iterator.next();
      }
      long[] place = position(iterator).value().toLongArray();
      Iterator<Example> resumed = randomSteps(pipeline(all), seed).iterator();
      position(resumed).assign(place);
      while (iterator.hasNext()) {
        assertEquals(print(iterator.next()), print(resumed.next()), "seed " + seed);
      }
      assertTrue(!resumed.hasNext());
    }
  }

  private static Variable position(Iterator<Example> iterator) {
    return (Variable) ((Trackable) iterator).parts().get("position");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("structures")
  void allTensorsAreReleasedWithTheirStep(String name, Example all) {
    Pipeline gathered = pipeline(all).shuffle(9).batch(4);
    for (Pipeline one : List.of(gathered, gathered.map(e -> plus(e, 1)), gathered.prefetch(2))) {
      List<Tensor> tensors;
      try (Scope step = new Scope()) {
        tensors = TensorTree.tensorsOf(one.iterator().next());
      }
      for (Tensor tensor : tensors) {
        assertThrows(IllegalStateException.class, tensor::toDoubleArray);
      }
    }
    assertEquals(print(all), print(pipeline(all).batch(COUNT).iterator().next()));
  }

  @Test
  void javaArraysAreTensors() {
    Example example =
        Pipeline.of(List.of(new float[3][2], new int[3]), null, new Integer[] {4, 5, 6})
            .skip(1)
            .iterator()
            .next();
    assertEquals(
        "Example[inputs=[float32 Tensor, shape=(2,), int32 Tensor, shape=()], labels=null,"
            + " weights=int32 Tensor, shape=()]",
        TensorTree.describe(example));
    assertEquals(5, ((Tensor) example.weights()).item());
  }

  @Test
  void aVariableStandsForItsValue() {
    assertEquals(
        2, Pipeline.of(Variable.of(new float[] {1, 2})).skip(1).iterator().next().x().item());
  }

  @Test
  void aFunctionMayChangeTheStructure() {
    Pipeline pipeline =
        Pipeline.of(new float[] {1, 2, 3})
            .map(e -> new Example(new Query(e.x(), e.x().neg()), null, new float[] {7, 8}))
            .batch(2);
    Example batch = pipeline.iterator().next();
    assertEquals(
        print(List.of(Tensor.of(new float[] {1, 2}), Tensor.of(new float[] {-1, -2}))),
        print(TensorTree.tensorsOf(batch.inputs(Query.class))));
    assertEquals(print(Tensor.of(new float[][] {{7, 8}, {7, 8}})), print((Tensor) batch.weights()));
  }
}
