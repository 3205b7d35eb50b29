package dev.tapedeck.ops;

import dev.tapedeck.ops.FuzzTensor.Form;
import dev.tapedeck.ops.FuzzTensor.Values;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.lang.reflect.Array;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Draws the arguments of one call by their types: mostly such as go together, and some that do not.
 * Tensors come as {@link FuzzTensor}s, also within arrays.
 */
final class FuzzArguments {
  private static final long[] HUGE = {
    Integer.MIN_VALUE,
    Integer.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MAX_VALUE / 2,
    46341,
    65536,
    1L << 31,
    1L << 32,
    -(1L << 33)
  };

  private static final double[] REALS = {
    0,
    1,
    -1,
    0.5,
    2,
    1e-3,
    1e-7,
    1e10,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MAX_VALUE,
    Double.MIN_VALUE,
    -0.0
  };

  private final Random random;
  private final FuzzShapes shapes;
  private final DType dtype;
  private boolean missing;

  /** Whether what is drawn is for an option. */
  private boolean making;

  private FuzzArguments(Random random, Shape base, DType dtype) {
    this.random = random;
    this.shapes = new FuzzShapes(random, base);
    this.dtype = dtype;
  }

  static FuzzArguments fresh(Random random) {
    return new FuzzArguments(random, FuzzShapes.fresh(random), dtype(random));
  }

  private static DType dtype(Random random) {
    int favourite = random.nextInt(10);
    DType[] all = DType.fixedSize().toArray(DType[]::new);
    return favourite < 4
        ? DType.FLOAT32
        : favourite < 6 ? DType.FLOAT64 : all[random.nextInt(all.length)];
  }

  /** Returns whether null was drawn for something other than a tensor. */
  boolean missing() {
    return missing;
  }

  List<Object> draw(List<Type> types) throws ReflectiveOperationException {
    List<Object> arguments = new ArrayList<>();
    for (Type type : types) {
      arguments.add(draw(type));
    }
    return arguments;
  }

