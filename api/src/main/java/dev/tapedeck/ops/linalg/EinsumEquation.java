package dev.tapedeck.ops.linalg;

import static java.util.stream.Collectors.joining;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A parsed equation of {@link Einsum} for given operands; {@code ...} is replaced by names.
 *
 * @param inputs the operands' names
 * @param output the result's names
 */
record EinsumEquation(List<String> inputs, String output) {
  private static final Pattern FORM =
      Pattern.compile("T(,T)*(->T)?".replace("T", "[a-zA-Z]*(\\.{3})?[a-zA-Z]*"));

  /** The name of the last axis that an ellipsis stands for; those before it count down. */
  private static final char LAST = '\u1fff';

  private static final char FIRST = '\u1000';

  static EinsumEquation of(String text, Tensor... operands) {
    String compact = text.replace(" ", "");
    if (!FORM.matcher(compact).matches()) {
      throw Refusal.of(
          "einsum",
          "needs letters for the axes of each operand, as in ij,jk->ik",
          "\"" + text + "\"",
          "write commas between operands, and -> before the output");
    }
    String[] sides = compact.replace("...", ".").split("->", -1);
    String[] parts = sides[0].split(",", -1);
    if (parts.length != operands.length) {
      throw refused(
          text,
          "needs " + parts.length + " operands",
          String.valueOf(operands.length),
          "give one for each part between commas");
    }
    List<String> inputs = new ArrayList<>();
    int most = 0;
    for (int i = 0; i < parts.length; i++) {
      int hidden = operands[i].shape().rank() - parts[i].replace(".", "").length();
      if (hidden < 0 || (hidden > 0 && !parts[i].contains("."))) {
        throw refused(
            text,
            "needs axes " + parts[i].replace(".", "...") + " of operand " + i,
            "shape " + operands[i].shape(),
            "name each axis, or write ... for those in front");
      }
      most = Math.max(most, hidden);
      inputs.add(parts[i].replace(".", ellipsis(hidden)));
    }
    String joined = String.join("", inputs);
    String output =
        sides.length == 1
            ? ellipsis(most) + once(joined)
            : explicit(text, sides[1], ellipsis(most), joined);
    return new EinsumEquation(inputs, output);
  }

  private static IllegalArgumentException refused(
      String text, String expected, String received, String remedy) {
    return Refusal.of("einsum", "equation \"" + text + "\" " + expected, received, remedy);
  }

  private static String ellipsis(int axes) {
    StringBuilder names = new StringBuilder();
    for (int i = axes - 1; i >= 0; i--) {
      names.append((char) (LAST - i));
    }
    return names.toString();
  }

  /** Returns the letters that occur once, in the order of the alphabet. */
  private static String once(String labels) {
    String sorted = labels.chars().sorted().mapToObj(Character::toString).collect(joining());
    return EinsumOperand.only(
        sorted, label -> label < FIRST && sorted.indexOf(label) == sorted.lastIndexOf(label));
  }

  private static String explicit(String text, String side, String ellipsis, String inputs) {
    if (!ellipsis.isEmpty() && !side.contains(".")) {
      throw refused(
          text,
          "needs the ... of the operands in the output",
          side,
          "write it, or name the axes to sum over by letters");
    }
    String output = side.replace(".", ellipsis);
    for (int label : output.chars().toArray()) {
      if (inputs.indexOf(label) < 0) {
        throw refused(
            text,
            "needs an operand for each name in the output",
            Character.toString(label),
            "leave it out, or name an operand's axis so");
      }
      if (output.indexOf(label) != output.lastIndexOf(label)) {
        throw refused(
            text,
            "needs each name in the output once",
            side,
            "leave one " + (char) label + " out; diag makes matrices of diagonals");
      }
    }
    return output;
  }

  /**
   * Returns the operands as factors. Axes of size 1 that would broadcast are dropped; unknown sizes
   * of one name are assumed equal, which the graph checks when it runs.
   */
  List<EinsumOperand> terms(String text, Tensor... operands) {
    Map<Integer, Long> sizes = new HashMap<>();
    for (int i = 0; i < operands.length; i++) {
      for (int axis = 0; axis < inputs.get(i).length(); axis++) {
        int label = inputs.get(i).charAt(axis);
        long size = operands[i].shape().size(axis);
        long known = sizes.merge(label, size, (a, b) -> label >= FIRST && a == 1 ? b : a);
        if (Sizes.differ(known, size) && (label < FIRST || size != 1)) {
          throw refused(
              text,
              "needs one size for axis " + (label >= FIRST ? "..." : Character.toString(label)),
              known + ", and " + size + " in operand " + i + " of shape " + operands[i].shape(),
              "name axes of other sizes by other letters, or transpose the operand");
        }
      }
    }
    List<EinsumOperand> terms = new ArrayList<>();
    for (int i = 0; i < operands.length; i++) {
      EinsumOperand term = new EinsumOperand(operands[i], inputs.get(i)).diagonal();
      EinsumOperand fitted =
          term.without(label -> label >= FIRST && term.size(label) == 1 && sizes.get(label) != 1);
      for (EinsumOperand before : List.copyOf(terms)) {
        fitted = fitted.checkedAgainst(before);
      }
      terms.add(fitted);
    }
    return terms;
  }
}
