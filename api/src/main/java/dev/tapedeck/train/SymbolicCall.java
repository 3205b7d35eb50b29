package dev.tapedeck.train;

import dev.tapedeck.function.OutputInference;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.RandomOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Producer of symbols of a functional model: an input, the call of a layer, or an op.
 *
 * <p>A call is recorded as it was made, to be made again with values: a layer's as the layer, not
 * as its ops, and a variable that an op reads as the variable, not as its value.
 */
abstract sealed class SymbolicCall implements Dispatch.SymbolicCalls {
  private static final AtomicLong COUNT = new AtomicLong();

  private final long number = COUNT.getAndIncrement();
  private final List<SymbolicTensor> outputs = new ArrayList<>();

  /** An input of a model, which has a name of its own. */
  static final class OfInput extends SymbolicCall {
    private final String name;

    OfInput(String name, TensorSpec spec) {
      this.name = name;
      symbol(name, spec);
    }

    String name() {
      return name;
    }

    @Override
    List<Tensor> inputs() {
      return List.of();
    }

    @Override
    List<Tensor> run(Values values) {
      throw new IllegalStateException("functional: an input has no producer");
    }
  }

  /** The call of a layer, or of another function of it. */
  static final class OfLayer<I, O> extends SymbolicCall {
    private final AbstractLayer<?, ?> layer;
    private final LayerFunction<I, O> function;
    private final I input;
    private final Boolean training;
    private O output;

    private OfLayer(
        AbstractLayer<?, ?> layer, LayerFunction<I, O> function, I input, Boolean training) {
      this.layer = layer;
      this.function = function;
      this.input = input;
      this.training = training;
    }

    /**
     * Records the call of a layer, which creates its variables.
     *
     * @param training the flag of the call; null for that of the model
     */
    static <I, O> OfLayer<I, O> of(
        AbstractLayer<?, ?> layer, LayerFunction<I, O> function, I input, Boolean training) {
      OfLayer<I, O> call = new OfLayer<>(layer, function, input, training);
      TensorTree.tensorsOf(input).forEach(SymbolicCall::keep);
      O traced = OutputInference.output(input, in -> layer.run(function, in, training));
      call.output = TensorTree.map(traced, call::symbol);
      return call;
    }

    /** Returns a symbol like a traced output, with a symbol for its mask. */
    private Tensor symbol(Tensor traced) {
      SymbolicTensor symbol = symbol(layer.name(), traced.spec());
      if (traced.mask() != null) {
        symbol.attachMask(symbol(layer.name() + "_mask", traced.mask().spec()));
      }
      return symbol;
    }

    AbstractLayer<?, ?> layer() {
      return layer;
    }

    LayerFunction<I, O> function() {
      return function;
    }

    I input() {
      return input;
    }

    Boolean training() {
      return training;
    }

    O output() {
      return output;
    }

    @Override
    List<Tensor> inputs() {
      return TensorTree.tensorsOf(input);
    }

    @Override
    List<Tensor> run(Values values) {
      return run(layer, values);
    }

    @Override
    List<Tensor> runWithCopies(
        Values values, Map<AbstractLayer<?, ?>, AbstractLayer<?, ?>> copies) {
      return run(copies.computeIfAbsent(layer, AbstractLayer::copy), values);
    }

    private List<Tensor> run(AbstractLayer<?, ?> called, Values values) {
      List<Tensor> results = new ArrayList<>();
      I given = TensorTree.map(input, x -> x instanceof EagerTensor ? x : values.of(x));
      O result = called.apply(function, given, training);
      List<Tensor> symbols = TensorTree.tensorsOf(output);
      List<Tensor> tensors = TensorTree.tensorsOf(result);
      for (int i = 0; i < symbols.size(); i++) {
        results.add(tensors.get(i));
        if (symbols.get(i).mask() != null) {
          results.add(tensors.get(i).mask());
        }
      }
      return results;
    }
  }

  /** An op of symbols, variables and constants. */
  static final class OfOp extends SymbolicCall {
    private final Op op;
    private final List<Tensor> inputs;

