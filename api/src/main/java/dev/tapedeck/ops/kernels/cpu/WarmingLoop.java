package dev.tapedeck.ops.kernels.cpu;

import java.util.function.Supplier;

/** A loop that is compiled after it has computed some number of elements by a {@link BlockLoop}. */
final class WarmingLoop implements RowLoop {
  /** The elements from which on compiling pays; tests set it lower. */
  private static final long COLD = Long.getLong("tapedeck.kernels.cold", 1 << 23);

  private final BlockLoop cold;
  private final Supplier<RowLoop> compiler;
  private volatile RowLoop compiled;
  private volatile long seen; // some that other threads count at once may be missed

  WarmingLoop(BlockLoop cold, Supplier<RowLoop> compiler) {
    this.cold = cold;
    this.compiler = compiler;
  }

  @Override
  public void run(long[] where) {
    RowLoop loop = compiled;
    if (loop != null) {
      loop.run(where);
    } else if (seen < COLD) {
      seen += where[0] * where[1];
      cold.run(where);
    } else {
      compile().run(where);
    }
  }

  private synchronized RowLoop compile() {
    if (compiled == null) {
      compiled = compiler.get();
    }
    return compiled;
  }
}
