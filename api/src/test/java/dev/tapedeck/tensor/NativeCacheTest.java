package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where native libraries are unpacked. */
@DisabledOnOs(OS.WINDOWS)
class NativeCacheTest {
  @TempDir Path temp;

  @Test
  void oneFolderOfTheUsersAlone() throws Exception {
    Path own = NativeCache.own(temp);
    assertEquals(own, NativeCache.own(temp));
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
    Files.writeString(own.resolve("library"), "");
    assertEquals(own, NativeCache.own(temp));
    try (Stream<Path> all = Files.list(temp)) {
      assertEquals(List.of(own), all.toList());
    }
  }

  @Test
  void aHomeThatIsNoPathIsNone() {
    String cache = "org.bytedeco.javacpp.cachedir";
    Map<String, String> before = new HashMap<>();
    for (String name : List.of(cache, "user.home", "java.io.tmpdir")) {
      before.put(name, System.getProperty(name));
    }
    try {
      System.clearProperty(cache);
      System.setProperty("user.home", "\0");
      System.setProperty("java.io.tmpdir", "\0");
      String refused = assertThrows(UncheckedIOException.class, NativeCache::secure).getMessage();
      assertTrue(refused.contains("java.io.tmpdir is not a path: "), refused);
      System.setProperty("java.io.tmpdir", temp.toString());
      NativeCache.secure();
      assertEquals(temp, Path.of(System.getProperty(cache)).getParent());
    } finally {
      before.forEach(
          (name, value) -> {
            if (value == null) {
              System.clearProperty(name);
            } else {
              System.setProperty(name, value);
            }
          });
    }
  }

  @Test
  void notOneThatOthersCanWriteTo() throws Exception {
    Path own = NativeCache.own(temp);
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertNotEquals(own, NativeCache.own(temp));
    Files.delete(own);
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.createSymbolicLink(own, elsewhere);
    Path fresh = NativeCache.own(temp);
    assertNotEquals(own, fresh);
    assertFalse(Files.isSymbolicLink(fresh));
  }
}
