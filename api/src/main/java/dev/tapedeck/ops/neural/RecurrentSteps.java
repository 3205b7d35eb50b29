package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Differentiation;
import dev.tapedeck.ops.Differentiation.Recording;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.MatrixKernels;
import dev.tapedeck.ops.kernels.RecurrentKernels.Cell;
import dev.tapedeck.ops.kernels.RecurrentKernels.Step;
import dev.tapedeck.ops.kernels.RecurrentKernels.StepGradient;
import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All steps of a recurrent layer, whose input has been multiplied by its kernel; see {@link
 * Recurrent}.
 *
 * <p>The inputs are that product {@code [time, n, gates * units]}, the state's kernel {@code
 * [units, gates * units]}, the bias, the output before the first step {@code [n, units]}, the
 * memory before it, where the cell has one, and where there is a mask, bools {@code [time, n]}. The
 * outputs are those of all steps {@code [time, n, units]}, all memories, where there are any, and
 * what the gradient needs of the gates.
 */
record RecurrentSteps(Cell cell, boolean masked) implements Op {
  /** The least examples of a thread, and the least products whose work is divided. */
  private static final int LEAST_EXAMPLES = 8;

  private static final int LEAST_PRODUCTS = 1 << 14;

  RecurrentSteps {
    Objects.requireNonNull(cell, "recurrent: cell");
  }

  @Override
  public String name() {
    return switch (cell) {
      case SIMPLE -> "simpleRnn";
      case LSTM -> "lstm";
      case GRU -> "gru";
    };
  }

  /** Returns the number of floating point inputs. */
  private int parameters() {
    return cell.hasMemory() ? 5 : 4;
  }

  private int inputs() {
    return parameters() + (masked ? 1 : 0);
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    Checks.inputs(this, inputs(), inputs);
    DType dtype = Checks.sameFloating(name(), Arrays.copyOf(inputs, parameters()));
    if (dtype.bytes() == 2) {
      throw Refusal.of(name(), "needs float32 or float64", dtype, "cast it first");
    }
    Checks.rank(name(), "the products [time, n, gates * units]", 3, inputs[0]);
    Checks.rank(name(), "the output before [n, units]", 2, inputs[3]);
    long time = inputs[0].shape().size(0);
    long n = inputs[0].shape().size(1);
    long units = inputs[3].shape().size(1);
    long gates = times(units, cell.gates());
    require("the products", inputs[0], time, n, gates);
    require("the state's kernel", inputs[1], units, gates);
    require("the bias", inputs[2], cell == Cell.GRU ? new long[] {2, gates} : new long[] {gates});
    require("the output before", inputs[3], n, units);
    if (cell.hasMemory()) {
      require("the memory before", inputs[4], n, units);
    }
    if (masked) {
      require("the mask", inputs[inputs.length - 1], time, n);
      if (inputs[inputs.length - 1].dtype() != DType.BOOL) {
        throw Refusal.of(name(), "needs a mask of bools", inputs[inputs.length - 1], "compare it");
      }
    }
    TensorSpec all = new TensorSpec(dtype, Shape.of(time, n, units));
    Stream.Builder<TensorSpec> outputs = Stream.<TensorSpec>builder().add(all);
    if (cell.hasMemory()) {
      outputs.add(all);
    }
    if (cell.kept() > 0) {
      outputs.add(new TensorSpec(dtype, Shape.of(time, n, times(units, cell.kept()))));
    }
    return outputs.build().toArray(TensorSpec[]::new);
  }

  private long times(long units, int count) {
    return units == Shape.UNKNOWN ? Shape.UNKNOWN : Sizes.product(name(), units, count);
  }

  private void require(String what, TensorSpec input, long... sizes) {
    Shape shape = input.shape();
    boolean fits = shape.rank() == sizes.length;
    for (int axis = 0; fits && axis < sizes.length; axis++) {
      fits = !Sizes.differ(shape.size(axis), sizes[axis]);
    }
    if (!fits) {
      throw Refusal.of(
          name(), "needs " + what + " of shape " + Shape.of(sizes), shape, "reshape it");
    }
  }

