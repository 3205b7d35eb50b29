package dev.tapedeck.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Runs what {@code benchmarks/run} is asked for; from the project's folder. */
final class Benchmarks {
  /** How tables are made, each part's in its section of the page. */
  private enum Part {
    MICRO {
      @Override
      String tables() {
        return Compare.table(Comparison.OPERATIONS) + "\n" + Micro.table();
      }
    },
    STEPS {
      @Override
      String tables() {
        return Compare.table(Comparison.STEPS).toString();
      }
    },
    PROCESS {
      @Override
      String tables() {
        return WholeProcesses.table().toString();
      }
    },
    GROWTH {
      @Override
      String tables() {
        return Growth.tables();
      }
    };

    abstract String tables();
  }

  private Benchmarks() {}

  /**
   * Without arguments runs all parts, with the name of one that part, and writes their tables into
   * the page; {@code compare} and words print a table, see {@link Compare}.
   */
  public static void main(String[] args) throws IOException {
    List<String> words = Arrays.asList(args);
    if (!words.isEmpty() && words.getFirst().equals("compare")) {
      Compare.main(words.subList(1, words.size()).toArray(String[]::new));
      return;
    }
    List<Part> parts =
        words.isEmpty()
            ? List.of(Part.values())
            : words.stream().map(word -> Part.valueOf(word.toUpperCase(Locale.ROOT))).toList();
    String machine = Machine.description();
    for (Part part : parts) {
      String results = part.tables() + "\n" + machine + Machine.others();
      System.out.println(results);
      Page.replace(part.name().toLowerCase(Locale.ROOT), results);
    }
  }
}
