package dev.tapedeck.plot;

import static dev.tapedeck.plot.Markup.escape;

import dev.tapedeck.plot.Diagram.Arrow;
import dev.tapedeck.plot.Diagram.Box;
import dev.tapedeck.plot.Diagram.Kind;

/** A plot in the language of Graphviz. */
final class DotText {
  private final StringBuilder text = new StringBuilder();

  private DotText() {}

  static String of(Diagram diagram) {
    DotText dot = new DotText();
    dot.text.append("digraph {\n  compound=true\n");
    dot.text.append("  node [fontname=Helvetica fontsize=11]\n");
    dot.text.append("  graph [fontname=Helvetica fontsize=11]\n  edge [color=\"#5a6270\"]\n");
    dot.draw(diagram, "n", "  ");
    return dot.text.append("}\n").toString();
  }

  /**
   * Writes the boxes and arrows of a diagram.
   *
   * @param prefix the beginning of its boxes' names in the file
   */
  private void draw(Diagram diagram, String prefix, String indent) {
    for (int i = 0; i < diagram.boxes().size(); i++) {
      Box box = diagram.boxes().get(i);
      String id = prefix + i;
      if (isCluster(box)) {
        line(indent, "subgraph cluster_" + id + " {");
        line(indent, "  label=<" + title(box) + ">");
        line(indent, "  style=\"rounded,filled\" " + colours(box));
        draw(box.inside(), id + "_", indent + "  ");
        line(indent, "}");
      } else if (box.kind() == Kind.OP) {
        String label = " [shape=box height=0.3 style=\"rounded,filled\" ";
        line(indent, id + label + colours(box) + " label=<" + escape(box.type()) + ">]");
      } else {
        line(indent, id + " [shape=plain label=<" + table(box) + ">]");
      }
    }
    for (Arrow arrow : diagram.arrows()) {
      line(indent, arrow(diagram, arrow, prefix));
    }
  }

  private void line(String indent, String content) {
    text.append(indent).append(content).append('\n');
  }

  private static boolean isCluster(Box box) {
    return box.inside() != null && !box.inside().boxes().isEmpty();
  }

  /** Returns an arrow; one of a cluster is that of a box in it, cut off at the border. */
  private static String arrow(Diagram diagram, Arrow arrow, String prefix) {
    Box from = diagram.boxes().get(arrow.from());
    Box to = diagram.boxes().get(arrow.to());
    String start = prefix + arrow.from();
    String end = prefix + arrow.to();
    String cut =
        (isCluster(from) ? " ltail=cluster_" + start : "")
            + (isCluster(to) ? " lhead=cluster_" + end : "");
    String name = inner(from, start, false) + " -> " + inner(to, end, true);
    return cut.isEmpty() ? name : name + " [" + cut.strip() + "]";
  }

  private static String inner(Box box, String id, boolean first) {
    Box found = box;
    String name = id;
    while (isCluster(found)) {
      int index = first ? 0 : found.inside().boxes().size() - 1;
      name += "_" + index;
      found = found.inside().boxes().get(index);
    }
    return name;
  }

  private static String title(Box box) {
    return "<b>" + escape(box.name()) + "</b>  " + escape(box.type());
  }

  private static String colours(Box box) {
    Palette palette = Palette.of(box.kind());
    return "color=\"" + palette.line() + "\" fillcolor=\"" + palette.light() + '"';
  }

  private static String table(Box box) {
    Palette palette = Palette.of(box.kind());
    StringBuilder table = new StringBuilder();
    table.append("<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"4\"");
    table.append(" style=\"rounded\" color=\"").append(palette.line()).append("\">");
    table.append("<tr><td colspan=\"3\" bgcolor=\"").append(palette.light()).append("\">");
    table.append(title(box)).append("</td></tr>");
    for (Diagram.Row row : box.rows()) {
      table.append("<tr>");
      for (String cell : new String[] {row.label(), row.shape(), row.dtype()}) {
        table.append("<td align=\"left\">").append(escape(cell)).append("</td>");
      }
      table.append("</tr>");
    }
    return table.append("</table>").toString();
  }
}
