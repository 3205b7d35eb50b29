package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.Loggers;
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
 * A Java method that becomes a graph: it runs once with symbolic tensors, and from then on the
 * graph runs in its place.
 *
 * <pre>{@code
 * TracedFunction<Tensor> dense =
 *     TracedFunction.of("dense", (Tensor x, Tensor w) -> relu(x.matmul(w)));
 * Tensor y = dense.call(x, w);
 * }</pre>
 *
 * <p>Arguments are tensors, lists, arrays, maps or records of them, and other Java values (numbers,
 * variables, layers), which are part of the signature; a number that changes is better a tensor.
 * There is a {@link ConcreteFunction} for each signature: element types, shapes and Java values.
 * Results are made of the same things.
 *
 * <p>What the method does besides, such as printing, happens while it is traced; what it does to
 * variables, random draws, summaries and metrics happens in each call, in the order of the program.
 * Reading a whole number or a bool makes the trace hold for that value: Java's {@code if}, {@code
 * while} and {@code for} work on them. A variable that the method makes is made once; keep it in a
 * field, so that a second trace finds it.
 *
 * <p>It may be called from several threads. Within another traced function it is a part of that
 * one's graph.
 *
 * @param <R> what the method returns
 */
public final class TracedFunction<R> {
  private static final Logger LOG = Loggers.of(TracedFunction.class);

  /** The most signatures that are kept; the one that was not used longest goes. */
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
   * Returns this function with its signature given: the types and shapes of all tensors, in order,
   * where an unknown size ({@code -1}) is any. It is traced once for all that fit.
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
   * @throws IllegalArgumentException if the tensors do not fit the signature that was given
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
      throw new IllegalArgumentException(
          name + ": received a TensorSpec, which stands for a tensor only in concreteFunction");
    }
    R result = (R) concrete.invoke(found.toArray(Tensor[]::new));
    latest = concrete;
    return result;
  }

  private Object[] requireAll(Object... arguments) {
    if (arity != ANY && arguments.length != arity) {
      throw new IllegalArgumentException(
          name + ": takes " + arity + " arguments, received " + arguments.length);
    }
    return arguments;
  }

  /** Returns arguments with arrays of numbers as tensors, which they are in a trace. */
  private static List<Object> operands(Object... arguments) {
    List<Tensor> tensors = new ArrayList<>();
    List<TensorTree> structures = TensorTree.all(Arrays.asList(arguments), tensors);
    return TensorTree.build(structures, tensors.iterator());
  }

  /**
   * Returns the function for arguments, traced; in place of a tensor there may be a {@link
   * TensorSpec}.
   *
   * @throws IllegalStateException if Java code in it reads values of tensors; call it then
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
      throw new IllegalArgumentException(
          name + ": its signature is " + given + ", received " + specs);
    }
    return TensorTree.with(found, given.iterator());
  }

  /** Refuses a variable that would be made anew by each trace, and then not be shared. */
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

  /** Returns why it was traced the latest time: which argument changed, and how. */
  public String explainRetrace() {
    synchronized (concretes) {
      return name + ": " + explanation;
    }
  }

  /** Returns how many signatures it was traced for, those that are no longer kept included. */
  public int traceCount() {
    return traces;
  }

  /** Returns the functions for the signatures it was called with, the latest ones last. */
  public List<ConcreteFunction> concreteFunctions() {
    synchronized (concretes) {
      return List.copyOf(concretes.values());
    }
  }

  /**
   * Returns the signatures it was called with, and what it returns for them.
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
