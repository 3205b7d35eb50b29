package dev.tapedeck.ops;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tapedeck.function.ExecutionPlan;
import dev.tapedeck.function.Graph;
import dev.tapedeck.ops.kernels.cpu.GuardPages;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorMemoryException;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.FuzzJournal;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import dev.tapedeck.testing.Operand;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes ops of random attributes, past their public functions, and applies them to random tensors
 * between guard pages: at once, and by a plan. In a process of its own that may die of it.
 */
final class RecordFuzz {
  static final String MINUTES = "tapedeck.fuzz.minutes";

  private static final int ROUNDS = 200;

  /** Till one of a type computes, it gets this many more. */
  private static final int SEARCH = 20_000;

  /** The most elements of an operand that a model may have. */
  private static final int MOST = 64;

  /** How many times one failure is printed. */
  private static final int PRINTED = 2;

  private final FuzzJournal journal;
  private final GuardPages behind = new GuardPages(true);
  private final GuardPages before = new GuardPages(false);
  private final Map<String, Integer> failures = new TreeMap<>();
  private final TreeSet<String> computed = new TreeSet<>();
  private int made;
  private int refused;
  private int ran;

  private RecordFuzz(FuzzJournal journal) {
    this.journal = journal;
  }

  /** Takes the file in which the call that is being made is noted. */
  public static void main(String[] args) throws IOException {
    RecordFuzz fuzz = new RecordFuzz(new FuzzJournal(Path.of(args[0])));
    List<Class<?>> types = types();
    Map<Class<?>, List<Model>> models = fuzz.models();
    long seed = Long.getLong(OpFuzz.SEED, 1);
    Integer minutes = Integer.getInteger(MINUTES);
    long start = System.nanoTime();
    for (int round = 0;
        minutes == null ? round < ROUNDS : System.nanoTime() - start < minutes * 60_000_000_000L;
        round++) {
      for (Class<?> type : types) {
        Random random = new Random(31 * (seed * 1_000_003 + round) + type.getName().hashCode());
        List<Model> some = models.getOrDefault(type, List.of());
        fuzz.attempt(type, some.isEmpty() ? null : some.get(random.nextInt(some.size())), random);
      }
    }
    for (Class<?> type : types) {
      Random random = new Random(seed);
      for (int i = 0; i < SEARCH && !fuzz.computed.contains(type.getName()); i++) {
        fuzz.attempt(type, null, random);
      }
    }
    List<String> never =
        types.stream().map(Class::getName).filter(name -> !fuzz.computed.contains(name)).toList();
    System.out.printf(
        "seed %d: %d made, %d refused when made, %d ran, %d refused when applied, in %.1f s%n",
        seed,
        fuzz.made,
        fuzz.refused,
        fuzz.ran,
        fuzz.made - fuzz.ran,
        (System.nanoTime() - start) / 1e9);
    System.out.println("never computed: " + never);
    fuzz.failures.forEach((what, times) -> System.err.println(times + " times " + what));
    System.exit(fuzz.failures.isEmpty() ? 0 : 1);
  }

  /** An op that is as it should be, by what it is made of, and the inputs that it took. */
  record Model(Record made, List<TensorSpec> inputs) {}

  /** Returns what the rows of the table, and their gradients, are made of. */
  private Map<Class<?>, List<Model>> models() {
    Map<Class<?>, List<Model>> models = new HashMap<>();
    Dispatch.Recorder recorder =
        (op, inputs, outputs) -> {
          Object made = op instanceof SerializableOp defined ? defined.definition() : op;
          if (made instanceof Record record
              && Arrays.stream(inputs).allMatch(input -> input.shape().count() <= MOST)) {
            models
                .computeIfAbsent(record.getClass(), type -> new ArrayList<>())
                .add(new Model(record, Arrays.stream(inputs).map(Tensor::spec).toList()));
          }
        };
    for (OpCheck row : OpTable.ROWS) {
      journal.note("the model " + row);
      boolean smooth = row.isDifferentiable();
      DType dtype = smooth ? DType.FLOAT64 : row.accepted().getFirst();
      for (Operand[] operands : row.cases().subList(0, Math.min(2, row.cases().size()))) {
        if (Arrays.stream(operands).allMatch(o -> Grid.count(o.shape()) <= MOST)) {
          Grid[] grids = row.draw(operands, dtype, 0);
          Tensor[] x = new Tensor[grids.length];
          for (int i = 0; i < x.length; i++) {
            x[i] = grids[i].tensor(operands[i].dtype(dtype));
          }
          Dispatch.open(recorder);
          if (smooth) {
            GradientChecker.tape(GradientChecker.gradient(row.function()), x);
          } else {
            row.function().of(x);
          }
          Dispatch.close(recorder);
        }
      }
    }
    return models;
  }

