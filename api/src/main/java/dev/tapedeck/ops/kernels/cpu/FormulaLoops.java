package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Formula;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All compiled loops of a formula. Only the formula refers to them, so that their classes are
 * unloaded when it is collected.
 */
final class FormulaLoops {
  private final Formula formula;
  private final CompiledFormula alone;
  private final Map<CompiledReduction, CompiledReduction> reduced = new ConcurrentHashMap<>();
  private final Map<List<Formula>, CompiledFormula> together = new ConcurrentHashMap<>();

  private FormulaLoops(Formula formula) {
    this.formula = formula;
    this.alone = new CompiledFormula(formula);
  }

  static FormulaLoops of(Formula formula) {
    return formula.compiled(FormulaLoops.class, FormulaLoops::new);
  }

  /** Returns the loops of the formula alone. */
  CompiledFormula alone() {
    return alone;
  }

  /** Returns the loops that reduce its values as a plain reduction does. */
  CompiledReduction reduced(CompiledReduction plain) {
    CompiledReduction known = reduced.get(plain);
    return known == null
        ? reduced.computeIfAbsent(plain, kind -> new CompiledReduction(kind, formula))
        : known;
  }

  /** Returns the loops that compute it together with others; it is the first of them. */
  CompiledFormula together(List<Formula> formulas) {
    CompiledFormula known = together.get(formulas);
    return known == null ? together.computeIfAbsent(formulas, CompiledFormula::new) : known;
  }
}
