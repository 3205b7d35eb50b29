package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The gradient of a loop: a loop over what was carried into each iteration, from the last to the
 * first, that carries the gradients of what was carried, and the sums of those of what all
 * iterations use.
 */
final class LoopGradient {
  private LoopGradient() {}

  static Tensor[] of(Loop loop, Call call, Tensor... upstream) {
    int carried = loop.layout().carried();
    int sliced = loop.layout().sliced();
    Graph graph = loop.body().graph();
    int outputs = graph.outputs().size();
    int remembered = loop.body().residuals().size();
    int first = outputs - carried - remembered;
    int inputs = call.inputs().length;

    List<Integer> floating =
        IntStream.range(0, carried)
            .filter(i -> call.input(i).dtype().isFloating())
            .boxed()
            .toList();
    List<Integer> slices =
        IntStream.range(carried, carried + sliced).filter(call::needs).boxed().toList();
    List<Integer> common =
        IntStream.range(carried + sliced, inputs).filter(call::needs).boxed().toList();
    List<Integer> outer =
        IntStream.range(carried, outputs).filter(i -> upstream[i] != null).boxed().toList();

    List<Integer> wanted = new ArrayList<>(floating);
    wanted.addAll(common);
    wanted.addAll(slices);
    List<Integer> given = new ArrayList<>(floating);
    given.addAll(outer);
    Graph gradient = loop.body().gradient(wanted, given);

    // Carried are the gradients of the carried, and the sums; slices are the histories, the slices
    // of the loop, and the upstream of what it stacked; all iterations use what they used.
    List<Tensor> all = new ArrayList<>();
    for (int i : floating) {
      all.add(upstream[i] != null ? upstream[i] : Creation.zerosLike(call.outputs()[i]));
    }
    common.forEach(i -> all.add(Creation.zerosLike(call.input(i))));
    int held = all.size();
    all.addAll(Arrays.asList(call.outputs()).subList(first, outputs));
    all.addAll(Arrays.asList(call.inputs()).subList(carried, carried + sliced));
    outer.forEach(i -> all.add(upstream[i]));
    int cut = all.size() - held;
    all.addAll(Arrays.asList(call.inputs()).subList(carried + sliced, inputs));

    List<TensorSpec> parameters = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      TensorSpec spec = all.get(i).spec();
      boolean slice = i >= held && i < held + cut;
      parameters.add(slice ? Loop.sliceOf(spec) : spec);
    }
    Subgraph.Traced backwards =
        Subgraph.trace(
            "gradient",
            new Tracer(Tracer.UNREADABLE),
            parameters,
            in -> {
              List<Tensor> ups = in.subList(0, floating.size());
              List<Tensor> sums = in.subList(floating.size(), held);
              List<Tensor> histories = in.subList(held, held + carried);
              List<Tensor> recalled = in.subList(held + carried, held + carried + remembered);
              List<Tensor> taken =
                  in.subList(held + carried + remembered, held + carried + remembered + sliced);
              List<Tensor> upOuter = in.subList(held + carried + remembered + sliced, held + cut);
              List<Tensor> arguments = new ArrayList<>(histories);
              arguments.addAll(taken);
              arguments.addAll(in.subList(held + cut, in.size()));
              arguments.addAll(recalled);
              arguments.addAll(ups);
              arguments.addAll(upOuter);
              List<Tensor> found = gradient.run(arguments.toArray(Tensor[]::new));
              List<Tensor> next = new ArrayList<>(found.subList(0, floating.size()));
              for (int i = 0; i < sums.size(); i++) {
                next.add(sums.get(i).add(found.get(floating.size() + i)));
              }
              next.addAll(found.subList(held, found.size()));
              return next;
            });
    all.addAll(backwards.captures());
    Loop.Layout layout =
        new Loop.Layout(loop.name() + "Gradient", held, cut, !loop.layout().reverse());
    Tensor[] found = Loop.apply(layout, null, backwards.part(), all);
    Tensor[] gradients = new Tensor[inputs];
    for (int i = 0; i < floating.size(); i++) {
      gradients[floating.get(i)] = found[i];
    }
    for (int i = 0; i < common.size(); i++) {
      gradients[common.get(i)] = found[floating.size() + i];
    }
    for (int i = 0; i < slices.size(); i++) {
      gradients[slices.get(i)] = found[held + i];
    }
    return gradients;
  }
}
