package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Variable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the file {@code checkpoint} says is done, whoever wrote it. */
class CheckpointListTest {
  private final Variable x = Variable.of(0f, "x");
  private final Checkpoint checkpoint = Checkpoint.of("x", x);
  @TempDir Path temp;
  private Path folder;
  private Path list;

  @BeforeEach
  void saveFour() throws IOException {
    folder = Files.createDirectory(temp.resolve("run"));
    list = folder.resolve("checkpoint");
    for (int i = 1; i <= 4; i++) {
      x.assign(i);
      manager().save();
    }
  }

  private CheckpointManager manager() {
    return new CheckpointManager(checkpoint, folder).maxToKeep(4);
  }

  private static String quoted(Path path) {
    return '"' + path.toString() + '"';
  }

  /** The value that each way to the latest checkpoint leads to. */
  private List<Integer> restored() {
    List<Integer> values = new ArrayList<>();
    for (Runnable way :
        List.<Runnable>of(
            () -> checkpoint.restore(Checkpoint.latestCheckpoint(folder).orElseThrow()),
            () -> manager().restoreLatest(),
            () -> manager().restoreLatestIntact(),
            () -> checkpoint.restore(CheckpointPath.find(folder)))) {
      x.assign(-1);
      way.run();
      values.add((int) x.value().item());
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ckpt-2", "./ckpt-2", "../run/ckpt-2", "../run/./ckpt-2"})
  void aRollbackByHandIsObeyed(String path) throws IOException {
    Files.writeString(list, "model_checkpoint_path: \"" + path + "\"\n");
    assertEquals(List.of(2, 2, 2, 2), restored());
    Path next = manager().save();
    assertEquals(folder.resolve("ckpt-5"), next, "no number twice");
    assertEquals(
        List.of(folder.resolve("ckpt-2"), next), manager().checkpoints(), "3 and 4 are given up");
  }

  @Test
  void anAbsolutePathAndOneInAnotherFolderAreObeyed() throws IOException {
    Files.writeString(list, "model_checkpoint_path: " + quoted(folder.resolve("ckpt-3")));
    assertEquals(List.of(3, 3, 3, 3), restored());

    Path other = temp.resolve("other");
    x.assign(9);
    Path outside = new CheckpointManager(checkpoint, other).save();
    for (String path : List.of(outside.toString(), "../other/" + outside.getFileName())) {
      Files.writeString(list, "model_checkpoint_path: \"" + path + '"');
      assertEquals(List.of(9, 9, 9, 9), restored());
    }
    CheckpointManager one = manager().maxToKeep(1);
    one.restoreLatest();
    Path next = one.save();
    assertEquals(List.of(next), one.checkpoints());
    assertTrue(Files.exists(BundleFiles.index(outside)), "is not ours to remove");
  }

  @Test
  void anEntryThatIsChangedByHandIsObeyed() throws IOException {
    String all = Files.readString(list);
    Files.writeString(list, all.replace("path: \"ckpt-4\"", "path: \"ckpt-2\""));
    assertEquals(List.of(2, 2, 2, 2), restored());
    // Every line of the two newest is taken out.
    Files.writeString(
        list,
        """
        model_checkpoint_path: "ckpt-2"
        all_model_checkpoint_paths: "ckpt-1"
        all_model_checkpoint_paths: "ckpt-2"
        """);
    Files.setLastModifiedTime(list, FileTime.fromMillis(System.currentTimeMillis() + 1000));
    assertEquals(List.of(2, 2, 2, 2), restored());
  }

  @Test
  void oneThatWasSavedAfterTheListIsNewer() throws IOException {
    Files.setLastModifiedTime(list, Files.getLastModifiedTime(folder.resolve("ckpt-4.index")));
    x.assign(5);
    checkpoint.write(folder.resolve("ckpt-5")); // killed before it was listed
    assertEquals(List.of(5, 5, 5, 5), restored());
  }

  @Test
  void anotherNamesListSaysNothingOfOnes() throws IOException {
    Files.writeString(list, "model_checkpoint_path: \"backup-2\"");
    assertEquals(folder.resolve("ckpt-4"), manager().latestCheckpoint().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model_checkpoint_path: \"ckpt-2\u0000\"",
        "model_checkpoint_path: \"\u0000\"",
        "\u0000\u0000\u0000\u0000",
        "model_checkpoint_path: ckpt-2",
        "model_checkpoint_path: \"\"",
        "model_checkpoint_path: \"/\"",
        "model_checkpoint_path: \"ckpt-2\"\nall_model_checkpoint_paths: \"a\u0000b\"",
        "model_checkpoint_path: \"ckpt-2\n\"",
        "model_checkpoint_path: \"ckpt-7\"",
        "",
      })
  void whatCannotBeObeyedIsAnErrorThatNamesTheFile(String text) throws IOException {
    Files.writeString(list, text);
    for (Runnable way :
        List.<Runnable>of(
            () -> Checkpoint.latestCheckpoint(folder),
            () -> manager().restoreLatest(),
            () -> manager().restoreLatestIntact(),
            () -> CheckpointReader.open(folder).close())) {
      var e = assertThrows(CheckpointException.class, way::run);
      assertTrue(e.getMessage().contains(list.toString()), e.getMessage());
      assertFalse(e.getMessage().chars().anyMatch(Character::isISOControl), e.getMessage());
    }
    // A training that is under way goes on, and lists what is there.
    Path next = manager().save();
    assertEquals(folder.resolve("ckpt-5"), next);
    assertEquals(List.of(4), List.of(manager().checkpoints().size()));
    assertEquals(next, Checkpoint.latestCheckpoint(folder).orElseThrow());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPipeDoesNotBlock() throws Exception {
    Files.delete(list);
    new ProcessBuilder("mkfifo", list.toString()).start().waitFor();
    var e = assertThrows(CheckpointException.class, () -> Checkpoint.latestCheckpoint(folder));
    assertTrue(e.getMessage().contains(list + " is damaged: it is no file"), e.getMessage());
  }

  @Test
  void whateverIsInItIsUnderstoodOrRefusedByName() throws IOException {
    byte[] intact = Files.readAllBytes(list);
    byte[] odd = "\0\n\r\"\\'/.: #x7\377".getBytes(StandardCharsets.ISO_8859_1);
    Random random = new Random(15);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = intact.clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        bytes[random.nextInt(bytes.length)] =
            random.nextBoolean() ? odd[random.nextInt(odd.length)] : (byte) random.nextInt(256);
      }
      Files.write(list, bytes);
      try {
        assertTrue(Checkpoint.latestCheckpoint(folder).isPresent());
      } catch (CheckpointException e) {
        refused++;
        assertTrue(e.getMessage().contains(list.toString()), e.getMessage());
      }
    }
    assertTrue(refused > 1000 && refused < 3000, refused + " were refused");
  }
}
