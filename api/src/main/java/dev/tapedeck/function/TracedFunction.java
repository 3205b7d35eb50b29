package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * A Java function that is traced into a graph, as {@code tf.function}: its code runs once with
 * symbolic tensors, and the graph runs in its place from then on.
 *
 * <pre>{@code
 * TracedFunction<Tensor> dense =
 *     TracedFunction.of("dense", (Tensor x, Tensor w) -> relu(x.matmul(w)));
 * Tensor y = dense.call(x, w);
 * }</pre>
 *
 * <p>Arguments are tensors, lists, arrays, maps or records of them, and other Java values (numbers,
 * variables, layers), which are part of the signature; pass a number that changes as a tensor.
 * There is a {@link ConcreteFunction} for each signature: element types, shapes and Java values.
 * Results have the same types.
 *
 * <p>Effects of Java code, such as printing, happen only while it is traced; assignments to
 * variables, random draws, summaries and metrics happen in each call, in program order. Java's
 * {@code if}, {@code while} and {@code for} can read whole numbers and bools: a trace holds for the
 * values that were read, and other values are traced when they occur. Variables can be made only in
 * the first trace; keep them in fields, so that later traces find them.
 *
 * <p>It may be called from several threads. Called in another traced function, it becomes part of
 * the outer graph.
 *
 * @param <R> type of the result
 */
public final class TracedFunction<R> {
  private static final Logger LOG = Loggers.of(TracedFunction.class);

  /** The most signatures that are kept; the least recently used one is dropped. */
  static final int MOST_SIGNATURES = 64;

  private static final int WARNED_RETRACE = 5;
  private static final int ANY = -1;

  private static volatile boolean runEagerly;

  private final String name;
  private final int arity;
  private final Function<List<Object>, R> code;
  private final List<TensorSpec> given;
  private final Map<List<TensorTree>, ConcreteFunction> concretes =
      new LinkedHashMap<>(16, 0.75f, true);
  private volatile ConcreteFunction latest;
  private volatile int traces;
  private String explanation = "it has not been traced again";
  private String firstVariable;

  /** The trace that made variables. */
  private Object maker;

  private TracedFunction(
      String name, int arity, Function<List<Object>, R> code, List<TensorSpec> given) {
    this.arity = arity;
    this.name = Objects.requireNonNull(name, "name");
    this.code = code;
    this.given = given;
  }

  /** Makes a function of no arguments. */
  public static <R> TracedFunction<R> of(String name, Supplier<R> method) {
    return new TracedFunction<>(name, 0, arguments -> method.get(), null);
  }

  /** Makes a function of one argument. */
  @SuppressWarnings("unchecked") // as the caller says
  public static <A, R> TracedFunction<R> of(String name, Function<A, R> method) {
    return new TracedFunction<>(name, 1, arguments -> method.apply((A) arguments.getFirst()), null);
  }

  /** Makes a function of two arguments. */
  @SuppressWarnings("unchecked") // as the caller says
  public static <A, B, R> TracedFunction<R> of(String name, BiFunction<A, B, R> method) {
    return new TracedFunction<>(
        name, 2, arguments -> method.apply((A) arguments.get(0), (B) arguments.get(1)), null);
  }

  /** Makes a function of any number of arguments, which come as a list. */
  public static <R> TracedFunction<R> ofAll(String name, Function<List<Object>, R> method) {
    return new TracedFunction<>(name, ANY, method, null);
  }

  /**
   * Returns this function with a signature: the types and shapes of all tensors, in order, where an
   * unknown size ({@code -1}) fits any. It is traced once for all tensors that fit.
   */
  public TracedFunction<R> withSignature(TensorSpec... specs) {
    return new TracedFunction<>(name, arity, code, List.of(specs));
  }

  /** Makes all traced functions run their Java methods instead, for debugging; off at first. */
  public static void runFunctionsEagerly(boolean eagerly) {
    runEagerly = eagerly;
  }

  /** Returns whether traced functions run their Java methods. */
  public static boolean functionsRunEagerly() {
    return runEagerly;
  }

  /**
   * Calls the function.
   *
   * @throws IllegalArgumentException if the tensors do not fit the signature
   */
  @SuppressWarnings("unchecked") // the graph returns what the method did
  public R call(Object... values) {
    Object[] arguments = requireAll(TensorTree.arguments(values));
    if (runEagerly) {
      return code.apply(operands(arguments));
    }
    if (!Dispatch.executingEagerly()) {
      return Dispatch.nameScope(name, () -> code.apply(operands(arguments)));
    }
    ConcreteFunction known = latest;
    Tensor[] tensors = known == null ? null : known.accept(arguments);
    if (tensors != null) {
      return (R) known.invoke(tensors);
    }
    List<Tensor> found = new ArrayList<>();
    ConcreteFunction concrete = concrete(arguments, found);
    if (found.size() != TensorTree.specs(concrete.parameters()).size()) {
      throw Refusal.of(
          name, "needs tensors", "a TensorSpec", "pass a tensor, or use concreteFunction");
    }
    R result = (R) concrete.invoke(found.toArray(Tensor[]::new));
    latest = concrete;
    return result;
  }

