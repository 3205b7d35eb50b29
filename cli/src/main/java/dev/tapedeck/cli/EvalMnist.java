package dev.tapedeck.cli;

import dev.tapedeck.datasets.LabelledImages;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck eval mnist}, which evaluates a trained classifier on test images. */
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
    LabelledImages images = data.readTest();
    TrainedMnist.Classifier classifier = trained.restore();
    classifier.dimensions().requireFit(images);
    Map<String, Double> tested = classifier.model().evaluate(data.test(images));
    if (!Double.isFinite(tested.get("loss"))) {
      throw new IllegalStateException(
          "eval mnist: the loss is " + tested.get("loss") + ": " + TrainedMnist.NOT_FINITE);
    }
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
