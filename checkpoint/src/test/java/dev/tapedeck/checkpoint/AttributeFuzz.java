package dev.tapedeck.checkpoint;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorMemoryException;
import dev.tapedeck.testing.FuzzJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Changes what ops are made of, and how they are wired, in saved functions that together have every
 * op, and runs what can be loaded; in a process of its own that may die of it.
 */
final class AttributeFuzz {
  private final List<FunctionFile> originals;
  private final List<SavedOpsTable.Row> rows = List.copyOf(SavedOpsTable.rows().values());

  /** For each file, what its texts may become. */
  private final List<List<String>> texts = new ArrayList<>();

  private final Map<String, Integer> outcomes = new TreeMap<>();

  private AttributeFuzz() throws IOException {
    this.originals = originals();
    TreeSet<String> all = new TreeSet<>();
    originals.forEach(file -> collect(nodes(file.graph()), all));
    all.removeIf(text -> text.contains(":")); // tensors have names within a file
    for (FunctionFile file : originals) {
      TreeSet<String> own = new TreeSet<>(all);
      collect(nodes(file.graph()), own);
      texts.add(List.copyOf(own));
    }
  }

  /** Takes the journal, the first seed, and the last one, or till when to go on. */
  public static void main(String[] args) throws IOException {
    AttributeFuzz fuzz = new AttributeFuzz();
    FuzzJournal journal =
        new FuzzJournal(
            Path.of(args[0]), AttributeFuzz::isLoop, () -> System.out.println(fuzz.outcomes));
    long last = Long.parseLong(args[2]);
    long end = Long.parseLong(args[3]);
    boolean failed = false;
    for (long seed = Long.parseLong(args[1]);
        seed <= last && System.currentTimeMillis() < end;
        seed++) {
      journal.note(Long.toString(seed));
      try (Scope _ = new Scope()) {
        fuzz.outcomes.merge(fuzz.attempt(seed), 1, Integer::sum);
      } catch (Throwable e) {
        failed = true;
        System.err.println("FAILURE, seed " + seed);
        e.printStackTrace();
      }
    }
    System.out.println(fuzz.outcomes);
    System.exit(failed ? 1 : 0);
  }

  /** Returns whether a frame is that of a loop, which a file may make endless. */
  private static boolean isLoop(StackTraceElement frame) {
    return frame.getClassName().endsWith("function.Loop")
        && frame.getMethodName().equals("execute");
  }

  /** Writes the file of a seed, to look at. */
  static void write(long seed, Path file) throws IOException {
    new AttributeFuzz().changed(seed).write(file);
  }

  private String attempt(long seed) {
    SavedFunction loaded;
    try {
      loaded = SavedFunction.of(changed(seed), Path.of("f"));
    } catch (CheckpointException e) {
      requireTold(e.getCause());
      return "refused";
    }
    try {
      loaded.call(arguments(loaded, rows.get(row(seed)).arguments()));
      return "ran";
    } catch (IllegalArgumentException | IllegalStateException | TensorMemoryException e) {
      return "refused when it ran";
    } catch (ArithmeticException e) {
      return "divided by zero";
    }
  }

  /** Whatever is wrong with a file, an error that ends programs is no way to say so. */
  private static void requireTold(Throwable cause) {
    if (cause instanceof VirtualMachineError error) {
      throw error;
    }
  }

  private int row(long seed) {
    return new Random(seed).nextInt(rows.size());
  }

  private FunctionFile changed(long seed) {
    Random random = new Random(seed);
    int row = random.nextInt(rows.size());
    FunctionFile original = originals.get(row);
    boolean open = random.nextInt(4) > 0;
    Map<Object, Object> file = new LinkedHashMap<>((Map<?, ?>) original.graph());
    Map<Object, Object> graph = new LinkedHashMap<>((Map<?, ?>) file.get("graph"));
    List<Object> nodes = new ArrayList<>((List<?>) graph.get("nodes"));
    for (int times = random.nextInt(3); times >= 0 && !nodes.isEmpty(); times--) {
      int at = random.nextInt(nodes.size());
      if (!(nodes.get(at) instanceof Map<?, ?> present)) {
        continue; // it has been changed before
      }
      Map<Object, Object> node = new LinkedHashMap<>(present);
      String part = random.nextInt(3) > 0 ? "attributes" : random.nextInt(4) > 0 ? "inputs" : "op";
      if (random.nextInt(20) == 0) {
        nodes.set(at, Mutations.changed(node, random, texts.get(row)));
      } else if (node.containsKey(part)) {
        node.put(part, Mutations.changed(node.get(part), random, texts.get(row)));
        nodes.set(at, node);
      }
    }
    graph.put("nodes", open ? opened(nodes) : nodes);
    file.put("graph", graph);
    if (open) {
      file.put("result", opened(file.get("result")));
    }
    return new FunctionFile(file, original.tensors());
  }

  /** Returns calls whose outputs have any size, so that changed ones fit, and results too. */
  private static Object opened(Object json) {
    return switch (json) {
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach(
            (key, value) ->
                copy.put(
                    key,
                    key.equals("outputs") || key.equals("tensor")
                        ? unknown(value)
                        : key.equals("attributes") ? value : opened(value)));
        yield copy;
      }
      case List<?> list -> list.stream().map(AttributeFuzz::opened).toList();
      case null, default -> json;
    };
  }

  private static Object unknown(Object json) {
    return switch (json) {
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach(
            (key, value) ->
                copy.put(
                    key,
                    key.equals("shape") && value instanceof List<?> sizes
                        ? sizes.stream().map(size -> Shape.UNKNOWN).toList()
                        : value));
        yield copy;
      }
      case List<?> list -> list.stream().map(AttributeFuzz::unknown).toList();
      case null, default -> json;
    };
  }

  private static Object[] arguments(SavedFunction loaded, Tensor... own) {
    List<SymbolicTensor> inputs = loaded.graph().inputs();
    Object[] arguments = new Object[inputs.size()];
    for (int i = 0; i < arguments.length; i++) {
      SymbolicTensor input = inputs.get(i);
      long[] sizes = Arrays.stream(input.shape().toArray()).map(s -> s < 0 ? 2 : s).toArray();
      boolean fits = i < own.length && own[i].spec().fits(input.spec());
      arguments[i] = fits ? own[i] : Tensor.ones(input.dtype(), sizes);
    }
    return arguments;
  }

  private static Object nodes(Object file) {
    return ((Map<?, ?>) ((Map<?, ?>) file).get("graph")).get("nodes");
  }

  private static void collect(Object json, Set<String> texts) {
    switch (json) {
      case String text -> texts.add(text);
      case Map<?, ?> map -> map.values().forEach(value -> collect(value, texts));
      case List<?> list -> list.forEach(value -> collect(value, texts));
      case null, default -> {}
    }
  }

  private static List<FunctionFile> originals() throws IOException {
    Path file = Files.createTempFile("original", ".tapedeck");
    List<FunctionFile> originals = new ArrayList<>();
    for (SavedOpsTable.Row row : SavedOpsTable.rows().values()) {
      SavedFunction.save(
          TracedFunction.ofAll(
                  "f",
                  arguments ->
                      row.function().apply(arguments.stream().map(Tensor.class::cast).toList()))
              .concreteFunction((Object[]) row.arguments()),
          file);
      originals.add(FunctionFile.read(file));
    }
    Files.delete(file);
    return originals;
  }
}
