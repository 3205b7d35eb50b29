package dev.tapedeck.function;

import dev.tapedeck.ops.ByExample;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.ImagesOp;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A search for chains of calls that a plan runs some images at a time, each call while the cache
 * holds the result of the one before: a convolution, and pointwise calls and poolings of its
 * images. Results are the same as of one call after the other.
 */
final class ImageChain {
  private final long images;
  private final List<Node> members = new ArrayList<>();
  private final Set<Tensor> made = new HashSet<>();

  private ImageChain(Node first) {
    images = first.outputs().getFirst().shape().size(0);
    add(first);
  }

  /**
   * Calls in an order in which those of each chain follow one another.
   *
   * @param ends for the place of a chain's first call, that after its last
   */
  record Order(List<Node> nodes, Map<Integer, Integer> ends) {}

  /** Returns the calls of a graph, each no later than before. */
  static Order in(List<Node> nodes) {
    List<Node> ordered = new ArrayList<>();
    Map<Integer, Integer> ends = new HashMap<>();
    List<Node> left = new ArrayList<>(nodes);
    for (int i = 0; i < left.size(); i++) {
      ImageChain chain = begins(left.get(i)) ? new ImageChain(left.get(i)) : null;
      if (chain == null) {
        ordered.add(left.get(i));
      } else {
        i = chain.extend(left, i, ordered);
        ends.put(ordered.size(), ordered.size() + chain.members.size());
        ordered.addAll(chain.members);
      }
    }
    return new Order(ordered, ends);
  }

  private static boolean begins(Node node) {
    return node.op() instanceof ImagesOp
        && isFloat(node.outputs().getFirst())
        && node.inputs().stream().allMatch(ImageChain::isFloat)
        && node.outputs().getFirst().shape().size(0) > 1;
  }

  /** Returns whether a tensor has elements, all known to be of float32. */
  private static boolean isFloat(Tensor tensor) {
    return tensor.dtype() == DType.FLOAT32
        && tensor.shape().isKnown()
        && tensor.shape().count() > 0;
  }

  private void add(Node node) {
    members.add(node);
    made.addAll(node.outputs());
  }

  /**
   * Adds calls to the chain, and to the others those between that do not depend on it. Returns the
   * place of its last call.
   */
  private int extend(List<Node> nodes, int first, List<Node> others) {
    List<Node> between = new ArrayList<>();
    int last = first;
    for (int i = first + 1; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (node.inputs().stream().anyMatch(made::contains)) {
        Node sums = sumsOfExamples(node);
        if (sums != null) {
          others.addAll(between);
          add(sums);
          nodes.set(i, sumOf(sums, node));
          return i - 1;
        } else if (!follows(node)) {
          break;
        }
        others.addAll(between);
        between.clear();
        add(node);
        last = i;
      } else if (node.op().effect() == Effect.WRITE || begins(node)) {
        break;
      } else {
        between.add(node);
      }
    }
    return last;
  }

  /** Returns the part of a sum over images that can follow; null if there is none. */
  private Node sumsOfExamples(Node node) {
    List<Op> parts = Reductions.byExample(node.op(), node.inputs().getFirst().shape());
    if (parts.isEmpty() || !Kernels.forOperands().reductions().addsByExample()) {
      return null;
    }
    SymbolicTensor sum = node.outputs().getFirst();
    String name = node.name() + "/examples";
    TensorSpec spec = parts.getFirst().infer(node.inputs().getFirst().spec())[0];
    SymbolicTensor sums = new SymbolicTensor(name + ":0", spec, sum.reader());
    Node first = new Node(name, parts.getFirst(), node.inputs(), List.of(sums));
    return follows(first) ? first : null;
  }

  private static Node sumOf(Node sums, Node sum) {
    Op last = Reductions.byExample(sum.op(), sum.inputs().getFirst().shape()).getLast();
    return new Node(sum.name(), last, List.copyOf(sums.outputs()), sum.outputs());
  }

  private boolean follows(Node node) {
    boolean each = node.op() instanceof ByExample op && op.isByExample();
    return (each || node.op() instanceof Pointwise)
        && hasImages(node.outputs().getFirst(), node)
        && node.inputs().stream()
            .allMatch(input -> hasImages(input, node) || isShared(input, node));
  }

  private boolean hasImages(Tensor tensor, Node node) {
    SymbolicTensor output = node.outputs().getFirst();
    return isFloat(tensor)
        && tensor.shape().rank() > 0
        && (tensor.shape().rank() == output.shape().rank() || !(node.op() instanceof Pointwise))
        && tensor.shape().size(0) == images;
  }

  /** Returns whether an operand is the same for all images. */
  private static boolean isShared(Tensor tensor, Node node) {
    Shape shape = tensor.shape();
    int rank = node.outputs().getFirst().shape().rank();
    return node.op() instanceof Pointwise
        && isFloat(tensor)
        && (shape.rank() < rank || shape.size(0) == 1);
  }
}
