package dev.tapedeck.cli;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tapedeck eval mnist}: a trained classifier on the test images. */
@Command(
    name = "mnist",
    mixinStandardHelpOptions = true,
    description = "Evaluates a trained classifier of digits on the test images.")
final class EvalMnist implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private TrainedMnist trained;
  @Mixin private MnistData data;

  @Override
  public Integer call() {
    data.check();
    Map<String, Double> tested = trained.restore().evaluate(data.test());
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "Test loss: %.4f, test accuracy: %.4f%n",
            tested.get("loss"),
            tested.get("accuracy"));
    return 0;
  }
}
