package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Formula;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All loops of a formula. Only the formula keeps them, so that the classes which are compiled for
 * it are unloaded when it is garbage.
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

  /** Returns the formula's own. */
  CompiledFormula alone() {
    return alone;
  }

  /** Returns those that bring its values together, as a plain reduction does. */
  CompiledReduction reduced(CompiledReduction plain) {
    CompiledReduction known = reduced.get(plain);
    return known == null
        ? reduced.computeIfAbsent(plain, kind -> new CompiledReduction(kind, formula))
        : known;
  }

  /** Returns those that compute it with others, of which it is the first. */
  CompiledFormula together(List<Formula> formulas) {
    CompiledFormula known = together.get(formulas);
    return known == null ? together.computeIfAbsent(formulas, CompiledFormula::new) : known;
  }
}
