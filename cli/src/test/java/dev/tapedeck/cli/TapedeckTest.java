package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The command line as a user meets it: what it prints, and how it exits. */
class TapedeckTest {
  @TempDir Path temp;

  @Test
  void helpVersionAndCompletion() throws Exception {
    Cli.Result help = Cli.run(temp, "train", "mnist", "--help");
    assertEquals(0, help.exit());
    for (String option :
        List.of(
            "--model",
            "--epochs",
            "--batch-size",
            "--learning-rate",
            "--optimizer",
            "--schedule",
            "--early-stopping",
            "--report",
            "--seed",
            "--limit",
            "--data",
            "--logdir",
            "--device",
            "--verbose",
            "--metrics-json")) {
      assertTrue(help.out().contains(option), option);
    }
    Cli.Result version = Cli.run(temp, "--version");
    assertEquals(0, version.exit());
    assertTrue(version.out().startsWith("tapedeck "), version.out());
    Cli.Result completion = Cli.run(temp, "generate-completion");
    assertTrue(completion.out().startsWith("#!/usr/bin/env bash"), completion.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      value = {
        "--nonsense | tapedeck: Unknown option: '--nonsense'; see tapedeck --help",
        "trian mnist | tapedeck: Unmatched arguments from index 0: 'trian', 'mnist'; did you mean"
            + " train? See tapedeck --help",
        "train mnits | tapedeck train: Unmatched argument at index 1: 'mnits'; did you mean mnist?"
            + " See tapedeck train --help",
        "--verison | tapedeck: Unknown option: '--verison'; did you mean --version? See tapedeck"
            + " --help",
        "train mnist --epoch=3 | tapedeck train mnist: Unknown option: '--epoch=3'; did you mean"
            + " --epochs? See tapedeck train mnist --help",
        "train mnist --model rnn | tapedeck train mnist: Invalid value for option '--model':"
            + " expected mlp|cnn, received 'rnn'; see tapedeck train mnist --help",
        "train mnist --optimizer adm | tapedeck train mnist: Invalid value for option"
            + " '--optimizer': expected adadelta|adafactor|adagrad|adam|adamax|adamw|ftrl|lamb|lion"
            + "|muon|nadam|rmsprop|schedulefreeadamw|sgd, received 'adm'; see tapedeck train mnist"
            + " --help",
        "train mnist --schedule steps | tapedeck train mnist: Invalid value for option"
            + " '--schedule': expected constant|cosine|exponential|linear|onecycle, received"
            + " 'steps'; see tapedeck train mnist --help",
        "train mnist --early-stopping 0 | tapedeck train mnist: --early-stopping must be 1 or more,"
            + " received 0; see tapedeck train mnist --help",
        "train mnist --limit 10 --report no/where.html | tapedeck train mnist: --report: Report:"
            + " needs a file in a folder that exists, received no/where.html; create the folder"
            + " first; see tapedeck train mnist --help",
        "'' | tapedeck: Unmatched argument at index 0: ''; see tapedeck --help",
        "train | tapedeck train: Missing what to train: mnist or linear; see tapedeck train --help",
        "train mnist --epochs 0 | tapedeck train mnist: --epochs must be 1 or more, received 0; see"
            + " tapedeck train mnist --help",
        "train mnist --verbose 3 | tapedeck train mnist: --verbose must be 0, 1 or 2, received 3; see"
            + " tapedeck train mnist --help",
        "train mnist --device tpu | tapedeck train mnist: --device: expected cpu or gpu:N, received"
            + " \"tpu\"; write cpu, or gpu:0 for the first GPU; see tapedeck train mnist --help",
        "train linear --learning-rate -1 | tapedeck train linear: --learning-rate must be above 0,"
            + " received -1.0; see tapedeck train linear --help",
      })
  void wrongCallsExitWith2AndSayWhy(String arguments, String message) throws Exception {
    Cli.Result result = Cli.run(temp, arguments.split(" "));
    assertEquals(message, result.err().strip());
    assertEquals(2, result.exit());
    assertEquals("", result.out());
  }

  @Test
  void whatTheShellLeavesOfTheHome() throws Exception {
    for (String option : List.of("--logdir", "--checkpoint-dir", "--data", "--metrics-json")) {
      ProcessBuilder command = Cli.builder("train", "mnist", "--limit", "10", option + "=~/x");
      Cli.Result result = Cli.run(temp, command.directory(temp.toFile()));
      assertEquals(2, result.exit(), result.err());
      assertTrue(result.err().contains(option + "'"), result.err());
      assertTrue(result.err().contains("$HOME"), result.err());
      assertFalse(Files.exists(temp.resolve("~")));
    }
  }

  /** Puts a character into arguments that no caller can, and that no path has. */
  static final class Nul {
    private Nul() {}

    public static void main(String[] args) {
      System.exit(
          Tapedeck.run(
              Stream.of(args).map(arg -> arg.replace("NUL", "\0")).toArray(String[]::new)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      value = {
        "train mnist --logdir | train mnist | option '--logdir'",
        "train mnist --checkpoint-dir | train mnist | option '--checkpoint-dir'",
        "train mnist --data | train mnist | option '--data'",
        "train mnist --metrics-json | train mnist | option '--metrics-json'",
        "eval mnist --checkpoint | eval mnist | option '--checkpoint'",
        "predict mnist --checkpoint x | predict mnist | positional parameter at index 0..* (IMAGE)",
        "tensorboard --logdir | tensorboard | option '--logdir'",
        "inspect | inspect | positional parameter at index 0 (PATH)",
      })
  void whatNoPathCanBe(String arguments, String command, String place) throws Exception {
    String[] all = (arguments + " a\u001bNUL").split(" ");
    Cli.Result result = Cli.run(temp, Cli.java(Nul.class, all));
    assertEquals(
        String.format(
            Locale.ROOT,
            "tapedeck %1$s: Invalid value for %2$s: not a path: \"a??\" (Nul character not"
                + " allowed); see tapedeck %1$s --help\n",
            command,
            place),
        result.err());
    assertEquals(2, result.exit());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatTheLocaleCannotName() throws Exception {
    String call = "LC_ALL=C exec \"$@\" \"$(printf 'a\\377')\"";
    ProcessBuilder inspect = Cli.builder("inspect");
    inspect.command().addAll(0, List.of("sh", "-c", call, "sh"));
    Cli.Result result = Cli.run(temp, inspect);
    assertTrue(result.err().contains("(PATH): not a path: \"a"), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertEquals(2, result.exit());
  }

  @Test
  void filesAreNotTakenForOptions() throws Exception {
    Path secret = Files.writeString(temp.resolve("secret"), "password");
    Cli.Result result = Cli.run(temp, "train", "mnist", "@" + secret);
    assertEquals(2, result.exit());
    assertFalse(result.err().contains("password"), result.err());
    assertTrue(result.err().contains("'@" + secret + "'"), result.err());
  }

  @Test
  void nothingReachesTheTerminalRaw() throws Exception {
    String evil = "\u001b[2J\u009b\u202ex";
    Path folder = Files.createDirectory(temp.resolve("run"));
    Files.writeString(folder.resolve("settings.json"), "{\"model\": \"\\u001b[2J\\u009b\"}");
    Files.createFile(folder.resolve("ckpt-1.index"));
    for (String[] arguments :
        new String[][] {
          {"train", "mnist", "--device", evil},
          {"train", "mnist", "--data", evil, "--debug"},
          {"train", "mnist", evil},
          {"train", "mnist", "--limit", evil},
          {"train", evil},
          {"train", "mnist", "--limit", "9", "--resume", "--checkpoint-dir", folder.toString()},
          {"inspect", evil, "--debug"},
          {"predict", "mnist", "--checkpoint", evil, evil},
          {"tensorboard", "--logdir", evil},
        }) {
      ProcessBuilder command = Cli.builder(arguments);
      command.command().addAll(1, List.of("-Dstderr.encoding=UTF-8", "-Dsun.jnu.encoding=UTF-8"));
      command.environment().put("LC_ALL", "C.UTF-8");
      Cli.Result result = Cli.run(temp, command);
      String all = result.out() + result.err();
      assertTrue(result.exit() == 1 || result.exit() == 2, all);
      assertTrue(result.err().contains("[2J"), all);
      assertFalse(all.matches("(?s).*[\\p{Cc}\\p{Cf}&&[^\n\t]].*"), all);
    }
  }

  /** Logs what a file may have put into a message. */
  static final class Warning {
    private Warning() {}

    public static void main(String[] args) {
      LoggerFactory.getLogger(Warning.class).warn("\u001b[2J of {}\nnext", "\u009b\u202e");
    }
  }

  @Test
  void logsNeither() throws Exception {
    assertEquals("tapedeck: ?[2J of ???next\n", Cli.run(temp, Cli.java(Warning.class)).err());
  }

  /** Traces a function for every size that it is called with. */
  static final class Retraces {
    private Retraces() {}

    public static void main(String[] args) {
      var sum = TracedFunction.of("total", (Tensor x) -> x.sum());
      for (int size = 1; size < 10; size++) {
        sum.call(Tensor.of(new float[size]));
      }
    }
  }

  @Test
  void retracesAreSaidOnce() throws Exception {
    String said = Cli.run(temp, Cli.java(Retraces.class)).err();
    assertTrue(said.startsWith("tapedeck: total: traced again for the 5th time"), said);
    assertEquals(1, said.lines().count(), said);
  }

  @Test
  void failuresExitWith1InOneLine() throws Exception {
    Path missing = temp.resolve("missing");
    Cli.Result data = Cli.run(temp, "train", "mnist", "--data", missing.toString());
    assertEquals(1, data.exit());
    assertEquals(1, data.err().lines().count(), data.err());
    assertTrue(data.err().contains(missing.toString()), data.err());

    Path folder = Files.createDirectory(temp.resolve("truncated"));
    Files.write(folder.resolve("train-images-idx3-ubyte"), new byte[] {0, 0, 8, 3, 0, 0});
    Cli.Result truncated = Cli.run(temp, "train", "mnist", "--data", folder.toString());
    assertEquals(1, truncated.exit());
    assertEquals(1, truncated.err().lines().count(), truncated.err());
    assertFalse(truncated.err().contains("\tat "));
    Cli.Result debug = Cli.run(temp, "train", "mnist", "--data", folder.toString(), "--debug");
    assertTrue(debug.err().contains("\tat "), debug.err());

    Cli.Result json =
        Cli.run(
            temp, "train", "mnist", "--metrics-json", temp.resolve("no/such/a.json").toString());
    assertEquals(1, json.exit());
    assertTrue(json.err().startsWith("tapedeck: --metrics-json: cannot write "), json.err());

    assertTrue(json.err().contains(": its folder does not exist; "), json.err());

    Cli.Result diverged = Cli.run(temp, "train", "linear", "--learning-rate", "1e30");
    assertEquals(1, diverged.exit());
    assertEquals(
        "tapedeck: train: the loss ended as NaN; use a smaller --learning-rate",
        diverged.err().strip());

    Cli.Result gpu = Cli.run(temp, "train", "mnist", "--limit", "10", "--device", "gpu:0");
    assertEquals(1, gpu.exit());
    assertTrue(gpu.err().contains("-Pcuda"), gpu.err());
  }

  @Test
  void doctorTellsWhatItRunsOn() throws Exception {
    Cli.Result doctor = Cli.run(temp, "doctor");
    assertEquals(0, doctor.exit(), doctor.err());
    for (String fact :
        List.of(
            "Java", "Kernels", "nd4j", "Threads", "Tensor memory", "GPUs", "dropped summaries")) {
      assertTrue(doctor.out().contains(fact), doctor.out());
    }
  }

  @Test
  void linearFindsTheLine() throws Exception {
    Cli.Result linear = Cli.run(temp, "train", "linear");
    assertEquals(0, linear.exit(), linear.err());
    List<String> lines = linear.out().lines().toList();
    assertTrue(lines.getFirst().startsWith("Initial loss: "), linear.out());
    assertTrue(lines.get(1).startsWith("Loss at step 000: "), linear.out());
    assertTrue(lines.get(2).startsWith("Loss at step 020: "), linear.out());
    assertEquals(1 + 15 + 1 + 1, lines.size(), linear.out());
    assertTrue(lines.get(16).startsWith("Final loss: "), linear.out());
    assertTrue(lines.get(17).matches("W = [23]\\.\\d+, B = [12]\\.\\d+"), linear.out());
  }
}