    OfOp(Op op, Tensor... inputs) {
      this.op = op;
      this.inputs = List.of(inputs);
      if (op instanceof RandomOp && inputs[0] instanceof EagerTensor) {
        throw Refusal.of(
            op.name(),
            "draws anew in each run of a model when it is called within a layer",
            "a key that was drawn beside a symbol of Input, whose numbers would never change",
            "move the draw into the call of a layer of your own");
      }
      for (Tensor input : inputs) {
        keep(input);
      }
      TensorSpec[] specs = Arrays.stream(inputs).map(Tensor::spec).toArray(TensorSpec[]::new);
      Dispatch.requireNumbers(op, specs);
      for (TensorSpec spec : op.infer(specs)) {
        symbol(op.title(), spec);
      }
    }

    Op op() {
      return op;
    }

    @Override
    List<Tensor> inputs() {
      return inputs;
    }

    @Override
    List<Variable> variables() {
      List<Variable> read = new ArrayList<>();
      for (Tensor input : inputs) {
        if (input instanceof EagerTensor constant && variable(constant) != null) {
          read.add(variable(constant));
        }
      }
      return read;
    }

    @Override
    List<Tensor> run(Values values) {
      Tensor[] given = inputs.stream().map(input -> value(input, values)).toArray(Tensor[]::new);
      return List.of(op.apply(given));
    }

    private static Tensor value(Tensor input, Values values) {
      if (input instanceof EagerTensor constant) {
        Variable variable = variable(constant);
        return variable == null ? constant : Operands.tensor(variable);
      }
      return values.of(input);
    }
  }

  /** Keeps the memory of a constant input, which the model uses in each run. */
  private static void keep(Tensor input) {
    if (input instanceof EagerTensor constant && variable(constant) == null) {
      constant.share();
    }
  }

  /** Returns the variable that a tensor is the value of; null for none. */
  private static Variable variable(EagerTensor tensor) {
    return tensor.sharedStorage().owner() instanceof Variable variable
            && tensor.spec().equals(variable.spec())
        ? variable
        : null;
  }

  /** The values of symbols in one run of a model. */
  interface Values {
    /** Returns the value of a symbol. */
    Tensor of(Tensor symbol);
  }

  /** Returns a new output of this call. */
  SymbolicTensor symbol(String name, TensorSpec spec) {
    SymbolicTensor symbol = new SymbolicTensor(name + ":" + outputs.size(), spec, this);
    outputs.add(symbol);
    return symbol;
  }

  /** Returns the producer of a symbol of a functional model; null for any other tensor. */
  static SymbolicCall of(Tensor tensor) {
    return tensor instanceof SymbolicTensor symbol && symbol.reader() instanceof SymbolicCall call
        ? call
        : null;
  }

  /** Returns whether one of the tensors in a structure is a symbol of a functional model. */
  static boolean isIn(Object values) {
    return values instanceof Tensor tensor
        ? of(tensor) != null
        : TensorTree.tensorsOf(values).stream().anyMatch(tensor -> of(tensor) != null);
  }

  /** Returns the number of this call, greater than those of the calls that it depends on. */
  long number() {
    return number;
  }

  List<SymbolicTensor> outputs() {
    return outputs;
  }

  /** Returns the tensors that it was called with. */
  abstract List<Tensor> inputs();

  /** Returns the variables that it reads itself. */
  List<Variable> variables() {
    return List.of();
  }

  /** Makes the call again, with values. */
  abstract List<Tensor> run(Values values);

  /** Makes the call again, of a copy of its layer. */
  List<Tensor> runWithCopies(Values values, Map<AbstractLayer<?, ?>, AbstractLayer<?, ?>> copies) {
    return run(values);
  }

  @Override
  public Tensor[] apply(Op op, Tensor[] inputs) {
    return new OfOp(op, inputs).outputs().toArray(Tensor[]::new);
  }

  @Override
  public EagerTensor read(SymbolicTensor tensor) {
    throw new IllegalStateException(
        tensor
            + " is an input of a functional model or was computed from one, and has no value; make a"
            + " model of it, as Model.of(input, output), and apply that to values");
  }
}
