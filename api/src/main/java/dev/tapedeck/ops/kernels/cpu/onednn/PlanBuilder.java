package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A builder of plans: layouts first, then the tensors that have them, then a primitive on these.
 */
@SuppressWarnings("restricted") // calls and frees native memory
final class PlanBuilder implements AutoCloseable {
  /** The layout of an absent tensor. */
  static final long NO_LAYOUT = 0;

  private static final int ANY_LAYOUT = 1;
  private static final int USERS_SCRATCHPAD = 1;
  private static final int QUERY_ARGUMENT = 255;
  private static final int ALIGNMENT = 64;

  /** The limits of scratch memory, in bytes and as a multiple of the tensors' bytes. */
  private static final long MOST_SCRATCH = 64L << 20;

  private static final long MOST_SCRATCH_FACTOR = 4;

  private final int type;
  private final Arena lasting = Arena.ofShared();
  private final Arena passing = Arena.ofConfined();
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<PrimitivePlan.Step> steps = new ArrayList<>();
  private final List<Long> memories = new ArrayList<>();
  private final List<Long> scratchOffsets = new ArrayList<>();
  private long tensorBytes;
  private long scratchBytes;
  private boolean built;

  /** A tensor of the caller: its argument index, and its memory object. */
  private record Tensor(int argument, boolean written, long layout, long memory) {}

  /** Makes a builder of plans for tensors of an element type. */
  PlanBuilder(DType type) {
    this.type = Library.dataType(type);
  }

  private static long owned(Arena arena, long handle, String destructor) {
    MemorySegment _ =
        MemorySegment.ofAddress(handle)
            .reinterpret(arena, object -> Library.call(destructor, object.address()));
    return handle;
  }

  /** Returns the address of a C array that lives while the plan is built. */
  long array(long... values) {
    return passing.allocateFrom(ValueLayout.JAVA_LONG, values).address();
  }

  /**
   * Returns a layout.
   *
   * @throws Library.RefusedException if a number exceeds the 32 bits of oneDNN's generated code
   */
  long layout(long[] sizes, long[] strides) {
    return layout(type, sizes, strides);
  }

  /** Returns a layout of another element type. */
  long layout(DType other, long[] sizes, long[] strides) {
    return layout(Library.dataType(other), sizes, strides);
  }

  private long layout(int elements, long[] sizes, long[] strides) {
    long extent = 1;
    for (int i = 0; i < sizes.length; i++) {
      extent += (sizes[i] - 1) * strides[i];
      if (sizes[i] > Integer.MAX_VALUE || extent > Integer.MAX_VALUE) {
        throw new Library.RefusedException("too large: " + Arrays.toString(sizes));
      }
    }
    String create = "dnnl_memory_desc_create_with_strides";
    long made = Library.make(create, sizes.length, array(sizes), elements, array(strides));
    return owned(passing, made, "dnnl_memory_desc_destroy");
  }

  /** Returns a row-major layout. */
  long denseLayout(long... sizes) {
    return layout(sizes, Shape.of(sizes).strides());
  }

  /** Returns a layout that the primitive is free to choose. */
  long anyLayout(long[] sizes) {
    String create = "dnnl_memory_desc_create_with_tag";
    long made = Library.make(create, sizes.length, array(sizes), type, ANY_LAYOUT);
    return owned(passing, made, "dnnl_memory_desc_destroy");
  }

  /** Returns the attributes of a primitive whose scratchpad the plan provides. */
  long attributes() {
    long made =
        owned(passing, Library.make("dnnl_primitive_attr_create"), "dnnl_primitive_attr_destroy");
    Library.run("dnnl_primitive_attr_set_scratchpad_mode", made, USERS_SCRATCHPAD);
    return made;
  }

  /** Returns the description of a primitive; the arrays are concatenated to its arguments. */
  long describe(String create, long[]... arguments) {
    long[] all = Arrays.stream(arguments).flatMapToLong(Arrays::stream).toArray();
    return owned(passing, Library.make(create, all), "dnnl_primitive_desc_destroy");
  }

