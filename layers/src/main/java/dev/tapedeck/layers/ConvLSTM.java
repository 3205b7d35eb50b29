package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Base of the LSTMs of sequences of images: the equations of {@link LSTMCell}, where each product
 * is a convolution. That of the input has strides, dilations and padding; that of the state keeps
 * its size.
 *
 * <p>The states are output and memory, each of an output's shape. The variables are {@code kernel
 * [sizes.., c, 4 * filters]}, {@code recurrent_kernel [sizes.., filters, 4 * filters]} and {@code
 * bias [4 * filters]}.
 *
 * <p>X. Shi et al., "Convolutional LSTM Network: A Machine Learning Approach for Precipitation
 * Nowcasting", NIPS 2015, whose gates see the memory as well, which these, as Keras's, do not.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
public abstract class ConvLSTM<A extends Record & ConvLSTM.Arguments, L extends ConvLSTM<A, L>>
    extends RecurrentLayer<A, L> implements RecurrentOptions<L> {
  /** The arguments that all these layers have. */
  interface Arguments extends RecurrentLayer.Arguments {
    Regularizer activityRegularizer();
  }

  ConvLSTM(A arguments) {
    super(arguments);
  }

  /** Checks the arguments that a {@link LSTM} does not have. */
  static void check(
      String who,
      int filters,
      List<Integer> strides,
      Padding padding,
      ImageLayout layout,
      List<Integer> dilationRate,
      UnaryOperator<Tensor> recurrentActivation) {
    LayerOptions.requirePositive(who, "filters", filters);
    LayerOptions.requireGiven(who, "padding", padding, "Padding.SAME");
    LayerOptions.requireGiven(who, "dataFormat", layout, "ImageLayout.CHANNELS_LAST");
    LayerOptions.requireGiven(
        who, "recurrentActivation", recurrentActivation, "Activations::sigmoid");
    if (Collections.max(strides) > 1 && Collections.max(dilationRate) > 1) {
      throw Refusal.of(
          who,
          "needs strides of 1 or dilations of 1",
          "strides " + strides + " and dilations " + dilationRate,
          "leave one of them out");
    }
  }

  /** Sets the activation of the gates; by default sigmoid. */
  public final L recurrentActivation(UnaryOperator<Tensor> activation) {
    return with("recurrentActivation", activation);
  }

  /**
   * Sets whether the bias of the forget gate begins at 1, not as the others; by default it does.
   */
  public final L unitForgetBias(boolean one) {
    return with("unitForgetBias", one);
  }

  /** Sets the distance of the input's windows along each axis, or one for all; by default 1. */
  public final L strides(int... strides) {
    return with("strides", Arrays.stream(strides).boxed().toList());
  }

  /** Sets the padding of the input at the edges; by default {@link Padding#VALID}. */
  public final L padding(Padding padding) {
    return with("padding", padding);
  }

  /** Sets the position of the channels; by default last. */
  public final L dataFormat(ImageLayout layout) {
    return with("dataFormat", layout);
  }

  /**
   * Sets the distance of the elements in the input's windows along each axis, or one for all; by
   * default 1.
   */
  public final L dilationRate(int... rates) {
    return with("dilationRate", Arrays.stream(rates).boxed().toList());
  }

  /** Sets a penalty on the output that is added to the loss; by default none. */
  public final L activityRegularizer(Regularizer regularizer) {
    return with("activityRegularizer", regularizer);
  }

  @Override
  protected final Regularizer activityRegularizer() {
    return args().activityRegularizer();
  }

  @Override
  public final L option(String argument, Object value) {
    return with(argument, value);
  }

  @Override
  final RecurrentCell makeCell() {
    return new Cell(LayerOptions.select(Cell.Arguments.class, args()));
  }

  /** A step of such a layer. */
  private static final class Cell extends BuiltInCell<Cell.Arguments, Cell> {
    private final int rank;

    /** The arguments of such a cell. */
    record Arguments(
        int filters,
        List<Integer> kernelSize,
        List<Integer> strides,
        Padding padding,
        ImageLayout dataFormat,
        List<Integer> dilationRate,
        UnaryOperator<Tensor> activation,
        UnaryOperator<Tensor> recurrentActivation,
        boolean useBias,
        Initializer kernelInitializer,
        Initializer recurrentInitializer,
        Initializer biasInitializer,
        boolean unitForgetBias,
        Regularizer kernelRegularizer,
        Regularizer recurrentRegularizer,
        Regularizer biasRegularizer,
        Constraint kernelConstraint,
        Constraint recurrentConstraint,
        Constraint biasConstraint,
        double dropout,
        double recurrentDropout,
        Long seed)
        implements BuiltInCell.Arguments {}

    Cell(Arguments arguments) {
      super(arguments);
      rank = arguments.kernelSize().size();
    }

    @Override
    String who() {
      return "ConvLSTM" + rank + "D";
    }

    @Override
    public List<Integer> stateSizes() {
      return List.of(args().filters(), args().filters());
    }

    @Override
    int gates() {
      return 4;
    }

    @Override
    int inputMasks() {
      return gates();
    }

    @Override
    Initializer biasInitializer() {
      return args().unitForgetBias()
          ? LSTMCell.oneForForgetting(args().biasInitializer())
          : args().biasInitializer();
    }

    private boolean channelsFirst() {
      return args().dataFormat() == ImageLayout.CHANNELS_FIRST;
    }

    private int channelAxis() {
      return channelsFirst() ? 1 : -1;
    }

    private Shape kernel(long channels) {
      long[] sizes = args().kernelSize().stream().mapToLong(Integer::longValue).toArray();
      return Shape.of(sizes).concat(channels, 4L * args().filters());
    }

    @Override
    Shape kernelShape(Shape input) {
      if (input.rank() != rank + 2) {
        throw Refusal.of(
            who(),
            "needs sequences of rank " + (rank + 3) + ", [n, time, spatial.., c]",
            "steps " + input,
            "batch(n) the dataset, or expandDims images without channels");
      }
      return kernel(input.size(channelAxis()));
    }

    @Override
    Shape recurrentKernelShape(Shape input) {
      return kernel(args().filters());
    }

    @Override
    Shape biasShape() {
      return Shape.of(4L * args().filters());
    }

    @Override
    protected List<Tensor> initialStates(Tensor input) {
      Shape images = input.shape();
      int first = channelsFirst() ? 2 : 1;
      long[] spatial = images.slice(first, first + rank).toArray();
      Shape last = Shape.of(images.size(0)).concat(spatial).concat(1);
      if (!last.with(0, 1).isKnown()) {
        throw Refusal.of(who(), "needs images of a known size", images, "give it to Input.of");
      }
      Shape output = inputOptions().window().sizes(kernelSizes()).output(last, args().filters());
      long[] sizes = output.slice(1, rank + 1).toArray();
      Shape state =
          channelsFirst()
              ? Shape.of(args().filters()).concat(sizes)
              : Shape.of(sizes).concat(args().filters());
      Tensor zeros = zeros(input, state.toArray());
      return List.of(zeros, zeros);
    }

    @Override
    Tensor noOutput(Tensor input) {
      return initialStates(input).getFirst();
    }

    private static int[] ints(List<Integer> numbers) {
      return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private int[] kernelSizes() {
      return ints(args().kernelSize());
    }

    private ConvOptions inputOptions() {
      return new ConvOptions()
          .layout(args().dataFormat())
          .strides(ints(args().strides()))
          .dilations(ints(args().dilationRate()))
          .padding(args().padding());
    }

    private Tensor convolved(Tensor x, Tensor kernel, ConvOptions options) {
      return switch (rank) {
        case 1 -> Convolution.conv1d(x, kernel, options);
        case 2 -> Convolution.conv2d(x, kernel, options);
        default -> Convolution.conv3d(x, kernel, options);
      };
    }

    @Override
    RecurrentOutput step(Tensor x, List<Tensor> states, Noise noise) {
      int axis = channelAxis();
      ConvOptions ofInput = inputOptions();
      ConvOptions ofState = new ConvOptions().layout(args().dataFormat()).padding(Padding.SAME);
      Tensor z =
          project(x, kernel(), noise.input(), axis, (in, w) -> convolved(in, w, ofInput))
              .add(
                  project(
                      states.getFirst(),
                      recurrentKernel(),
                      noise.state(),
                      axis,
                      (h, w) -> convolved(h, w, ofState)));
      return LSTMCell.gated(
          bias() == null ? z : z.add(shapedBias()),
          states.getLast(),
          axis,
          args().activation(),
          args().recurrentActivation());
    }

    /** Returns the bias with its channels where the images have them. */
    private Tensor shapedBias() {
      long[] shape = new long[rank + 2];
      Arrays.fill(shape, 1);
      shape[channelsFirst() ? 1 : rank + 1] = Shape.UNKNOWN;
      return bias().reshape(shape);
    }
  }
}
