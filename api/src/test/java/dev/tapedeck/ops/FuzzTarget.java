package dev.tapedeck.ops;

import dev.tapedeck.ops.linalg.Complex;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Something public that takes arguments and gives tensors. */
record FuzzTarget(String name, List<Type> parameters, Invocation invocation) {
  /** Calls it. */
  interface Invocation {
    Object of(Object... arguments) throws ReflectiveOperationException;
  }

  /** They take ops to record, or memory of other kinds; or are tried as operands. */
  private static final Set<String> NOT_TRIED =
      Set.of(
          "copyOf(ByteBuffer, DType, long[])",
          "copyOf(MemorySegment, DType, long[])",
          "reshape(Tensor, Shape)", // as the one of sizes
          "sharing(INDArray)",
          "of(Object)");

  /** Returns every public op, makers of tensors, and the assignment to parts of variables. */
  static List<FuzzTarget> all() {
    Stream<Class<?>> classes = OpClasses.all().map(type -> type.reflect());
    Stream<FuzzTarget> methods =
        Stream.concat(classes, Stream.of(Tensor.class))
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .filter(method -> Modifier.isStatic(method.getModifiers()))
            .filter(method -> givesTensors(method.getGenericReturnType()))
            .map(FuzzTarget::of)
            .filter(target -> !NOT_TRIED.contains(target.toString()));
    return Stream.concat(methods, Stream.of(partOfVariable()))
        .sorted(Comparator.comparing(FuzzTarget::toString))
        .toList();
  }

  private static boolean givesTensors(Type type) {
    return switch (type) {
      case ParameterizedType generic ->
          Arrays.stream(generic.getActualTypeArguments()).anyMatch(FuzzTarget::givesTensors);
      case Class<?> array when array.isArray() -> givesTensors(array.getComponentType());
      case Class<?> record when record.isRecord() ->
          Arrays.stream(record.getRecordComponents())
              .anyMatch(component -> givesTensors(component.getGenericType()));
      case Class<?> plain -> Tensor.class.isAssignableFrom(plain);
      default -> false;
    };
  }

  private static FuzzTarget of(Method method) {
    List<Type> parameters = new ArrayList<>(List.of(method.getGenericParameterTypes()));
    if (method.getName().equals("get")) {
      parameters.set(1, Index[].class);
    }
    if (!parameters.isEmpty() && parameters.getFirst() == Complex.class) {
      parameters.set(0, Object.class);
      parameters.add(1, Object.class);
      return new FuzzTarget(
          method.getName(), parameters, arguments -> ofComplex(method, arguments));
    }
    return new FuzzTarget(
        method.getName(), parameters, arguments -> method.invoke(null, arguments));
  }

  /** Calls an op whose first argument is the complex number of the first two given. */
  private static Object ofComplex(Method method, Object... arguments)
      throws ReflectiveOperationException {
    Object[] own = Arrays.copyOfRange(arguments, 1, arguments.length);
    try {
      own[0] = new Complex(Operands.tensor(arguments[0]), Operands.tensor(arguments[1]));
    } catch (RuntimeException e) {
      throw new InvocationTargetException(e);
    }
    return method.invoke(null, own);
  }

  private static FuzzTarget partOfVariable() {
    return new FuzzTarget(
        "assign",
        List.of(Object.class, Index[].class, Object.class),
        arguments -> {
          try {
            Variable variable = Variable.of(arguments[0]);
            variable.at((Object[]) arguments[1]).assign(arguments[2]);
            return variable.value();
          } catch (RuntimeException e) {
            throw new InvocationTargetException(e);
          }
        });
  }

  /** Returns the tensors of a result: itself, or its elements or components. */
  static List<Tensor> tensors(Object result) {
    return switch (result) {
      case Tensor tensor -> List.of(tensor);
      case Object[] array -> tensors(List.of(array));
      case List<?> list -> list.stream().flatMap(part -> tensors(part).stream()).toList();
      case Record record ->
          Arrays.stream(record.getClass().getRecordComponents())
              .flatMap(component -> tensors(component(record, component)).stream())
              .toList();
      default -> List.of();
    };
  }

  private static Object component(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns {@code gather(Object, Object, int)}. */
  @Override
  public String toString() {
    return name
        + parameters.stream()
            .map(type -> type.getTypeName().replaceAll("[a-z0-9]+\\.|\\w+\\$", ""))
            .collect(Collectors.joining(", ", "(", ")"));
  }
}