  private Object[] requireAll(Object... arguments) {
    if (arity != ANY && arguments.length != arity) {
      throw Refusal.of(
          name,
          "needs " + arity + (arity == 1 ? " argument" : " arguments"),
          arguments.length,
          "pass one for each parameter");
    }
    return arguments;
  }

  /** Returns arguments with arrays of numbers as tensors, as in a trace. */
  private static List<Object> operands(Object... arguments) {
    List<Tensor> tensors = new ArrayList<>();
    List<TensorTree> structures = TensorTree.all(Arrays.asList(arguments), tensors);
    return TensorTree.build(structures, tensors.iterator());
  }

  /**
   * Returns the traced function for the signature of arguments, in which a {@link TensorSpec} may
   * stand for a tensor.
   *
   * @throws IllegalStateException if Java code in it reads values of tensors; call the function
   *     instead
   */
  public ConcreteFunction concreteFunction(Object... arguments) {
    List<Tensor> tensors = new ArrayList<>();
    ConcreteFunction concrete = concrete(requireAll(TensorTree.arguments(arguments)), tensors);
    concrete.trace();
    return concrete;
  }

  private ConcreteFunction concrete(Object[] arguments, List<Tensor> tensors) {
    List<TensorTree> key = signature(TensorTree.all(Arrays.asList(arguments), tensors));
    synchronized (concretes) {
      ConcreteFunction present = concretes.get(key);
      if (present == null) {
        explain(key);
        present = new ConcreteFunction(name, key, TensorTree.specs(key), code::apply, this::made);
        traces++;
        concretes.put(key, present);
        if (concretes.size() > MOST_SIGNATURES) {
          concretes.remove(concretes.keySet().iterator().next());
        }
      }
      return present;
    }
  }

  private List<TensorTree> signature(List<TensorTree> found) {
    if (given == null) {
      return found;
    }
    List<TensorSpec> specs = TensorTree.specs(found);
    boolean fit = specs.size() == given.size();
    for (int i = 0; fit && i < specs.size(); i++) {
      fit = specs.get(i).fits(given.get(i));
    }
    if (!fit) {
      throw Refusal.of(
          name, "needs tensors of its signature " + given, specs, "cast or reshape them");
    }
    return TensorTree.with(found, given.iterator());
  }

  /** Refuses a variable made by a later trace, which the traces would not share. */
  private void made(Object trace, String variable) {
    synchronized (concretes) {
      if (maker != null && !maker.equals(trace)) {
        throw new IllegalStateException(
            name
                + ": made variable \""
                + variable
                + "\" when it was traced again, after \""
                + firstVariable
                + "\" the first time; make variables once, outside or where a field is still null");
      }
      firstVariable = variable;
      maker = trace;
    }
  }

  private void explain(List<TensorTree> key) {
    if (concretes.isEmpty()) {
      return;
    }
    List<TensorTree> nearest =
        concretes.keySet().stream()
            .min((a, b) -> Long.compare(differing(a, key), differing(b, key)))
            .orElseThrow();
    explanation = nearest.size() == key.size() ? changes(nearest, key) : counts(nearest, key);
    if (traces == WARNED_RETRACE) {
      LOG.warn(
          "{}: traced again for the {}th time: {}. Tracing takes much longer than a call; give it a"
              + " signature with unknown sizes, and tensors in place of numbers that change",
          name,
          traces,
          explanation);
    }
  }

  private static long differing(List<TensorTree> a, List<TensorTree> b) {
    long count = Math.abs(a.size() - b.size());
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      count += a.get(i).equals(b.get(i)) ? 0 : 1;
    }
    return count;
  }

  private static String counts(List<TensorTree> before, List<TensorTree> now) {
    return "there are " + now.size() + " arguments, where there were " + before.size();
  }

  private static String changes(List<TensorTree> before, List<TensorTree> now) {
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < now.size(); i++) {
      if (!now.get(i).equals(before.get(i))) {
        changes.add("argument " + i + " is " + now.get(i) + ", where it was " + before.get(i));
      }
    }
    return String.join("; ", changes);
  }

  /** Returns why the function was traced the last time: which argument changed, and how. */
  public String explainRetrace() {
    synchronized (concretes) {
      return name + ": " + explanation;
    }
  }

  /**
   * Returns the number of signatures it was traced for, including those that are no longer kept.
   */
  public int traceCount() {
    return traces;
  }

  /** Returns the functions of the signatures it was called with, the most recently used last. */
  public List<ConcreteFunction> concreteFunctions() {
    synchronized (concretes) {
      return List.copyOf(concretes.values());
    }
  }

  /**
   * Returns the signatures it was called with, with the types and shapes of the results.
   *
   * <pre>
   * relu(arg0)
   *   Args:
   *     arg0: float32 Tensor, shape=(3,)
   *   Returns:
   *     float32 Tensor, shape=(3,)
   * </pre>
   */
  public String prettyPrintedConcreteSignatures() {
    return concreteFunctions().stream()
        .map(ConcreteFunction::toString)
        .collect(Collectors.joining("\n\n"));
  }
}
