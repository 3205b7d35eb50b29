package dev.tapedeck.benchmarks;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.Blocks;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.util.function.Supplier;

/** DJL's side, on PyTorch's engine: operations, and the steps of training. */
final class Djl {
  private static final NDManager MANAGER = NDManager.newBaseManager();

  private Djl() {}

  /** Serves the task {@code args[1]}. */
  public static void main(String[] args) throws IOException {
    Task task = Task.parse(args[1]);
    (switch (task.name()) {
          case "add", "exp", "softmax", "matmul" -> operation(task);
          case "mlp", "cnn" -> training(task);
          default -> throw new IllegalArgumentException("DJL: there is no task " + task.text());
        })
        .serve();
  }

  private static Work operation(Task task) {
    if (task.name().equals("matmul")) {
      NDArray a = uniform(task.size(0), task.size(1));
      NDArray b = uniform(task.size(1), task.size(2));
      return fresh(task, () -> a.matMul(b));
    }
    NDArray x = uniform(task.shape());
    return switch (task.name()) {
      case "add" -> fresh(task, () -> x.add(x));
      case "exp" -> fresh(task, x::exp);
      default -> fresh(task, () -> x.softmax(-1));
    };
  }

  private static Block block(Task task) {
    SequentialBlock block = new SequentialBlock();
    if (task.isConvolutional()) {
      for (int filters : new int[] {32, 64}) {
        block.add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(filters).build());
        block.add(Activation::relu);
        block.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
      }
    }
    block.add(Blocks.batchFlattenBlock());
    for (int i = 0; i < task.depth(); i++) {
      block.add(Linear.builder().setUnits(task.width()).build());
      block.add(Activation::relu);
    }
    return block.add(Linear.builder().setUnits(Net.CLASSES).build());
  }

  private static NDArray uniform(long... shape) {
    return MANAGER.randomUniform(0, 1, new Shape(shape));
  }

  private static Work fresh(Task task, Supplier<NDArray> operation) {
    return new Work(() -> operation.get().close(), 1, task.runs());
  }

  private static Work training(Task task) {
    Model model = Model.newInstance(task.text());
    model.setBlock(block(task));
    Trainer trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(
                    Optimizer.adam()
                        .optLearningRateTracker(Tracker.fixed((float) TapedeckWork.LEARNING_RATE))
                        .build()));
    long batch = task.batch();
    Shape shape =
        task.isConvolutional()
            ? new Shape(batch, 1, Task.PIXELS, Task.PIXELS)
            : new Shape(batch, (long) Task.PIXELS * Task.PIXELS);
    trainer.initialize(shape);
    NDArray x = MANAGER.randomUniform(0, 1, shape);
    NDArray y = MANAGER.randomInteger(0, Net.CLASSES, new Shape(batch), DataType.INT64);
    Loss loss = trainer.getLoss();
    return new Work(
        () -> {
          try (NDManager step = MANAGER.newSubManager()) {
            x.tempAttach(step);
            try (GradientCollector collector = trainer.newGradientCollector()) {
              NDList predictions = trainer.forward(new NDList(x));
              collector.backward(loss.evaluate(new NDList(y), predictions));
            }
            trainer.step();
          }
        },
        1,
        1);
  }
}
