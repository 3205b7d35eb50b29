package dev.tapedeck.tensor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A device that computes ops: {@code cpu}, or {@code gpu:N} in a build with {@code -Pcuda}.
 *
 * <pre>{@code
 * try (Device.Use gpu = Device.on("gpu:0")) {
 *   Tensor y = x.matmul(x);
 * }
 * }</pre>
 *
 * <p>A tensor lies in the processor's memory, whatever device computes on it.
 *
 * @param kind CPU or GPU
 * @param index the number of the GPU, from 0; 0 for the CPU
 */
public record Device(Kind kind, int index) {
  /** The kind of processor. */
  public enum Kind {
    CPU,
    GPU
  }

  /** The processor that the Java program runs on. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  /** Looked up once: finding out that a class is missing searches the whole class path. */
  private static final boolean CUDA = findCuda();

  private static final Pattern GPU = Pattern.compile("gpu(?::([0-9]{1,3}))?");

  /**
   * Returns the device that a name stands for: {@code cpu}, {@code gpu} or {@code gpu:1}, with or
   * without TensorFlow's leading slash.
   *
   * @throws IllegalArgumentException if the name is none of these
   */
  public static Device parse(String name) {
    String plain = name.startsWith("/") ? name.substring(1) : name;
    Matcher gpu = GPU.matcher(plain);
    if (plain.equals("cpu") || plain.equals("cpu:0")) {
      return CPU;
    } else if (gpu.matches()) {
      return new Device(Kind.GPU, gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
    }
    throw Refusal.of(
        "device",
        "expected cpu or gpu:N",
        "\"" + name + "\"",
        "write cpu, or gpu:0 for the first GPU");
  }

  /** Returns how many GPUs this build and machine have. */
  public static int gpus() {
    // ND4J takes half a second to load, which programs that need none of it are spared.
    return !hasCuda() || Nd4j.getBackend().getClass().getSimpleName().contains("Cpu")
        ? 0
        : Nd4j.getAffinityManager().getNumberOfDevices();
  }

  /** Returns whether this build has the classes for GPUs. */
  public static boolean hasCuda() {
    return CUDA;
  }

  private static boolean findCuda() {
    try {
      String backend = "org.nd4j.linalg.jcublas.JCublasBackend";
      Class<?> _ = Class.forName(backend, false, Device.class.getClassLoader());
      NativeCache.secure();
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Makes this the device of the calling thread only; on the CPU this changes nothing.
   *
   * @throws IllegalStateException if there is no such device
   */
  public void use() {
    require();
    if (kind == Kind.GPU) {
      Nd4j.getAffinityManager().unsafeSetDevice(index);
    }
  }

  /** A block of code whose thread computes on one device. */
  @FunctionalInterface
  public interface Use extends AutoCloseable {
    /** Restores the previous device. */
    @Override
    void close();
  }

  /**
   * Makes the named device that of the calling thread until the returned object is closed.
   *
   * @throws IllegalArgumentException as {@link #parse}
   * @throws IllegalStateException as {@link #use}
   */
  public static Use on(String name) {
    Device device = parse(name);
    int before = gpus() == 0 ? 0 : Nd4j.getAffinityManager().getDeviceForCurrentThread();
    device.use();
    return () -> {
      if (device.kind == Kind.GPU) {
        Nd4j.getAffinityManager().unsafeSetDevice(before);
      }
    };
  }

  /** Checks that this device exists. */
  void require() {
    int gpus = gpus();
    if (kind == Kind.GPU && index >= gpus) {
      throw new IllegalStateException(
          "device "
              + this
              + ": this build sees "
              + gpus
              + " GPUs; build with -Pcuda on a machine with an NVIDIA GPU, or use cpu");
    }
  }

  /** Returns {@code cpu} or {@code gpu:0}. */
  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "gpu:" + index;
  }
}
