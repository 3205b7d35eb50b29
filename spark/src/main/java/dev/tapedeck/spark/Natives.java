package dev.tapedeck.spark;

import dev.tapedeck.ops.kernels.OneThread;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The native libraries, which JavaCPP unpacks into a folder of the user when they are first used:
 * two processes that do so at once have crashed.
 */
final class Natives {
  private static final String LOCK = "tapedeck-natives-" + System.getProperty("user.name");

  private static boolean loaded;

  private Natives() {}

  /** Loads the libraries, while no other process of this machine does. */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    Path file = Path.of(System.getProperty("java.io.tmpdir"), LOCK);
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock();
        Scope _ = new Scope()) {
      Tensor ones = Tensor.zeros(DType.FLOAT32, 2, 2).add(1);
      Tensor _ = OneThread.run(() -> ones.matmul(ones));
      loaded = true;
    } catch (IOException e) {
      // Without a lock they are loaded by the first use.
    }
  }
}
