package dev.tapedeck.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck predict mnist}, which classifies images of digits. */
@Command(
    name = "mnist",
    mixinStandardHelpOptions = true,
    description = {
      "Prints which digits images show.",
      "Images may have any size and be photos of paper, with one digit each, which is scaled to the"
          + " size of those trained on. A digit that is darker than its background is inverted, as"
          + " those of MNIST are white on black."
    })
final class PredictMnist implements Callable<Integer> {
  /** The probability below which the model is said not to be sure. */
  private static final float SURE = 0.5f;

  @Spec private CommandSpec spec;
  @Mixin private TrainedMnist trained;

  @Option(
      names = "--json",
      description = "Print a list of objects with file, class, probability and probabilities.")
  private boolean json;

  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "PNG, JPEG, GIF, BMP or TIFF files.")
  private List<Path> images;

  /** The model's prediction for an image. */
  private record Prediction(
      String file,
      @JsonProperty("class") int digit,
      float probability,
      List<Float> probabilities) {}

  @Override
  public Integer call() throws IOException {
    TrainedMnist.Classifier classifier = trained.restore();
    Dimensions size = classifier.dimensions();
    // All files are read before anything is printed.
    List<Tensor> inputs =
        images.stream().map(f -> DigitImage.read(f, size.height(), size.width())).toList();
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      predictions.add(prediction(images.get(i), classifier.model().predict(inputs.get(i))));
    }
    List<String> unsure =
        predictions.stream().filter(p -> p.probability() < SURE).map(Prediction::file).toList();
    if (!unsure.isEmpty()) {
      String files = PlainText.oneLine(String.join(", ", unsure));
      spec.commandLine()
          .getErr()
          .println(
              "tapedeck: not sure: no class has a probability of 0.5 or more in "
                  + files
                  + "; a picture of the digit alone may help");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, predictions);
    } else {
      predictions.forEach(
          p ->
              out.printf(
                  Locale.ROOT,
                  "%s: %d (%.4f)%n",
                  PlainText.oneLine(p.file()),
                  p.digit(),
                  p.probability()));
    }
    return 0;
  }

  private static Prediction prediction(Path image, Tensor logits) {
    List<Float> probabilities = new ArrayList<>();
    for (float probability : Activations.softmax(logits).reshape(-1).toFloatArray()) {
      probabilities.add(probability);
    }
    float largest = Collections.max(probabilities);
    if (!Float.isFinite(largest)) {
      throw new IllegalStateException(
          "predict mnist: " + image + ": the probabilities are NaN: " + TrainedMnist.NOT_FINITE);
    }
    return new Prediction(image.toString(), probabilities.indexOf(largest), largest, probabilities);
  }
}
