package dev.tapedeck.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page of results, {@code docs/benchmarks.md}. */
final class ResultsPage {
  private static final Path FILE = Path.of("docs/benchmarks.md");

  private ResultsPage() {}

  /** Replaces the results in a section. */
  static void replace(String section, String content) throws IOException {
    Files.writeString(FILE, replaced(Files.readString(FILE), section, content));
  }

  /**
   * Returns a page with the part between {@code <!-- section -->} and {@code <!-- end of section
   * -->} replaced.
   *
   * @throws IllegalArgumentException if the page has no such part
   */
  static String replaced(String page, String section, String content) {
    String begin = "<!-- " + section + " -->\n";
    int from = page.indexOf(begin);
    int to = page.indexOf("<!-- end of " + section + " -->");
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("the page has no section \"" + section + "\"");
    }
    return page.substring(0, from + begin.length()) + content + page.substring(to);
  }
}
