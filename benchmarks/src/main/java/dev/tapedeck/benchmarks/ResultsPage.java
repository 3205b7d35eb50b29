package dev.tapedeck.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of results, such as {@code docs/benchmarks.md}. */
final class ResultsPage {
  private ResultsPage() {}

  /** Replaces the results in a section of a page. */
  static void replace(Path page, String section, String content) throws IOException {
    Files.writeString(page, replaced(Files.readString(page), section, content));
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
