package dev.tapedeck.layers;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LayerFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A cell of several cells, of which each takes the output of the one before; the output is that of
 * the last one, the states are those of all, one after the other.
 */
public final class StackedRNNCells extends RecurrentCell {
  private final List<RecurrentCell> cells;

  /** The arguments of {@link StackedRNNCells}. */
  public record Arguments(List<RecurrentCell> cells) {
    /** Checks the arguments. */
    public Arguments {
      cells = List.copyOf(cells);
      if (cells.isEmpty()) {
        throw Refusal.of("StackedRNNCells", "needs at least one cell", "none", "give some");
      }
    }
  }

  private StackedRNNCells(Arguments arguments) {
    super(arguments);
    cells = arguments.cells();
  }

  /**
   * Makes a cell of cells, the lowest one first.
   *
   * @throws IllegalArgumentException if there is none
   */
  public StackedRNNCells(List<? extends RecurrentCell> cells) {
    this(new Arguments(List.copyOf(cells)));
  }

  @Override
  public List<Integer> stateSizes() {
    return cells.stream().flatMap(cell -> cell.stateSizes().stream()).toList();
  }

  @Override
  public int outputSize() {
    return cells.getLast().outputSize();
  }

  @Override
  protected List<Tensor> initialStates(Tensor input) {
    return cells.stream().flatMap(cell -> cell.initialStates(input).stream()).toList();
  }

  @Override
  protected void build(RecurrentInput in) {
    for (RecurrentCell cell : cells) {
      if (dtypePolicy() != null && cell.dtypePolicy() == null) {
        cell.dtype(dtypePolicy());
      }
      if (!trainable()) {
        cell.trainable(false);
      }
    }
  }

  @Override
  protected RecurrentOutput call(RecurrentInput in) {
    List<Function<RecurrentInput, RecurrentOutput>> steps = new ArrayList<>();
    cells.forEach(cell -> steps.add(cell::apply));
    return through(in, steps);
  }

  @Override
  protected Function<RecurrentInput, RecurrentOutput> sequence(Tensor input, boolean training) {
    List<Function<RecurrentInput, RecurrentOutput>> steps = new ArrayList<>();
    Tensor below = input;
    for (RecurrentCell cell : cells) {
      cell.ready(below);
      steps.add(cell.sequence(below, training));
      below = cell.noOutput(below);
    }
    LayerFunction<RecurrentInput, RecurrentOutput> step =
        (layer, in, flag) -> ((StackedRNNCells) layer).through(in, steps);
    return in -> apply(step, in, null);
  }

  private RecurrentOutput through(
      RecurrentInput in, List<Function<RecurrentInput, RecurrentOutput>> steps) {
    Tensor x = in.input();
    List<Tensor> states = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < steps.size(); i++) {
      int to = from + cells.get(i).stateSizes().size();
      RecurrentOutput out =
          steps.get(i).apply(new RecurrentInput(x, in.states().subList(from, to)));
      states.addAll(out.states());
      x = out.output();
      from = to;
    }
    return new RecurrentOutput(x, states);
  }
}
