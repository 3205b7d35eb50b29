package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.NativeCache;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Collections;
import org.bytedeco.javacpp.Loader;

/**
 * oneDNN's C functions, its engine and its stream.
 *
 * <p>Pointers, sizes and enumerations are all passed as longs: each has a register, or eight bytes
 * of stack, of its own.
 */
@SuppressWarnings("restricted") // calls and frees native memory
final class Library {
  private static final int MOST_ARGUMENTS = 13;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup SYMBOLS = load();

  /** A handle that calls any function; shared by all, since each takes milliseconds to make. */
  private static final MethodHandle ANY = LINKER.downcallHandle(descriptor(MOST_ARGUMENTS));

  private static final MethodHandle EXECUTE = function("dnnl_primitive_execute", 4);
  private static final MethodHandle SET_DATA =
      function("dnnl_memory_set_data_handle", 2, Linker.Option.critical(false));
  private static final MethodHandle SET_THREADS =
      function("omp_set_num_threads", 1, Linker.Option.critical(false));

  /** The default number of OpenMP threads for a primitive. */
  static final int THREADS = (int) call("omp_get_max_threads");

  static final long ENGINE = make("dnnl_engine_create", 1, 0);
  private static final long STREAM = make("dnnl_stream_create", ENGINE, 0);

  /** The bits of the instruction sets from which on products of bfloat16 are fast. */
  private static final long AVX512_BF16 = 0xe7;

  /** Those from which on products of int8 are exact: others add pairs of them in 16 bits. */
  private static final long AVX2_VNNI = 0xf;

  private static final long AVX512_VNNI = 0x67;

  private static final boolean BFLOAT16 = has(AVX512_BF16);
  private static final boolean INT8 = has(AVX2_VNNI) || has(AVX512_VNNI);

  private Library() {}

  private static boolean has(long instructions) {
    return (call("dnnl_get_effective_cpu_isa") & instructions) == instructions;
  }

  /** Returns whether this processor computes with an element type faster than with wider ones. */
  static boolean computes(DType type) {
    return switch (type) {
      case FLOAT32 -> true;
      case BFLOAT16 -> BFLOAT16;
      case INT8 -> INT8;
      default -> false;
    };
  }

  /** Returns oneDNN's number of an element type. */
  static int dataType(DType type) {
    return switch (type) {
      case BFLOAT16 -> 2;
      case FLOAT32 -> 3;
      case INT32 -> 4;
      case INT8 -> 5;
      default -> throw new RefusedException("no " + type);
    };
  }

  static int threads() {
    return THREADS;
  }

  /** Thrown when a oneDNN function returns an error status. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  private static SymbolLookup load() {
    if (!Loader.getPlatform().startsWith("linux-")) { // others name libraries otherwise
      throw new UnsatisfiedLinkError("it is used on Linux alone");
    }
    NativeCache.secure();
    try {
      // Next to the library, which looks there for the OpenMP runtime unless one is loaded already.
      unpack("libgomp.so.1");
      return SymbolLookup.libraryLookup(unpack("libdnnl.so.3").toPath(), Arena.global());
    } catch (IOException | IllegalArgumentException e) {
      throw new UnsatisfiedLinkError(e.getMessage());
    }
  }

  private static File unpack(String name) throws IOException {
    String resource = "/org/bytedeco/dnnl/" + Loader.getPlatform() + "/" + name;
    File file = Loader.cacheResource(Library.class, resource);
    if (file == null) {
      throw new IOException(
          "no " + resource + " on the class path; add the jar of org.bytedeco:dnnl that has it");
    }
    return file;
  }

  private static FunctionDescriptor descriptor(int arguments) {
    MemoryLayout[] layouts =
        Collections.nCopies(arguments, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new);
    return FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts);
  }

  private static MethodHandle function(String name, int arguments, Linker.Option... options) {
    return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), descriptor(arguments), options);
  }

  /** Calls a function, with zeros after its arguments: a callee ignores excess arguments. */
  static long call(String name, long... arguments) {
    MemorySegment f = SYMBOLS.findOrThrow(name);
    long[] a = Arrays.copyOf(arguments, MOST_ARGUMENTS);
    try {
      return (long)
          ANY.invokeExact(
              f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12]);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Calls a function that returns a status and writes the handle that it creates to its first
   * parameter. Returns the handle.
   *
   * @throws RefusedException if the status is not success
   */
  static long make(String name, long... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment made = arena.allocate(ValueLayout.JAVA_LONG);
      long[] all = new long[arguments.length + 1];
      all[0] = made.address();
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      run(name, all);
      return made.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /**
   * Calls a function that returns a status.
   *
   * @throws RefusedException if it is not success
   */
  static void run(String name, long... arguments) {
    check(name, call(name, arguments));
  }

  private static void check(String name, long status) {
    if ((int) status != 0) {
      throw new RefusedException(name + " returned status " + (int) status);
    }
  }

  /** Executes a primitive on arguments in memory. */
  static void execute(long primitive, long count, long arguments) {
    long status;
    try {
      status = (long) EXECUTE.invokeExact(primitive, STREAM, count, arguments);
    } catch (Throwable e) {
      throw unexpected(e);
    }
    check("dnnl_primitive_execute", status);
  }

  /** Sets the address of a memory object's elements. */
  static void setData(long memory, long address) {
    long status;
    try {
      status = (long) SET_DATA.invokeExact(memory, address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
    check("dnnl_memory_set_data_handle", status);
  }

  /** Sets the number of OpenMP threads for work that the calling thread starts. */
  static void setThreads(long threads) {
    try {
      long _ = (long) SET_THREADS.invokeExact(threads);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static AssertionError unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error; // such as a stack overflow, which can occur anywhere
    }
    return new AssertionError("a call of oneDNN failed in Java", e);
  }
}