  /** Returns rows of a dense tensor. */
  private static EagerTensor rows(EagerTensor all, long from, long to) {
    if (all == null) {
      return null;
    }
    Shape shape = all.shape();
    long row = shape.slice(1, shape.rank()).count();
    return all.view(shape.with(0, to - from), shape.strides(), all.offset() + from * row);
  }

  /** Returns the part of a dense tensor that belongs to one step. */
  private static EagerTensor at(EagerTensor all, long step) {
    Shape shape = all.shape().slice(1, all.shape().rank());
    return all.view(shape, shape.strides(), all.offset() + step * shape.count());
  }

  /** Returns a number of steps as one matrix. */
  private static EagerTensor matrix(EagerTensor all, long from, long to) {
    Shape shape = all.shape();
    Shape rows = Shape.of((to - from) * shape.size(1), shape.size(2));
    return all.view(rows, rows.strides(), all.offset() + from * shape.size(1) * shape.size(2));
  }

  /** A range of examples. */
  private record Examples(long from, long to) {
    EagerTensor of(EagerTensor all) {
      return rows(all, from, to);
    }

    /** Returns what belongs to these examples in one step; null of null. */
    EagerTensor at(EagerTensor all, long step) {
      return all == null ? null : of(RecurrentSteps.at(all, step));
    }
  }

  /** Work on examples, with the matrix products that it may use. */
  @FunctionalInterface
  private interface Work {
    void run(MatrixKernels products, Examples examples);
  }

  /** Runs work on all examples, of which none needs another's results: each thread has its own. */
  private static void forExamples(Kernels kernels, EagerTensor products, Work work) {
    long n = products.shape().size(1);
    int parts = Math.clamp(n / LEAST_EXAMPLES, 1, kernels.threads());
    if (parts == 1 || products.shape().count() < LEAST_PRODUCTS) {
      work.run(kernels.matrices(), new Examples(0, n));
    } else {
      MatrixKernels undivided = kernels.matrices().undivided();
      kernels.parallel(
          parts, i -> work.run(undivided, new Examples(n * i / parts, n * (i + 1) / parts)));
    }
  }

  /** The tensors of all steps, dense. */
  private record Sequence(
      EagerTensor products,
      EagerTensor bias,
      EagerTensor mask,
      EagerTensor output,
      EagerTensor memory,
      EagerTensor outputs,
      EagerTensor memories,
      EagerTensor kept) {
    Step step(long t, EagerTensor product, Examples examples) {
      return new Step(
          examples.at(products, t),
          product,
          bias,
          examples.at(mask, t),
          t == 0 ? examples.of(output) : examples.at(outputs, t - 1),
          t == 0 ? examples.of(memory) : examples.at(memories, t - 1),
          examples.at(kept, t),
          examples.at(memories, t),
          examples.at(outputs, t));
    }
  }

  private Sequence sequence(EagerTensor[] inputs, List<EagerTensor> outputs) {
    return new Sequence(
        inputs[0].dense(),
        inputs[2].dense(),
        masked ? inputs[inputs() - 1].dense() : null,
        inputs[3].dense(),
        cell.hasMemory() ? inputs[4].dense() : null,
        outputs.getFirst().dense(),
        cell.hasMemory() ? outputs.get(1).dense() : null,
        cell.kept() > 0 ? outputs.getLast().dense() : null);
  }

  private static EagerTensor[] allocate(TensorSpec... specs) {
    return Arrays.stream(specs).map(EagerTensor::allocate).toArray(EagerTensor[]::new);
  }

  private static EagerTensor like(EagerTensor tensor) {
    return EagerTensor.allocate(tensor.spec());
  }

