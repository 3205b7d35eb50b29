package dev.tapedeck.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The MNIST handwritten digits: 60,000 images to train on and 10,000 to test with, 28 x 28 each.
 *
 * <p>They come with the library. A folder with files of the same names (Fashion-MNIST, say) can be
 * read instead: of images of any one size, with labels from 0 to 255.
 */
public final class Mnist {
  private static final int SHOWN = 10;

  private Mnist() {}

  /** Reads the 60,000 training images that come with the library. */
  public static LabelledImages train() {
    return bundled("mnist/train", "train");
  }

  /** Reads the 10,000 test images that come with the library. */
  public static LabelledImages test() {
    return bundled("mnist/test", "t10k");
  }

  /**
   * Reads {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte} from a folder.
   *
   * <p>Either may carry the suffix {@code .gz}; the file without it wins. Where there is neither, a
   * name that differs only in case, dots or underscores is accepted, such as {@code
   * train-images.idx3-ubyte}.
   *
   * @throws DatasetException if a file is missing, damaged, or does not fit the other
   */
  public static LabelledImages train(Path folder) {
    return in(folder, "train", "train");
  }

  /**
   * Reads {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte} from a folder.
   *
   * <p>Either may carry the suffix {@code .gz}; the file without it wins. Where there is neither, a
   * name that differs only in case, dots or underscores is accepted, such as {@code
   * train-images.idx3-ubyte}.
   *
   * @throws DatasetException if a file is missing, damaged, or does not fit the other
   */
  public static LabelledImages test(Path folder) {
    return in(folder, "test", "t10k");
  }

  private static LabelledImages bundled(String source, String prefix) {
    return pair(source, resource(images(prefix) + ".gz", 3), resource(labels(prefix) + ".gz", 1));
  }

  private static LabelledImages in(Path folder, String split, String prefix) {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s: expected a folder with the MNIST files, received %s",
              folder,
              Files.exists(folder) ? "a file" : "a path that does not exist"));
    }
    Path images = find(folder, images(prefix));
    Path labels = find(folder, labels(prefix));
    return pair(folder.resolve(split).toString(), Idx.read(images, 3), Idx.read(labels, 1));
  }

  private static String images(String prefix) {
    return prefix + "-images-idx3-ubyte";
  }

  private static String labels(String prefix) {
    return prefix + "-labels-idx1-ubyte";
  }

  private static Idx resource(String file, int rank) {
    String name = "mnist/" + file;
    try (InputStream in = Mnist.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new DatasetException(name + ": missing from the class path; rebuild the jar");
      }
      return Idx.read(name, in, rank, Idx.MAX_BYTES);
    } catch (IOException e) {
      throw new DatasetException(name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static Path find(Path folder, String name) {
    for (String candidate : new String[] {name, name + ".gz"}) {
      Path file = folder.resolve(candidate);
      if (Files.exists(file)) {
        return file;
      }
    }
    List<String> names = names(folder);
    for (String candidate : new String[] {name, name + "-gz"}) {
      for (String there : names) {
        if (plain(there).equals(candidate)) {
          return folder.resolve(there);
        }
      }
    }
    throw new DatasetException(
        String.format(
            Locale.ROOT,
            "%s: expected a file %s or %s.gz in it, received %s",
            folder,
            name,
            name,
            names.isEmpty() ? "an empty folder" : shown(names)));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('.', '-').replace('_', '-');
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  /** Returns a few names for a message, IDX files first. */
  private static String shown(List<String> names) {
    return names.stream()
            .sorted(Comparator.comparing(name -> !plain(name).contains("ubyte")))
            .limit(SHOWN)
            .collect(Collectors.joining(", "))
        + (names.size() > SHOWN ? ", .." : "");
  }

  private static LabelledImages pair(String source, Idx images, Idx labels) {
    int[] dims = images.dims();
    if (dims[0] != labels.dims()[0]) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s: expected as many labels as images, received %d images (%s) and %d labels (%s)",
              source,
              dims[0],
              images.name(),
              labels.dims()[0],
              labels.name()));
    }
    return new LabelledImages(source, dims[0], dims[1], dims[2], images.data(), labels.data());
  }
}