  /** Draws arguments like those of a call that was accepted: all but a few the same. */
  List<Object> like(List<Object> accepted, List<Type> types) throws ReflectiveOperationException {
    FuzzTensor first = first(accepted.toArray());
    FuzzArguments drawing =
        first == null ? this : new FuzzArguments(random, first.shape(), first.dtype());
    List<Object> arguments = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      boolean anew = random.nextInt(6) == 0;
      arguments.add(anew ? drawing.draw(types.get(i)) : drawing.again(accepted.get(i)));
    }
    missing |= drawing.missing;
    return arguments;
  }

  private static FuzzTensor first(Object... arguments) {
    for (Object argument : arguments) {
      FuzzTensor found =
          argument instanceof Object[] array
              ? first(array)
              : argument instanceof FuzzTensor tensor ? tensor : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private Object again(Object argument) {
    return switch (argument) {
      case FuzzTensor tensor when random.nextInt(3) == 0 -> tensor.with(values(tensor.dtype()));
      case Object[] array when array.getClass() == Object[].class ->
          Arrays.stream(array).map(this::again).toArray();
      case null, default -> argument;
    };
  }

  private Object draw(Type type) throws ReflectiveOperationException {
    return switch (type) {
      case Class<?> plain when plain == Object.class -> operand();
      case Class<?> plain when plain.isArray() -> rarely() ? nothing() : array(plain);
      case Class<?> plain -> plain.isPrimitive() || !rarely() ? value(plain) : nothing();
      case ParameterizedType list when list.getRawType() == List.class ->
          Arrays.asList((Object[]) parts(Object.class, list.getActualTypeArguments()[0]));
      default -> throw unknown(type);
    };
  }

  private boolean rarely() {
    return random.nextInt(150) == 0;
  }

  private Object nothing() {
    missing = true;
    return null;
  }

  private static IllegalStateException unknown(Type type) {
    return new IllegalStateException("the fuzz test must learn to draw a " + type.getTypeName());
  }

  private Object operand() {
    int chance = random.nextInt(100);
    if (chance == 0) {
      Object[] odd = {null, "text", 'c', List.of(1), new int[][] {{1}, {1, 2}}, BigInteger.TEN};
      return odd[random.nextInt(odd.length)];
    }
    int kind = random.nextInt(25);
    DType own =
        kind < 19
            ? shapes.typeOr(dtype)
            : kind < 23
                ? (kind < 21 ? DType.INT32 : DType.INT64)
                : kind < 24 ? DType.BOOL : dtype(random);
    Form form =
        chance < 85
            ? Form.TENSOR
            : chance < 90 ? Form.VARIABLE : chance < 95 ? Form.ARRAY : Form.NUMBER;
    Shape shape = form == Form.NUMBER ? Shape.of() : shapes.next();
    Shape base = shapes.base();
    int rank = base.rank();
    long bound = rank == 0 || random.nextInt(4) == 0 ? 3 : base.size(random.nextInt(rank));
    boolean nests = Arrays.stream(shape.toArray()).allMatch(size -> size < 1000);
    return new FuzzTensor(nests ? form : Form.TENSOR, own, shape, values(own), bound);
  }

  private Values values(DType own) {
    int kind = random.nextInt(20);
    if (own.isFloating()) {
      return kind < 8
          ? Values.ORDINARY
          : kind < 11
              ? Values.POSITIVE
              : kind < 14 ? Values.TIES : kind < 17 ? Values.EXTREME : Values.DEFINITE;
    }
    return kind < 9
        ? Values.INDICES
        : kind < 12
            ? Values.WILD_INDICES
            : kind < 14 ? Values.POSITIVE : kind < 17 ? Values.TIES : Values.EXTREME;
  }

  private Object value(Class<?> type) throws ReflectiveOperationException {
    if (type == int.class) {
      return (int) whole();
    } else if (type == long.class) {
      return whole();
    } else if (type == Long.class || type == Integer.class) {
      long number = whole();
      return random.nextInt(3) == 0 ? null : type == Long.class ? number : (Object) (int) number;
    } else if (type == double.class) {
      return real();
    } else if (type == float.class) {
      return (float) real();
    } else if (type == byte.class) {
      return (byte) random.nextInt();
    } else if (type == boolean.class) {
      return random.nextBoolean();
    } else if (type == Number.class) {
      return number();
    } else if (type == String.class) {
      return shapes.equation();
    } else if (type.isEnum()) {
      return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
    } else if (type.isSealed()) {
      Class<?>[] kinds = type.getPermittedSubclasses();
      return value(kinds[random.nextInt(kinds.length)]);
    }
    return made(type);
  }

  private Number number() {
    return switch (random.nextInt(8)) {
      case 0 -> whole();
      case 1, 2 -> real();
      case 3 -> (float) real();
      case 4 -> BigInteger.valueOf(whole()).shiftLeft(random.nextInt(4) * 30);
      case 5 -> (short) whole();
      default -> (int) whole();
    };
  }

  /** Draws an axis, a count, or what is neither. */
  private long whole() {
    int rank = shapes.base().rank();
    int kind = random.nextInt(20);
    return kind < 8
        ? random.nextInt(2 * rank + 1) - rank
        : kind < 16 ? random.nextInt(5) : kind < 19 ? random.nextInt(24) - 8 : huge();
  }

  private long huge() {
    return HUGE[random.nextInt(HUGE.length)] + random.nextInt(3) - 1;
  }

  private double real() {
    int kind = random.nextInt(4);
    return kind == 0
        ? REALS[random.nextInt(REALS.length)]
        : kind == 1 ? random.nextGaussian() : random.nextInt(20) / 10.0;
  }

  private Object array(Class<?> type) throws ReflectiveOperationException {
    Class<?> component = type.getComponentType();
    if (component == long.class || component == int.class) {
      long[] numbers = making && random.nextInt(4) > 0 ? shapes.small() : shapes.numbers();
      if (numbers.length > 0 && random.nextInt(25) == 0) {
        numbers[random.nextInt(numbers.length)] = huge();
      }
      return component == long.class
          ? numbers
          : Arrays.stream(numbers).mapToInt(number -> (int) number).toArray();
    }
    return component == int[].class ? pairs() : parts(component, component);
  }

  /** Draws something like the paddings of each axis. */
  private int[][] pairs() {
    int[][] pairs = new int[random.nextInt(8) == 0 ? random.nextInt(4) : shapes.base().rank()][];
    for (int i = 0; i < pairs.length; i++) {
      int odd = random.nextInt(60);
      pairs[i] = new int[odd == 0 ? random.nextInt(4) : 2];
      Arrays.setAll(pairs[i], j -> odd == 1 ? (int) huge() : Math.max(random.nextInt(6) - 2, 0));
    }
    return pairs;
  }

  private Object parts(Class<?> component, Type type) throws ReflectiveOperationException {
    int count =
        shapes.planned() > 0 && random.nextInt(10) > 0 ? shapes.planned() : random.nextInt(5);
    Object array = Array.newInstance(component, count);
    for (int i = 0; i < count; i++) {
      Array.set(array, i, component.isPrimitive() ? value(component) : draw(type));
    }
    return array;
  }

  /** Makes an option or a key as its users do: by a constructor or a factory, and its setters. */
  private Object made(Class<?> type) throws ReflectiveOperationException {
    List<Executable> makers =
        Stream.<Executable>concat(
                Arrays.stream(type.getConstructors()),
                Arrays.stream(type.getMethods())
                    .filter(m -> Modifier.isStatic(m.getModifiers()) && m.getReturnType() == type))
            .sorted(java.util.Comparator.comparing(Executable::toString))
            .toList();
    if (makers.isEmpty()) {
      throw unknown(type);
    }
    boolean outer = making;
    for (int attempt = 0; attempt < 30; attempt++) {
      making = true;
      try {
        Object made = made(null, makers.get(random.nextInt(makers.size())));
        for (Executable setter : setters(type)) {
          made = random.nextInt(4) == 0 ? made(made, setter) : made;
        }
        return made;
      } catch (InvocationTargetException e) {
        boolean refused =
            e.getCause() instanceof IllegalArgumentException
                || e.getCause() instanceof NullPointerException;
        if (!refused) {
          throw e;
        }
      } finally {
        making = outer;
      }
    }
    return nothing();
  }

  /** Methods that ops call give them their name. */
  private static List<Method> setters(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(m -> !Modifier.isStatic(m.getModifiers()) && m.getReturnType() == type)
        .filter(m -> !List.of(m.getParameterTypes()).contains(String.class))
        .sorted(java.util.Comparator.comparing(Method::toString))
        .toList();
  }

  private Object made(Object receiver, Executable maker) throws ReflectiveOperationException {
    List<Type> types = List.of(maker.getGenericParameterTypes());
    Object[] arguments = draw(types).toArray();
    return switch (maker) {
      case java.lang.reflect.Constructor<?> constructor -> constructor.newInstance(arguments);
      case Method method -> method.invoke(receiver, arguments);
    };
  }

  /** Returns what an argument is, for a message. */
  static String describe(Object argument) {
    return switch (argument) {
      case Object[] array -> Stream.of(array).map(FuzzArguments::describe).toList().toString();
      case long[] numbers -> Arrays.toString(numbers);
      case int[] numbers -> Arrays.toString(numbers);
      case float[] numbers -> Arrays.toString(numbers);
      case byte[] numbers -> Arrays.toString(numbers);
      case Tensor tensor -> tensor.spec().toString();
      case String text -> '"' + text + '"';
      case null, default -> String.valueOf(argument);
    };
  }
}
