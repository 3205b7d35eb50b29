package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.Category;
import dev.tapedeck.summaries.proto.Chart;
import dev.tapedeck.summaries.proto.LayoutData;
import dev.tapedeck.summaries.proto.MarginChartContent;
import dev.tapedeck.summaries.proto.MultilineChartContent;
import dev.tapedeck.summaries.proto.TensorProto;
import java.util.List;

/**
 * The layout of TensorBoard's custom scalars dashboard: categories of charts; immutable.
 *
 * <pre>{@code
 * writer.customScalars(
 *     new CustomScalarsLayout()
 *         .category("losses")
 *         .multiline("train and validation", "loss/.*")
 *         .margin("error bars", "loss/mean", "loss/lower", "loss/upper"));
 * }</pre>
 */
public final class CustomScalarsLayout {
  private final LayoutData data;

  /** Makes a layout without charts. */
  public CustomScalarsLayout() {
    this(LayoutData.getDefaultInstance());
  }

  private CustomScalarsLayout(LayoutData data) {
    this.data = data;
  }

  PendingEvent pending() {
    TensorProto tensor = TensorProtos.strings(List.of(data.toByteString()));
    return PendingEvent.summary(
        "custom_scalars__config__", "custom_scalars", tensor.getSerializedSize(), () -> tensor);
  }

  /** Returns this layout with a new category, which the charts added next belong to. */
  public CustomScalarsLayout category(String title) {
    return new CustomScalarsLayout(
        data.toBuilder().addCategory(Category.newBuilder().setTitle(title)).build());
  }

  /**
   * Returns this layout with one more chart of several curves.
   *
   * @param tags regular expressions; the chart draws the scalars whose tags match one of them
   * @throws IllegalStateException if there is no category yet
   */
  public CustomScalarsLayout multiline(String title, String... tags) {
    var content = MultilineChartContent.newBuilder().addAllTag(List.of(tags));
    return chart(Chart.newBuilder().setTitle(title).setMultiline(content));
  }

  /**
   * Returns this layout with one more chart of curves, each with a lower and an upper bound.
   *
   * @param valueLowerUpper the tags of a curve, of its lower and of its upper bound; then those of
   *     the next curve
   * @throws IllegalArgumentException if there are not three tags for each curve
   * @throws IllegalStateException if there is no category yet
   */
  public CustomScalarsLayout margin(String title, String... valueLowerUpper) {
    if (valueLowerUpper.length == 0 || valueLowerUpper.length % 3 != 0) {
      throw new IllegalArgumentException(
          "CustomScalarsLayout.margin: expected the tags of value, lower and upper bound of each curve, received "
              + List.of(valueLowerUpper));
    }
    var content = MarginChartContent.newBuilder();
    for (int i = 0; i < valueLowerUpper.length; i += 3) {
      content.addSeries(
          MarginChartContent.Series.newBuilder()
              .setValue(valueLowerUpper[i])
              .setLower(valueLowerUpper[i + 1])
              .setUpper(valueLowerUpper[i + 2]));
    }
    return chart(Chart.newBuilder().setTitle(title).setMargin(content));
  }

  private CustomScalarsLayout chart(Chart.Builder chart) {
    int last = data.getCategoryCount() - 1;
    if (last < 0) {
      throw new IllegalStateException(
          "CustomScalarsLayout: charts belong to a category; call category(title) first");
    }
    Category category = data.getCategory(last).toBuilder().addChart(chart).build();
    return new CustomScalarsLayout(data.toBuilder().setCategory(last, category).build());
  }
}
