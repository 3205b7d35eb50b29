package dev.tapedeck.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** DL4J's side: the steps, by {@code MultiLayerNetwork.fit}. */
final class Dl4j {
  private Dl4j() {}

  /** Serves the task {@code args[1]}. */
  public static void main(String[] args) throws IOException {
    Task task = Task.parse(args[1]);
    (switch (task.name()) {
          case "linear" -> linear();
          case "mlp", "cnn" -> classifier(task);
          default -> throw new IllegalArgumentException("DL4J: there is no task " + task.text());
        })
        .serve();
  }

  private static Work linear() {
    INDArray x = Nd4j.randn(1000, 1);
    Layer line =
        new OutputLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).nOut(1).build();
    MultiLayerNetwork network = network(new Sgd(0), InputType.feedForward(1), List.of(line));
    return fitting(network, x, x.mul(3).add(2));
  }

  private static Work classifier(Task task) {
    List<Layer> layers = new ArrayList<>();
    if (task.isConvolutional()) {
      layers.add(new ConvolutionLayer.Builder(3, 3).nOut(32).activation(Activation.RELU).build());
      layers.add(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build());
      layers.add(new ConvolutionLayer.Builder(3, 3).nOut(64).activation(Activation.RELU).build());
      layers.add(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build());
    }
    for (int i = 0; i < task.depth(); i++) {
      layers.add(
          new DenseLayer.Builder().nOut(task.width()).activation(Activation.RELU).build());
    }
    layers.add(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(Net.CLASSES)
            .activation(Activation.SOFTMAX)
            .build());
    InputType input =
        task.isConvolutional()
            ? InputType.convolutional(Task.PIXELS, Task.PIXELS, 1)
            : InputType.feedForward((long) Task.PIXELS * Task.PIXELS);
    INDArray x =
        task.isConvolutional()
            ? Nd4j.rand(task.batch(), 1, Task.PIXELS, Task.PIXELS)
            : Nd4j.rand(task.batch(), Task.PIXELS * Task.PIXELS);
    INDArray y = Nd4j.zeros(task.batch(), Net.CLASSES);
    Random random = new Random(0);
    for (int i = 0; i < task.batch(); i++) {
      y.putScalar(i, random.nextInt(Net.CLASSES), 1);
    }
    return fitting(network(new Adam(TapedeckWork.LEARNING_RATE), input, layers), x, y);
  }

  private static MultiLayerNetwork network(IUpdater updater, InputType input, List<Layer> layers) {
    var list =
        new NeuralNetConfiguration.Builder()
            .seed(0)
            .weightInit(WeightInit.XAVIER)
            .updater(updater)
            .list();
    layers.forEach(list::layer);
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
    network.init();
    return network;
  }

  private static Work fitting(MultiLayerNetwork network, INDArray x, INDArray y) {
    return new Work(() -> network.fit(x, y), 1, 1);
  }
}
