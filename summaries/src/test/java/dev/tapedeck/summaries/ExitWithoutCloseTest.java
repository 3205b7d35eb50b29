package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.testing.Jvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a JVM that leaves its writers open. */
class ExitWithoutCloseTest {
  private static final int COUNT = 500;

  @TempDir Path temp;

  @Test
  void nothingIsLostWhenMainReturns() throws Exception {
    run("return");
  }

  @Test
  void nothingIsLostWhenTheProgramExits() throws Exception {
    run("exit");
  }

  private void run(String how) throws Exception {
    Path logdir = temp.resolve("run");
    Jvm.Result result = Jvm.run(Jvm.of(List.of(), Main.class, logdir, how));
    assertEquals(0, result.exit(), result.output());
    assertEquals(COUNT, EventReader.points(EventReader.onlyFile(logdir.resolve("a"))).size());
    assertEquals(COUNT, EventReader.points(EventReader.onlyFile(logdir.resolve("b"))).size());
  }

  /** Writes to two folders, and ends by {@code System.exit} or by returning. */
  static final class Main {
    private Main() {}

    @SuppressWarnings("resource") // that is what is tested
    public static void main(String[] args) {
      var a = SummaryWriter.open(Path.of(args[0], "a"));
      var b = SummaryWriter.open(Path.of(args[0], "b"));
      for (int i = 0; i < COUNT; i++) {
        a.scalar("loss", i, i);
        b.scalar("loss", i, i);
      }
      if (args[1].equals("exit")) {
        System.exit(0);
      }
    }
  }
}
