package dev.tapedeck.cli;

import dev.tapedeck.datasets.LabelledImages;
import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that select a command's images. */
final class MnistData {
  private static final int EVALUATION_BATCH = 1000;
  private static final String DATA = "data";
  private static final String LIMIT = "limit";
  private static final String CHECKSUM = "data-checksum";

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use only the first N training and test images.")
  private Integer limit;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Read the four IDX files from a folder, in place of the images shipped.")
  private Path folder;

  void check() {
    if (limit != null) {
      Train.requirePositive(spec, "--limit", limit);
    }
  }

  /** Reads the training and test images. */
  Used read() {
    LabelledImages train = folder == null ? Mnist.train() : Mnist.train(folder);
    return new Used(train, readTest());
  }

  /** Reads the test images. */
  LabelledImages readTest() {
    return folder == null ? Mnist.test() : Mnist.test(folder);
  }

  /** Returns the selected training images. */
  Pipeline train(LabelledImages images) {
    return limited(images);
  }

  /** Returns the selected training images by shards, for workers that read them themselves. */
  MnistShards shards(int batch) {
    return new MnistShards(folder == null ? null : folder.toString(), limit, batch);
  }

  /** Returns the selected test images in batches. */
  Pipeline test(LabelledImages images) {
    return limited(images).batch(EVALUATION_BATCH);
  }

  private Pipeline limited(LabelledImages images) {
    Pipeline all = Pipeline.of(images);
    return limit == null ? all : all.take(limit);
  }

  /** Returns a description of the images, for people. */
  String description() {
    return place() + (limit == null ? "" : ", first " + limit);
  }

  private String place() {
    return folder == null ? "shipped" : folder.toAbsolutePath().normalize().toString();
  }

  /** The images of a training. */
  final class Used {
    final LabelledImages train;
    final LabelledImages test;
    final Dimensions dimensions;

    private Used(LabelledImages train, LabelledImages test) {
      this.train = train;
      this.test = test;
      this.dimensions = Dimensions.of(train, test);
    }

    /** Returns the settings that a resumed training must have, with the model's dimensions. */
    Map<String, Object> toSettings() {
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put(DATA, place());
      settings.put(CHECKSUM, checksum());
      settings.put(LIMIT, limit);
      settings.putAll(dimensions.toSettings());
      return settings;
    }

    /** Returns a difference between the data of saved settings and these, ignoring the folder. */
    Optional<String> difference(Map<String, Object> saved) {
      if (!saved.containsKey(CHECKSUM)) { // saved by an earlier version
        Object before = saved.get(DATA);
        return description().equals(before)
            ? Optional.empty()
            : Optional.of(
                String.format(
                    Locale.ROOT,
                    "had --data %s, received %s; give the same",
                    before,
                    description()));
      }
      if (!checksum().equals(saved.get(CHECKSUM))) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "had the images of --data %s, received others of --data %s; give the folder that has them now",
                saved.get(DATA),
                place()));
      }
      if (!option(limit).equals(option(saved.get(LIMIT)))) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "had %s, received %s; give the same",
                option(saved.get(LIMIT)),
                option(limit)));
      }
      return Optional.empty();
    }

    private static String option(Object limit) {
      return limit == null ? "no --limit" : "--limit " + limit;
    }

    private String checksum() {
      CRC32C checksum = new CRC32C();
      for (LabelledImages images : new LabelledImages[] {train, test}) {
        checksum.update(images.pixels());
        checksum.update(images.labels());
      }
      return String.format(Locale.ROOT, "%08x", checksum.getValue());
    }
  }
}
