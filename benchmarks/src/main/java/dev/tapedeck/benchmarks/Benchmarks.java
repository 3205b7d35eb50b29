package dev.tapedeck.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Main class of {@code benchmarks/run}, run from the project's folder. */
final class Benchmarks {
  /** A part of the benchmarks, whose tables go to a section of the page. */
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
    PREDICT {
      @Override
      String tables() {
        return Compare.table(Comparison.PREDICTIONS) + "\n" + Callers.table();
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
    },
    SCALING {
      @Override
      String tables() {
        return Scaling.tables();
      }

      @Override
      Path page() {
        return Path.of("docs/scaling.md");
      }
    };

    abstract String tables();

    Path page() {
      return Path.of("docs/benchmarks.md");
    }
  }

  private Benchmarks() {}

  /**
   * Runs all parts, or those named by the arguments, and writes their tables into the pages; {@code
   * compare} and words print a table, see {@link Compare}; {@code jmh} and JMH's arguments time
   * Tapedeck alone.
   */
  public static void main(String[] args) throws IOException {
    String[] others = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (args.length == 0 ? "" : args[0]) {
      case "" -> write(List.of(Part.values()));
      case "compare" -> Compare.main(others);
      case "jmh" -> Micro.run(others);
      default ->
          write(Arrays.stream(args).map(s -> Part.valueOf(s.toUpperCase(Locale.ROOT))).toList());
    }
  }

  private static void write(List<Part> parts) throws IOException {
    String machine = Machine.description();
    for (Part part : parts) {
      String results = part.tables() + "\n" + machine + Machine.others();
      System.out.println(results);
      ResultsPage.replace(part.page(), part.name().toLowerCase(Locale.ROOT), results);
    }
  }
}
