package dev.tapedeck.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder where JavaCPP unpacks the native libraries that it loads.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class NativeCache {
  private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  private NativeCache() {}

  /**
   * Gives JavaCPP a folder that only this user can access if the home has none: by default it would
   * use a predictable name in the folder for temporary files, and load libraries that others may
   * have put there. Call this before JavaCPP is used.
   */
  public static synchronized void secure() {
    if (System.getProperty(PROPERTY) == null && !isUsable(System.getProperty("user.home"))) {
      try {
        System.setProperty(PROPERTY, own(temporary()).toString());
      } catch (UnsupportedOperationException e) {
        // On Windows every user has a folder for temporary files.
      } catch (IOException e) {
        throw new UncheckedIOException(
            "native libraries: cannot make a folder for them: "
                + e.getMessage()
                + "; set -D"
                + PROPERTY
                + " to one",
            e);
      }
    }
  }

  private static boolean isUsable(String home) {
    try {
      Path folder = Path.of(home, ".javacpp", "cache");
      return folder.isAbsolute() && Files.isWritable(Files.createDirectories(folder));
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  private static Path temporary() throws IOException {
    try {
      return Path.of(System.getProperty("java.io.tmpdir"));
    } catch (InvalidPathException e) {
      throw new IOException("java.io.tmpdir is not a path: " + e.getMessage(), e);
    }
  }

  /** Returns a folder that only this user can read or write: the same each time if possible. */
  static Path own(Path temporary) throws IOException {
    Path fresh = Files.createTempDirectory(temporary, "tapedeck-");
    Object user = Files.getAttribute(fresh, "unix:uid");
    Path lasting = temporary.resolve("tapedeck-" + user);
    try {
      return Files.move(fresh, lasting);
    } catch (FileAlreadyExistsException e) {
      if (isOnlyOf(user, lasting)) {
        Files.delete(fresh);
        return lasting;
      }
      return fresh;
    }
  }

  private static boolean isOnlyOf(Object user, Path folder) throws IOException {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && user.equals(Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS))
        && Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
            .equals(PosixFilePermissions.fromString("rwx------"));
  }
}
