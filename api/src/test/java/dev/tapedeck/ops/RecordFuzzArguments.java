package dev.tapedeck.ops;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.cpu.GuardedMemory;
import dev.tapedeck.ops.pointwise.Bitwise;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Draws the inputs and the attributes of one op, such as may go together, and others. */
final class RecordFuzzArguments {
  private static final long[] HUGE = {
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    1L << 61,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final double[] SPECIAL = {
    Double.NaN, Double.POSITIVE_INFINITY, -1e300, Double.MIN_VALUE, 0, 1e300
  };
  private static final long[][] SHAPES = {
    {},
    {1},
    {2},
    {3},
    {6},
    {0},
    {2, 3},
    {3, 3},
    {3, 2},
    {1, 3},
    {2, 2, 2},
    {2, 0, 3},
    {2, 4, 3},
    {1, 4, 4, 2},
    {2, 2, 2, 1},
    {3, 3, 2, 4},
    {1, 1, 2, 2},
    {1, 2, 2, 2, 1}
  };
  private static final List<Pointwise> POINTWISE = pointwise();

  private final Random random;
  private final GuardedMemory memory;
  private final List<long[]> shapes = new ArrayList<>();
  private final List<TensorSpec> specs = new ArrayList<>();

  RecordFuzzArguments(Random random, GuardedMemory memory) {
    this.random = random;
    this.memory = memory;
    for (int i = 0; i < 2; i++) {
      shapes.add(SHAPES[random.nextInt(SHAPES.length)]);
    }
  }

  private static List<Pointwise> pointwise() {
    List<Pointwise> all = new ArrayList<>();
    for (Class<?> type : List.of(Maths.class, Logic.class, Bitwise.class)) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getType() == Pointwise.class && Modifier.isStatic(field.getModifiers())) {
          try {
            field.setAccessible(true);
            all.add((Pointwise) field.get(null));
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
          }
        }
      }
    }
    return all;
  }

  private boolean rarely() {
    return random.nextInt(25) == 0;
  }

  Tensor[] inputs() {
    DType common = dtype();
    Tensor[] inputs = new Tensor[random.nextBoolean() ? random.nextInt(3) : 1 + random.nextInt(3)];
    boolean alike = random.nextBoolean();
    for (int i = 0; i < inputs.length; i++) {
      DType dtype = random.nextInt(4) == 0 ? DType.INT32 : rarely() ? dtype() : common;
      inputs[i] =
          random.nextInt(i == 0 ? 8 : 4) == 0
              ? RandomKey.of(random.nextInt(9)).tensor()
              : tensor(dtype, shapes.get(alike ? 0 : random.nextInt(2)));
      specs.add(inputs[i].spec());
    }
    return inputs;
  }

  /** Returns inputs that another op took, or one of them otherwise. */
  Tensor[] inputs(List<TensorSpec> like) {
    shapes.clear();
    like.forEach(spec -> shapes.add(spec.shape().toArray()));
    while (shapes.size() < 2) {
      shapes.add(SHAPES[random.nextInt(SHAPES.length)]);
    }
    List<Tensor> inputs = new ArrayList<>();
    DType floating = random.nextBoolean() ? DType.FLOAT64 : DType.FLOAT32;
    int other = random.nextInt(3) == 0 && !like.isEmpty() ? random.nextInt(like.size()) : -1;
    for (int i = 0; i < like.size(); i++) {
      TensorSpec spec = like.get(i);
      boolean reshaped = i == other && random.nextBoolean();
      boolean recast = i == other && !reshaped;
      inputs.add(
          tensor(
              recast ? dtype() : spec.dtype() == DType.FLOAT64 ? floating : spec.dtype(),
              reshaped ? reshaped(spec.shape()) : spec.shape().toArray()));
      specs.add(inputs.getLast().spec());
    }
    if (random.nextInt(20) == 0 && !inputs.isEmpty()) {
      inputs.remove(random.nextInt(inputs.size()));
    } else if (random.nextInt(20) == 0 && !inputs.isEmpty()) {
      inputs.add(inputs.get(random.nextInt(inputs.size())));
    }
    return inputs.toArray(Tensor[]::new);
  }

  private long[] reshaped(Shape shape) {
    long[] sizes = shape.toArray();
    if (sizes.length == 0 || random.nextInt(4) == 0) {
      return shapes.get(random.nextInt(shapes.size()));
    }
    int axis = random.nextInt(sizes.length);
    sizes[axis] = Math.max(0, sizes[axis] + random.nextInt(-2, 3));
    return sizes;
  }

  private EagerTensor tensor(DType dtype, long[] sizes) {
    Shape shape = Shape.of(sizes);
    EagerTensor vector = memory.vector(dtype, shape.count());
    int least = random.nextInt(2);
    int most = 1 + random.nextInt(4);
    for (long i = 0; i < shape.count(); i++) {
      long value = dtype == DType.BOOL ? random.nextInt(2) : least + random.nextInt(most);
      Elements.setLong(dtype, vector.elements(), i, rarely() ? HUGE[random.nextInt(7)] : value);
    }
    return vector.view(shape, shape.strides(), 0);
  }

  private DType dtype() {
    DType[] all = DType.fixedSize().toArray(DType[]::new);
    return random.nextInt(3) > 0 ? DType.FLOAT32 : all[random.nextInt(all.length)];
  }

  Object record(Class<?> type) throws InvocationTargetException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < values.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(components[i].getGenericType());
    }
    return made(type, types, values);
  }

  private static Object made(Class<?> type, Class<?>[] types, Object... values)
      throws InvocationTargetException {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw e;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " " + Arrays.toString(values), e);
    }
  }

  /** Returns a record of the same components, most of the time some of them otherwise. */
  Object like(Record model) throws InvocationTargetException {
    RecordComponent[] components = model.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    int changed = random.nextInt(3) == 0 ? -1 : random.nextInt(Math.max(values.length, 1));
    for (int i = 0; i < values.length; i++) {
      types[i] = components[i].getType();
      Object present = component(model, components[i]);
      values[i] = i == changed ? other(present, components[i].getGenericType()) : present;
    }
    return made(model.getClass(), types, values);
  }

  private static Object component(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object other(Object present, Type declared) throws InvocationTargetException {
    boolean near = random.nextInt(3) > 0;
    return switch (present) {
      case Integer number when near -> number + random.nextInt(-2, 3);
      case Long number when near -> number + random.nextInt(-2, 3);
      case Shape shape when near -> Shape.of(reshaped(shape));
      case long[] numbers when near && numbers.length > 0 -> {
        long[] others = numbers.clone();
        others[random.nextInt(others.length)] += random.nextInt(-2, 3);
        yield others;
      }
      case int[] numbers when near && numbers.length > 0 -> {
        int[] others = numbers.clone();
        others[random.nextInt(others.length)] += random.nextInt(-2, 3);
        yield others;
      }
      case Formula _, Index _ -> value(declared);
      case Record record -> random.nextInt(4) > 0 ? like(record) : value(declared);
      case null, default -> value(declared);
    };
  }

  private Object value(Type declared) throws InvocationTargetException {
    Class<?> type =
        (Class<?>) (declared instanceof ParameterizedType some ? some.getRawType() : declared);
    if (!type.isPrimitive() && rarely()) {
      return null;
    }
    if (type == int.class) {
      return (int) number();
    } else if (type == long.class || type == Long.class) {
      return number();
    } else if (type == double.class) {
      return rarely() ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextInt(5) - 1.0;
    } else if (type == boolean.class) {
      return random.nextBoolean();
    } else if (type == String.class) {
      return random.nextInt(20) == 0 ? "" : "op";
    } else if (type == Number.class) {
      return random.nextBoolean() ? (Number) number() : (Number) (random.nextInt(9) / 2.0);
    } else if (type == DType.class) {
      return dtype();
    } else if (type == Shape.class) {
      return shape();
    } else if (type == TensorSpec.class) {
      return new TensorSpec(dtype(), shape());
    } else if (type == Variable.class) {
      return variable();
    } else if (type == Pointwise.class) {
      return POINTWISE.get(random.nextInt(POINTWISE.size()));
    } else if (type == Formula.class) {
      return new Formula("f", random.nextInt(4), expression(3));
    } else if (type == Window.class) {
      return window();
    } else if (type == Index.class) {
      return index();
    } else if (type == Optional.class) {
      return random.nextBoolean() ? Optional.empty() : Optional.of(shape());
    } else if (type == List.class) {
      Type element = ((ParameterizedType) declared).getActualTypeArguments()[0];
      List<Object> list = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        list.add(value(element));
      }
      return list;
    } else if (type.isArray()) {
      Object array = Array.newInstance(type.getComponentType(), length(type));
      for (int i = 0; i < Array.getLength(array); i++) {
        boolean axis = type == int[].class && random.nextInt(3) > 0;
        Array.set(array, i, axis ? i : value(type.getComponentType()));
      }
      return array;
    } else if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    return record(type);
  }

  private int length(Class<?> type) {
    boolean fitting = type == int[][].class || random.nextBoolean();
    return fitting && !rarely() ? shapes.get(0).length : random.nextInt(4);
  }

  private long number() {
    int choice = random.nextInt(12);
    return choice == 0
        ? HUGE[random.nextInt(HUGE.length)]
        : choice == 1 ? -1 - random.nextInt(3) : choice < 4 ? random.nextInt(9) : random.nextInt(3);
  }

  private Shape shape() {
    long[] sizes =
        (random.nextInt(3) > 0
                ? shapes.get(random.nextInt(2))
                : SHAPES[random.nextInt(SHAPES.length)])
            .clone();
    for (int i = 0; i < sizes.length; i++) {
      if (random.nextInt(12) == 0) {
        sizes[i] = Math.max(-1, number());
      }
    }
    return Shape.of(sizes);
  }

  private Variable variable() {
    if (random.nextInt(4) == 0) {
      return Variable.untrainable(Tensor.zeros(DType.INT64, 2), "state");
    }
    return Variable.untrainable(Tensor.zeros(dtype(), shapes.get(0)), "v");
  }

  private Index index() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> new Index.At(number());
      case 2 -> Index.ELLIPSIS;
      case 3 -> Index.NEW_AXIS;
      default ->
          new Index.Range(
              random.nextBoolean() ? null : number(),
              random.nextBoolean() ? null : number(),
              random.nextInt(3) == 0 ? number() : 1);
    };
  }

  private Window window() {
    List<Window.Axis> axes = new ArrayList<>();
    long[] like = shapes.get(random.nextInt(2));
    int rank = rarely() ? random.nextInt(6) : Math.max(like.length - 2, 1);
    for (int i = 0; i < rank; i++) {
      long size = i < like.length && random.nextBoolean() ? like[i] : 1 + random.nextInt(3);
      axes.add(
          new Window.Axis(
              rarely() ? 1 + random.nextInt(10_000) : (int) size,
              rarely() ? (int) number() : 1 + random.nextInt(2),
              rarely() ? 1 + random.nextInt(10_000) : 1 + random.nextInt(2),
              random.nextBoolean(),
              rarely() ? random.nextInt(10_000) : random.nextInt(2),
              random.nextInt(2)));
    }
    return new Window(axes);
  }

  private Expr expression(int depth) {
    int choice = random.nextInt(6);
    if (depth == 0 || choice < 2) {
      return choice == 0
          ? Expr.of(SPECIAL[random.nextInt(SPECIAL.length)])
          : new Expr.Input(rarely() ? (int) number() : random.nextInt(2));
    }
    Primitive[] all = Primitive.values();
    Primitive primitive = all[random.nextInt(all.length)];
    int count = primitive.arity() + (rarely() ? 1 : 0);
    List<Expr> arguments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arguments.add(expression(depth - 1));
    }
    return new Expr.Apply(primitive, arguments);
  }
}
