package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy that adds the 16-bit floating types to a provider of float32 and float64 kernels:
 * operands are widened to float32, and the result is rounded.
 *
 * <p>It relies on the convention that the output is the last single tensor of a method, so a new
 * kernel needs no change here. Default methods call other kernels.
 */
final class Widening implements InvocationHandler {
  /** A provider, or its kernels of one family. */
  private final Object kernels;

  /** The widened kernels of each family. */
  private final Map<Class<?>, Object> families = new ConcurrentHashMap<>();

  private Widening(Object kernels) {
    this.kernels = kernels;
  }

  static Kernels of(Kernels kernels) {
    return (Kernels) proxy(Kernels.class, kernels);
  }

  private static Object proxy(Class<?> type, Object kernels) {
    return Proxy.newProxyInstance(
        Kernels.class.getClassLoader(), new Class<?>[] {type}, new Widening(kernels));
  }

  static boolean isNarrow(EagerTensor tensor) {
    return tensor.dtype().isFloating() && tensor.dtype().bytes() == 2;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    List<EagerTensor> copies = new ArrayList<>();
    try {
      if (method.isDefault()) {
        return InvocationHandler.invokeDefault(proxy, method, arguments); // it calls other kernels
      }
      if (arguments != null
          && kernels instanceof NarrowKernels narrow
          && takes(narrow, arguments)) {
        return method.invoke(kernels, arguments);
      }
      Object[] wide = arguments == null ? null : arguments.clone();
      int output = -1;
      for (int i = 0; wide != null && i < wide.length; i++) {
        if (wide[i] instanceof EagerTensor tensor) {
          wide[i] = widened(tensor, copies);
          output = i;
        } else if (wide[i] instanceof EagerTensor[] tensors) {
          EagerTensor[] all = new EagerTensor[tensors.length];
          for (int j = 0; j < all.length; j++) {
            all[j] = widened(tensors[j], copies);
          }
          wide[i] = all;
        }
      }
      Object result = method.invoke(kernels, wide);
      Class<?> type = method.getReturnType();
      if (type.isInterface() && type != Factorizations.class) { // their ops take wide types only
        return families.computeIfAbsent(type, family -> proxy(family, result));
      }
      if (output >= 0 && isNarrow((EagerTensor) arguments[output])) {
        NarrowFloats.narrow((EagerTensor) wide[output], (EagerTensor) arguments[output]);
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      copies.forEach(EagerTensor::release);
    }
  }

  /** Returns whether all operands have a type that kernels compute with. */
  private static boolean takes(NarrowKernels kernels, Object... arguments) {
    return Arrays.stream(arguments)
        .allMatch(
            each -> !(each instanceof EagerTensor tensor) || kernels.computes(tensor.dtype()));
  }

  private static EagerTensor widened(EagerTensor tensor, List<EagerTensor> copies) {
    if (!isNarrow(tensor)) {
      return tensor;
    }
    EagerTensor copy = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, tensor.shape()));
    copies.add(copy);
    NarrowFloats.widen(tensor.dense(), copy);
    return copy;
  }
}