  /** Returns the records that are ops, or that ops are made of. */
  private static List<Class<?>> types() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tapedeck.ops", "dev.tapedeck.autodiff")
            .stream()
            .<Class<?>>map(type -> type.reflect())
            .filter(Class::isRecord)
            .filter(
                type ->
                    Op.class.isAssignableFrom(type)
                        || SerializableOp.Definition.class.isAssignableFrom(type))
            .filter(type -> !type.getName().contains("Test"))
            .filter(type -> type.getName().startsWith(System.getProperty(OpFuzz.ONLY, "")))
            // Its parts are Java code of a tape.
            .filter(
                type -> !type.getName().contains("autodiff") || type.getName().contains("Ident"))
            .sorted(Comparator.comparing(Class::getName))
            .toList();
  }

  private void attempt(Class<?> type, Model model, Random random) {
    GuardPages memory = random.nextBoolean() ? behind : before;
    journal.note(type.getName());
    String what = type.getName();
    try (Scope _ = new Scope()) {
      RecordFuzzArguments arguments = new RecordFuzzArguments(random, memory);
      boolean like = model != null && random.nextInt(5) > 0;
      Tensor[] inputs = like ? arguments.inputs(model.inputs()) : arguments.inputs();
      what += " of " + Arrays.stream(inputs).map(Tensor::spec).toList();
      Op op;
      try {
        Object record = like ? arguments.like(model.made()) : arguments.record(type);
        what = record + what.substring(type.getName().length());
        op =
            record instanceof SerializableOp.Definition definition
                ? definition.toOp()
                : (Op) record;
      } catch (IllegalArgumentException | NullPointerException | InvocationTargetException e) {
        requireRefusal(e instanceof InvocationTargetException ? e.getCause() : e);
        refused++;
        return;
      }
      made++;
      journal.note(what);
      apply(op, inputs);
      computed.add(type.getName());
      ran++;
    } catch (IllegalArgumentException | TensorMemoryException e) {
      // That is how it should be.
    } catch (Throwable e) {
      fail(type, what, e);
    } finally {
      memory.clear(what);
    }
  }

  private static void apply(Op op, Tensor... inputs) {
    Tensor[] outputs = op.apply(inputs);
    for (Tensor output : outputs) {
      ((EagerTensor) output).dense();
    }
    if (inputs.length > 0 && op.effect() == Effect.NONE) {
      Graph graph =
          Graph.trace(
              in -> List.of(op.apply(in.toArray(Tensor[]::new))),
              Arrays.stream(inputs).map(Tensor::spec).toList());
      for (Tensor output : ExecutionPlan.of(graph).run(inputs)) {
        ((EagerTensor) output).dense();
      }
    }
  }

  /** For a missing attribute, a NullPointerException is a refusal, too. */
  private static void requireRefusal(Throwable refusal) throws Throwable {
    boolean refused =
        refusal instanceof IllegalArgumentException
            || refusal instanceof TensorMemoryException
            || refusal instanceof NullPointerException;
    if (!refused) {
      throw refusal;
    }
  }

  private void fail(Class<?> type, String what, Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    List<StackTraceElement> places = new ArrayList<>(Arrays.asList(trace));
    String place =
        places.stream()
            .filter(frame -> frame.getClassName().startsWith("dev.tapedeck"))
            .findFirst()
            .map(StackTraceElement::toString)
            .orElse("");
    String kind = type.getName() + ": " + e.getClass().getName() + " at " + place;
    if (failures.merge(kind, 1, Integer::sum) <= PRINTED) {
      System.err.println("\nFAILURE: " + what);
      e.printStackTrace();
    }
  }
}