  /** Adds the next tensor of the caller. */
  void tensor(int argument, boolean written, long layout) {
    tensors.add(new Tensor(argument, written, layout, memory(layout)));
    tensorBytes += bytes(layout);
  }

  private long memory(long layout) {
    long made = Library.make("dnnl_memory_create", layout, Library.ENGINE, 0);
    memories.add(owned(lasting, made, "dnnl_memory_destroy"));
    return made;
  }

  /**
   * Returns a memory object in scratch memory.
   *
   * @throws Library.RefusedException if scratch memory exceeds its limits, which depend on shapes,
   *     not on free memory, so that a program takes the same way each time
   */
  private long scratch(long layout, long bytes) {
    long most = MOST_SCRATCH + MOST_SCRATCH_FACTOR * tensorBytes;
    if (bytes > most - scratchBytes) {
      throw new Library.RefusedException(bytes + " bytes of scratch memory");
    }
    scratchOffsets.add(scratchBytes);
    scratchBytes += Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    return memory(layout);
  }

  private static long bytes(long layout) {
    return Library.call("dnnl_memory_desc_get_size", layout);
  }

  private static long layoutOf(long primitive, int argument) {
    return Library.call("dnnl_primitive_desc_query_md", primitive, QUERY_ARGUMENT, argument);
  }

  /** Adds a primitive on the tensors; those that it needs in other layouts are reordered. */
  void apply(long primitive) {
    List<Long> arguments = new ArrayList<>();
    List<Runnable> after = new ArrayList<>();
    for (Tensor tensor : tensors) {
      long wanted = layoutOf(primitive, tensor.argument);
      long memory = tensor.memory;
      if ((int) Library.call("dnnl_memory_desc_equal", wanted, tensor.layout) == 0) {
        long between = scratch(wanted, bytes(wanted));
        memory = between;
        if (tensor.written) {
          after.add(() -> reorder(wanted, between, tensor.layout, tensor.memory));
        } else {
          reorder(tensor.layout, tensor.memory, wanted, between);
        }
      }
      arguments.add((long) tensor.argument);
      arguments.add(memory);
    }
    step(primitive, arguments);
    after.forEach(Runnable::run);
  }

  private void reorder(long from, long source, long to, long target) {
    long engine = Library.ENGINE;
    long primitive =
        describe(
            "dnnl_reorder_primitive_desc_create",
            new long[] {from, engine, to, engine, attributes()});
    step(primitive, List.of((long) Argument.SOURCE, source, (long) Argument.TARGET, target));
  }

  private void step(long primitive, List<Long> tensorArguments) {
    List<Long> arguments = new ArrayList<>(tensorArguments);
    long scratchpad = layoutOf(primitive, Argument.SCRATCHPAD);
    long bytes = bytes(scratchpad);
    if (bytes > 0) {
      arguments.add((long) Argument.SCRATCHPAD);
      arguments.add(scratch(scratchpad, bytes));
    }
    int count = arguments.size() / 2;
    MemorySegment list = lasting.allocate(16L * count, ALIGNMENT);
    for (int i = 0; i < count; i++) {
      list.set(ValueLayout.JAVA_INT, 16L * i, arguments.get(2 * i).intValue());
      list.set(ValueLayout.JAVA_LONG, 16L * i + 8, arguments.get(2 * i + 1));
    }
    long made = Library.make("dnnl_primitive_create", primitive);
    steps.add(
        new PrimitivePlan.Step(
            owned(lasting, made, "dnnl_primitive_destroy"), count, list.address()));
  }

  PrimitivePlan build(int threads) {
    built = true;
    return new PrimitivePlan(
        lasting,
        threads,
        steps.toArray(PrimitivePlan.Step[]::new),
        longs(memories),
        longs(scratchOffsets),
        scratchBytes);
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public void close() {
    passing.close();
    if (!built) {
      lasting.close();
    }
  }
}
