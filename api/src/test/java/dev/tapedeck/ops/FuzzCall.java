package dev.tapedeck.ops;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** One call with its arguments drawn, in two layouts of the same values. */
final class FuzzCall {
  private final FuzzTarget target;
  private final List<Object> drawn;
  private final List<EagerTensor> memory = new ArrayList<>();
  private final List<String> layouts = new ArrayList<>();

  /** The arguments, with tensors that lie any way. */
  final Arguments given;

  /** The same values, in tensors that lie another way. */
  final Arguments other;

  /** What the function is called with, and which of it can have a gradient. */
  record Arguments(List<Object> values, List<Object> sources) {
    Arguments() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  FuzzCall(FuzzTarget target, List<Object> drawn, Random random) {
    this.target = target;
    this.drawn = drawn;
    this.given = new Arguments();
    this.other = new Arguments();
    for (Object argument : drawn) {
      Object[] both = both(argument, random);
      given.values.add(both[0]);
      other.values.add(both[1]);
    }
  }

  private Object[] both(Object argument, Random random) {
    return switch (argument) {
      case FuzzTensor tensor -> both(tensor, random);
      case Object[] array when array.getClass() == Object[].class -> {
        Object[] first = new Object[array.length];
        Object[] second = new Object[array.length];
        for (int i = 0; i < array.length; i++) {
          Object[] both = both(array[i], random);
          first[i] = both[0];
          second[i] = both[1];
        }
        yield new Object[] {first, second};
      }
      case null, default -> new Object[] {argument, argument};
    };
  }

  private Object[] both(FuzzTensor tensor, Random random) {
    EagerTensor dense = tensor.dense(random);
    return switch (tensor.form()) {
      case ARRAY -> same(dense.toArray());
      case NUMBER -> same(dense.toArray());
      case VARIABLE -> {
        Variable variable = Variable.of(dense);
        memory.add(variable.memory());
        yield sources(dense, variable, dense);
      }
      case TENSOR -> {
        if (random.nextInt(3) == 0) {
          memory.add(dense);
          layouts.add("dense");
          yield sources(dense, dense, FuzzTensor.strided(random, dense, false));
        }
        EagerTensor view = FuzzTensor.strided(random, dense, true);
        Elements.copy(view, dense);
        memory.add(view);
        layouts.add(Arrays.toString(view.strides()) + "+" + view.offset());
        yield sources(dense, view, dense);
      }
    };
  }

  private static Object[] same(Object value) {
    return new Object[] {value, value};
  }

  private Object[] sources(Tensor dense, Object one, Object another) {
    if (dense.dtype().isFloating()) {
      given.sources.add(one);
      other.sources.add(another);
    }
    return new Object[] {one, another};
  }

  Object run(Arguments arguments) throws ReflectiveOperationException {
    RandomKey.seed(0);
    return target.invocation().of(arguments.values.toArray());
  }

  /** Returns a copy of all memory that the arguments lie in, also around them. */
  List<byte[]> snapshot() {
    return memory.stream().map(tensor -> tensor.memory().toArray(Elements.BYTE)).toList();
  }

  /** Returns the call as it could be written, with the tensors' strides and offsets. */
  @Override
  public String toString() {
    return target.name()
        + drawn.stream()
            .map(FuzzArguments::describe)
            .collect(Collectors.joining(", ", "(", ") lying "))
        + layouts;
  }
}
