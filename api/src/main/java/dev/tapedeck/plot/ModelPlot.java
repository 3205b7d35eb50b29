package dev.tapedeck.plot;

import dev.tapedeck.tensor.Refusal;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.UUID;

/**
 * A plot of a model: its layers as boxes with their shapes, and arrows for the data flow.
 *
 * <pre>{@code
 * model.plot().save(Path.of("model.svg"));
 * }</pre>
 *
 * @param diagram what is drawn
 */
public record ModelPlot(Diagram diagram) {
  /** Returns the plot as an SVG image. */
  public String svg() {
    return SvgDrawing.of(diagram);
  }

  /** Returns the plot in the language of Graphviz, whose {@code dot} makes an image of it. */
  public String dot() {
    return DotText.of(diagram);
  }

  /**
   * Writes the plot to a file, which appears complete or not at all; returns the file.
   *
   * @param file a name that ends in {@code .svg}, {@code .dot} or {@code .gv}
   * @throws IllegalArgumentException if it ends in something else
   */
  public Path save(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    String text =
        switch (ending(name)) {
          case ".svg" -> svg();
          case ".dot", ".gv" -> dot();
          default ->
              throw Refusal.of(
                  "plot",
                  "writes files that end in .svg, .dot or .gv",
                  '"' + name + '"',
                  "save as .svg, and convert that to other kinds of images");
        };
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path temporary = target.resolveSibling("." + name + "." + UUID.randomUUID() + ".tmp");
    try {
      // Not by a channel, which an interrupt of the thread would close.
      try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.getFD().sync();
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return file;
  }

  private static String ending(String name) {
    return name.substring(Math.max(0, name.lastIndexOf('.'))).toLowerCase(Locale.ROOT);
  }
}
