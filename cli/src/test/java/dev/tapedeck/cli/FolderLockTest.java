package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path temp;

  /** A process that takes a lock and ends; its exit code says whether it got it. */
  static final class Taking {
    private Taking() {}

    public static void main(String[] args) throws IOException {
      try (FolderLock _ = FolderLock.of(Path.of(args[0]))) {
        System.exit(0);
      } catch (IllegalStateException e) {
        System.exit(7);
      }
    }
  }

  private int exitOfAnotherProcess() throws Exception {
    return Cli.run(temp, Cli.java(Taking.class, temp.toString())).exit();
  }

  @Test
  @SuppressWarnings("resource") // what is held by nobody else is what is tested
  void staysWhileTheCollectorRunsAndUntilItIsClosed() throws Exception {
    FolderLock lock = FolderLock.of(temp);
    for (int i = 0; i < 3; i++) {
      System.gc();
      assertEquals(7, exitOfAnotherProcess());
      Path sameFolder = temp.resolve("..").resolve(temp.getFileName());
      var e = assertThrows(IllegalStateException.class, () -> FolderLock.of(sameFolder));
      assertTrue(e.getMessage().contains("another training is using " + sameFolder));
    }
    lock.close();
    assertEquals(0, exitOfAnotherProcess());
    FolderLock.of(temp).close();
    FolderLock.of(temp).close();
  }

  @Test
  void aFolderThatIsNotThereStaysFree() throws Exception {
    Path folder = temp.resolve("later");
    assertThrows(IOException.class, () -> FolderLock.of(folder));
    assertTrue(folder.toFile().mkdir());
    FolderLock.of(folder).close();
  }

  @Test
  void aTrainingKeepsItsFolder() throws Exception {
    Path folder = temp.resolve("run");
    String[] train = {
      "train", "mnist", "--limit", "1000", "--epochs", "1000000", "--checkpoint-dir", "" + folder
    };
    Process process = Cli.start(temp.resolve("errors.txt"), train);
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("Epoch 1/1000000", out.readLine());
      String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
      for (int i = 0; i < 2; i++) {
        Process gc = new ProcessBuilder(jcmd, "" + process.pid(), "GC.run").start();
        assertTrue(gc.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, gc.exitValue());
      }
      Cli.Result second = Cli.run(temp, train);
      assertEquals(1, second.exit(), second.err());
      assertTrue(second.err().contains("another training is using " + folder), second.err());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
