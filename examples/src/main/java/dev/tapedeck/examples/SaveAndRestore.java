package dev.tapedeck.examples;

import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.ops.Variable;
import java.nio.file.Path;

/** Saves a variable and restores it, in the given folder or {@code runs/example}. */
public final class SaveAndRestore {
  private SaveAndRestore() {}

  /** Prints 2.0. */
  public static void main(String[] args) {
    Path folder = Path.of(args.length > 0 ? args[0] : "runs/example");
    Variable x = Variable.of(10f, "x");
    Checkpoint checkpoint = Checkpoint.of("x", x);
    x.assign(2);
    Path saved = checkpoint.save(folder.resolve("ckpt"));
    x.assign(11);
    checkpoint.restore(saved);
    System.out.println(x.value().item());
  }
}