  private static EagerTensor zeros(TensorSpec spec) {
    EagerTensor zeros = EagerTensor.allocate(spec);
    Elements.fill(zeros, 0);
    return zeros;
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] specs, EagerTensor... inputs) {
    EagerTensor[] outputs = allocate(specs);
    if (specs[0].shape().count() == 0) {
      return outputs;
    }
    Sequence all = sequence(inputs, List.of(outputs));
    EagerTensor product = like(at(all.products, 0));
    forExamples(
        kernels,
        all.products,
        (products, examples) -> {
          for (long t = 0; t < specs[0].shape().size(0); t++) {
            Step step = all.step(t, examples.of(product), examples);
            products.matmul(step.before(), false, inputs[1], false, step.product());
            kernels.recurrent().step(cell, step);
          }
        });
    product.release();
    return outputs;
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    boolean ofMemory = cell.hasMemory() && upstream[1] != null;
    List<Tensor> inputs = new ArrayList<>(List.of(call.inputs()));
    inputs.addAll(List.of(call.outputs()));
    inputs.add(upstream[0] == null ? Creation.zerosLike(call.outputs()[0]) : upstream[0]);
    if (ofMemory) {
      inputs.add(upstream[1]);
    }
    Tensor[] gradients = new Gradient(this, ofMemory).apply(inputs.toArray(Tensor[]::new));
    return Arrays.copyOf(gradients, call.inputs().length);
  }

  /**
   * The gradients of the inputs but the mask, given inputs and outputs, the gradient of the outputs
   * and, maybe, that of the memories.
   */
  record Gradient(RecurrentSteps of, boolean ofMemory) implements Op {
    Gradient {
      Objects.requireNonNull(of, "recurrent: of what the gradient is");
    }

    @Override
    public String name() {
      return of.name() + "/gradient";
    }

    private int outputs() {
      return 1 + (of.cell.hasMemory() ? 1 : 0) + (of.cell.kept() > 0 ? 1 : 0);
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      int upstream = of.inputs() + outputs();
      if (ofMemory && !of.cell.hasMemory()) {
        throw Refusal.of(name(), "has no memory", "a gradient of it", "leave it out");
      }
      Checks.inputs(this, upstream + (ofMemory ? 2 : 1), inputs);
      TensorSpec[] outputs = of.infer(Arrays.copyOf(inputs, of.inputs()));
      for (int i = of.inputs(); i < inputs.length; i++) {
        TensorSpec expected = outputs[i < upstream ? i - of.inputs() : i - upstream];
        of.require("a tensor", inputs[i], expected.shape().toArray());
        Checks.same(name(), expected, inputs[i]);
      }
      return Arrays.copyOf(inputs, of.parameters());
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] specs, EagerTensor... inputs) {
      EagerTensor[] gradients = allocate(specs);
      int upstream = of.inputs() + outputs();
      EagerTensor outputs = inputs[of.inputs()];
      if (outputs.shape().count() == 0) {
        Arrays.stream(gradients).forEach(gradient -> Elements.fill(gradient, 0));
        return gradients;
      }
      Sequence all = of.sequence(inputs, Arrays.asList(inputs).subList(of.inputs(), upstream));
      EagerTensor ofMemories = ofMemory ? inputs[upstream + 1].dense() : null;
      EagerTensor ofProducts = of.cell == Cell.GRU ? like(gradients[0]) : gradients[0];
      EagerTensor product = zeros(inputs[3].spec());
      EagerTensor carried = gradients[3];
      Elements.fill(carried, 0);
      EagerTensor memoryCarried = of.cell.hasMemory() ? gradients[4] : null;
      if (memoryCarried != null) {
        Elements.fill(memoryCarried, 0);
      }
      EagerTensor ofOutputs = inputs[upstream].dense();
      forExamples(
          kernels,
          all.products,
          (products, examples) -> {
            EagerTensor through = examples.of(product);
            for (long t = outputs.shape().size(0) - 1; t >= 0; t--) {
              StepGradient step =
                  new StepGradient(
                      examples.at(ofOutputs, t),
                      through,
                      examples.of(carried),
                      examples.at(ofMemories, t),
                      examples.of(memoryCarried),
                      all.step(t, null, examples),
                      examples.at(gradients[0], t),
                      of.cell == Cell.GRU ? examples.at(ofProducts, t) : null);
              kernels.recurrent().gradient(of.cell, step);
              products.matmul(examples.at(ofProducts, t), false, inputs[1], true, through);
            }
          });
      add(kernels, carried, product);
      ofWeights(kernels, all, ofProducts, gradients);
      return gradients;
    }

    private static void add(Kernels kernels, EagerTensor to, EagerTensor numbers) {
      kernels.pointwise().compute(RecurrentReference.SUM, to, to, numbers);
    }

    /** Computes the gradients of kernel and bias. */
    private void ofWeights(
        Kernels kernels, Sequence all, EagerTensor ofProducts, EagerTensor... gradients) {
      long steps = ofProducts.shape().size(0);
      kernels.matrices().matmul(all.output, true, at(ofProducts, 0), false, gradients[1]);
      if (steps > 1) {
        EagerTensor rest = like(gradients[1]);
        kernels
            .matrices()
            .matmul(
                matrix(all.outputs, 0, steps - 1), true, matrix(ofProducts, 1, steps), false, rest);
        add(kernels, gradients[1], rest);
        rest.release();
      }
      int[] rows = {0};
      EagerTensor ofInputs = matrix(gradients[0], 0, steps);
      if (of.cell == Cell.GRU) {
        EagerTensor ofStates = matrix(ofProducts, 0, steps);
        kernels.reductions().reduce(Reduction.SUM, ofInputs, rows, at(gradients[2], 0));
        kernels.reductions().reduce(Reduction.SUM, ofStates, rows, at(gradients[2], 1));
      } else {
        kernels.reductions().reduce(Reduction.SUM, ofInputs, rows, gradients[2]);
      }
    }

    /**
     * Returns the gradients of this gradient: those of what smaller ops compute. What the outputs
     * and the kept gates contribute is in those of the inputs.
     */
    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      List<Tensor> in = List.of(call.inputs()).subList(0, of.parameters());
      int from = of.inputs() + outputs();
      List<Tensor> ups = List.of(call.inputs()).subList(from, call.inputs().length);
      Tensor mask = of.masked ? call.input(of.inputs() - 1) : null;
      List<Tensor> sources = new ArrayList<>(in);
      sources.addAll(ups);
      Tensor[] gradients = new Tensor[call.inputs().length];
      try (Recording outer = Differentiation.provider().record()) {
        outer.watch(sources.toArray(Tensor[]::new));
        List<Tensor> first = bySmallerOps(in, mask, ups);
        List<Integer> asked =
            IntStream.range(0, upstream.length)
                .filter(i -> upstream[i] != null && first.get(i) != null)
                .boxed()
                .toList();
        List<Tensor> second =
            outer.gradients(
                asked.stream().map(first::get).toList(),
                asked.stream().map(i -> upstream[i]).toList(),
                sources);
        for (int i = 0; i < sources.size(); i++) {
          gradients[i < in.size() ? i : from + i - in.size()] = second.get(i);
        }
      }
      return gradients;
    }

    /** Returns the same gradients by smaller ops, which can be differentiated. */
    private List<Tensor> bySmallerOps(List<Tensor> in, Tensor mask, List<Tensor> upstream) {
      long time = in.getFirst().shape().size(0);
      if (time == Shape.UNKNOWN) {
        throw Checks.unknown(
            name(), "the number of steps, for gradients of gradients,", in.getFirst().shape());
      }
      try (Recording inner = Differentiation.provider().record()) {
        inner.watch(in.toArray(Tensor[]::new));
        List<Tensor> outputs = RecurrentReference.steps(of.cell, time, in, mask);
        return inner.gradients(outputs.subList(0, upstream.size()), upstream, in);
      }
    }
  }
}
