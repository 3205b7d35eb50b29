package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.tensor.EagerTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Primitives that run one after the other, with their memory objects; it belongs to one thread.
 *
 * <p>The first memories are a caller's tensors, in the order they were added; the others lie in the
 * thread's scratch memory.
 */
final class Plan implements AutoCloseable {
  /** A primitive, and where its arguments are. */
  private record Step(long primitive, int count, long arguments) {}

  /** Owns the native objects. */
  private final Arena arena;

  private final Step[] steps;
  private final int threads;
  private final long[] memories;
  private final long[] addresses;
  private final int tensors;
  private final long[] offsets;
  private final long scratchBytes;

  private Plan(Builder builder, int threads) {
    arena = builder.lasting;
    steps = builder.steps.toArray(Step[]::new);
    this.threads = threads;
    memories = longs(builder.memories);
    addresses = new long[memories.length];
    tensors = builder.tensors;
    // Primitives use their scratchpads in turn, so that these may lie in one place.
    offsets = longs(builder.offsets);
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = offsets[i] < 0 ? builder.between : offsets[i];
    }
    scratchBytes = builder.between + builder.scratchpad;
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  /** Returns where a tensor's elements begin; keep it reachable till they are used. */
  static long address(EagerTensor tensor) {
    return tensor.memory().address() + tensor.offset() * Float.BYTES;
  }

  /** Sets where a tensor's elements are. */
  void bind(int memory, long address) {
    if (addresses[memory] != address) {
      Library.setData(memories[memory], address);
      addresses[memory] = address;
    }
  }

  /** Runs; all tensors are bound. */
  void run(Workspace workspace) {
    if (scratchBytes > 0) {
      long scratch = workspace.scratch(scratchBytes);
      for (int i = tensors; i < memories.length; i++) {
        bind(i, scratch + offsets[i - tensors]);
      }
    }
    if (threads == Library.THREADS) {
      execute();
    } else {
      Library.setThreads(threads);
      try {
        execute();
      } finally {
        Library.setThreads(Library.THREADS);
      }
    }
  }

  private void execute() {
    for (Step step : steps) {
      Library.execute(step.primitive, step.count, step.arguments);
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  /** Makes a plan: descriptors, then memories, then the primitives that use them. */
  static final class Builder implements AutoCloseable {
    private static final int FLOAT32 = 3;
    private static final int ANY_LAYOUT = 1;
    private static final int QUERY_SCRATCHPAD = 136;
    private static final int SCRATCHPAD = 80;
    private static final int ALIGNMENT = 64;

    private final Arena lasting = Arena.ofShared();
    private final Arena passing = Arena.ofConfined();
    private final List<Step> steps = new ArrayList<>();
    private final List<Long> memories = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private int tensors;
    private long between;
    private long scratchpad;
    private boolean built;

    private static long owned(Arena arena, long handle, String destructor) {
      MemorySegment _ =
          MemorySegment.ofAddress(handle)
              .reinterpret(arena, object -> Library.call(destructor, object.address()));
      return handle;
    }

    /** Returns the address of a C array. */
    long array(long... values) {
      return passing.allocateFrom(ValueLayout.JAVA_LONG, values).address();
    }

    /** Returns a descriptor of a layout. */
    long layout(long[] sizes, long[] strides) {
      long made =
          Library.make(
              "dnnl_memory_desc_create_with_strides",
              sizes.length,
              array(sizes),
              FLOAT32,
              array(strides));
      return owned(passing, made, "dnnl_memory_desc_destroy");
    }

    /** Returns a descriptor that leaves the layout to the primitive. */
    long anyLayout(long[] sizes) {
      long made =
          Library.make(
              "dnnl_memory_desc_create_with_tag", sizes.length, array(sizes), FLOAT32, ANY_LAYOUT);
      return owned(passing, made, "dnnl_memory_desc_destroy");
    }

    /** Returns a new primitive's attributes. */
    long attributes() {
      long made = Library.make("dnnl_primitive_attr_create");
      Library.call("dnnl_primitive_attr_set_scratchpad_mode", made, 1); // the user's memory
      return owned(passing, made, "dnnl_primitive_attr_destroy");
    }

    /** Returns a new list of operations after a primitive's own. */
    long postOps() {
      return owned(passing, Library.make("dnnl_post_ops_create"), "dnnl_post_ops_destroy");
    }

    /** Returns the descriptor of a primitive. */
    long primitive(String create, long... arguments) {
      return owned(passing, Library.make(create, arguments), "dnnl_primitive_desc_destroy");
    }

    /** Returns the layout that a primitive wants, or has in the end. */
    static long layoutOf(long primitive, int query) {
      return Library.call("dnnl_primitive_desc_query_md", primitive, query, 0);
    }

    /** Adds a caller's tensor, and returns its number. */
    int tensor(long layout) {
      tensors++;
      return memory(layout);
    }

    /** Adds a tensor between two primitives, and returns its number. */
    int between(long layout) {
      offsets.add(between);
      between += aligned(bytes(layout));
      return memory(layout);
    }

    private int memory(long layout) {
      long made = Library.make("dnnl_memory_create", layout, Library.ENGINE, 0);
      memories.add(owned(lasting, made, "dnnl_memory_destroy"));
      return memories.size() - 1;
    }

    private static long bytes(long layout) {
      return Library.call("dnnl_memory_desc_get_size", layout);
    }

    private static long aligned(long bytes) {
      return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }

    /**
     * Adds a step.
     *
     * @param arguments what each argument is, and the number of its memory, in turn
     */
    void step(long primitive, int... arguments) {
      int[] all = arguments;
      long layout = layoutOf(primitive, QUERY_SCRATCHPAD);
      long bytes = bytes(layout);
      if (bytes > 0) {
        scratchpad = Math.max(scratchpad, aligned(bytes));
        offsets.add(-1L);
        all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = SCRATCHPAD;
        all[arguments.length + 1] = memory(layout);
      }
      int count = all.length / 2;
      MemorySegment list = lasting.allocate(16L * count, ALIGNMENT);
      for (int i = 0; i < count; i++) {
        list.set(ValueLayout.JAVA_INT, 16L * i, all[2 * i]);
        list.set(ValueLayout.JAVA_LONG, 16L * i + 8, memories.get(all[2 * i + 1]));
      }
      long made = Library.make("dnnl_primitive_create", primitive);
      owned(lasting, made, "dnnl_primitive_destroy");
      steps.add(new Step(made, count, list.address()));
    }

    Plan build(int threads) {
      built = true;
      return new Plan(this, threads);
    }

    @Override
    public void close() {
      passing.close();
      if (!built) {
        lasting.close();
      }
    }
  }
}
