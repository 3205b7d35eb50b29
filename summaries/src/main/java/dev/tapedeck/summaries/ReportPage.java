package dev.tapedeck.summaries;

import dev.tapedeck.plot.LineChart;
import dev.tapedeck.train.Trainable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** The HTML page of a {@link Report}. */
final class ReportPage {
  private static final String VALIDATION = "val_";
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #8885; --soft: #8881; }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em; }
      h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
      .charts { display: flex; flex-wrap: wrap; gap: 1em; } figure { margin: 0; }
      figcaption { font-weight: 600; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      td, th { padding: 0.15em 0.6em; border-bottom: 1px solid var(--line); text-align: right; }
      .scroll { overflow-x: auto; } pre { background: var(--soft); padding: 1em; overflow-x: auto; }
      .confusion td, .confusion th { min-width: 2.2em; border: 0; text-align: center; }
      .worst { display: flex; flex-wrap: wrap; gap: 1em; }
      .worst figure { background: var(--soft); padding: 0.6em; font-size: 0.85em; }
      .worst img { width: 112px; image-rendering: pixelated; display: block; }
      """;

  private final String title;
  private final Map<String, Object> settings;
  private final Map<String, Map<Integer, Double>> curves;
  private final StringBuilder html = new StringBuilder();

  ReportPage(String title, Map<String, Object> settings, Map<String, Map<Integer, Double>> curves) {
    this.title = title;
    this.settings = settings;
    this.curves = curves;
  }

  /**
   * Returns the page.
   *
   * @param predicted predictions of examples; null for none
   */
  String html(Trainable<?, ?> model, PredictedExamples predicted) {
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head><body>\n<h1>")
        .append(escape(title))
        .append("</h1>\n");
    charts();
    results();
    if (predicted != null) {
      confusion(predicted.confusion());
      worst(predicted);
    }
    model(model);
    return html.append("</body></html>\n").toString();
  }

  private void heading(String text) {
    html.append("<h2>").append(escape(text)).append("</h2>\n");
  }

  private void charts() {
    html.append("<div class=\"charts\">\n");
    for (String name : curves.keySet()) {
      if (name.startsWith(VALIDATION) && curves.containsKey(name.substring(VALIDATION.length()))) {
        continue; // in the chart of the training's
      }
      Map<String, Map<Integer, Double>> lines = new LinkedHashMap<>();
      lines.put("training", curves.get(name));
      if (curves.containsKey(VALIDATION + name)) {
        lines.put("validation", curves.get(VALIDATION + name));
      }
      html.append("<figure><figcaption>")
          .append(escape(name))
          .append("</figcaption>")
          .append(new LineChart("epoch", false, lines).svg())
          .append("</figure>\n");
    }
    html.append("</div>\n");
  }

  private void results() {
    if (curves.isEmpty()) {
      html.append("<p>No epoch has ended yet.</p>\n");
      return;
    }
    heading("Results of the epochs");
    html.append("<div class=\"scroll\"><table><tr><th>epoch</th>");
    curves.keySet().forEach(name -> html.append("<th>").append(escape(name)).append("</th>"));
    html.append("</tr>\n");
    TreeSet<Integer> epochs = new TreeSet<>();
    curves.values().forEach(curve -> epochs.addAll(curve.keySet()));
    for (int epoch : epochs) {
      html.append("<tr><td>").append(epoch).append("</td>");
      for (Map<Integer, Double> curve : curves.values()) {
        Double value = curve.get(epoch);
        html.append("<td>").append(value == null ? "" : LineChart.number(value)).append("</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</table></div>\n");
  }

  private void confusion(List<long[]> counts) {
    if (counts.isEmpty()) {
      return;
    }
    heading("Confusion matrix");
    html.append("<p>Rows are labels, columns predictions.</p>\n")
        .append("<div class=\"scroll\"><table class=\"confusion\"><tr><th></th>");
    for (int c = 0; c < counts.size(); c++) {
      html.append("<th>").append(c).append("</th>");
    }
    html.append("<th>recall</th></tr>\n");
    for (int label = 0; label < counts.size(); label++) {
      long all = LongStream.of(counts.get(label)).sum();
      html.append("<tr><th>").append(label).append("</th>");
      for (int c = 0; c < counts.size(); c++) {
        double part = (double) counts.get(label)[c] / Math.max(all, 1);
        html.append(
            String.format(
                Locale.ROOT,
                "<td style=\"background: rgb(%s / %.2f)\">%s</td>",
                c == label ? "47 143 91" : "200 60 40",
                ConfusionMatrices.shade(part),
                counts.get(label)[c] == 0 ? "" : counts.get(label)[c]));
      }
      html.append("<td>")
          .append(all == 0 ? "" : percent(1, (double) counts.get(label)[label] / all))
          .append("</td></tr>\n");
    }
    html.append("</table></div>\n");
  }

  private static String percent(int places, double part) {
    return String.format(Locale.ROOT, "%." + places + "f %%", 100 * part);
  }

  private void worst(PredictedExamples predicted) {
    if (predicted.worst().isEmpty()) {
      return;
    }
    heading("Examples with the largest losses");
    html.append("<div class=\"worst\">\n");
    for (PredictedExamples.Worst example : predicted.worst()) {
      html.append("<figure>");
      if (example.image() != null) {
        html.append("<img alt=\"\" src=\"data:image/png;base64,")
            .append(example.image())
            .append("\">");
      }
      html.append("label ")
          .append(escape(example.label()))
          .append("<br>predicted ")
          .append(escape(example.prediction()));
      if (!Double.isNaN(example.probability())) {
        html.append(" (").append(percent(0, example.probability())).append(')');
      }
      html.append("<br>loss ").append(LineChart.number(example.loss())).append("</figure>\n");
    }
    html.append("</div>\n");
  }

  private void model(Trainable<?, ?> model) {
    if (!settings.isEmpty()) {
      heading("Settings");
      html.append("<table>");
      settings.forEach(
          (name, value) ->
              html.append("<tr><th>")
                  .append(escape(name))
                  .append("</th><td>")
                  .append(escape(String.valueOf(value)))
                  .append("</td></tr>\n"));
      html.append("</table>\n");
    }
    String summary = summary(model);
    if (!summary.isEmpty()) {
      heading("Model");
      html.append("<pre>").append(escape(summary)).append("</pre>\n");
    }
  }

  /** Returns the table of the layers; an empty text before their shapes are known. */
  private static String summary(Trainable<?, ?> model) {
    try {
      return model.variables().isEmpty() ? "" : model.summary();
    } catch (IllegalStateException unknown) {
      return "";
    }
  }

  /** Returns a text with entities for what has a meaning in HTML, without control characters. */
  private static String escape(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
