package dev.tapedeck.applications;

import dev.tapedeck.train.Model;

/**
 * The architectures of {@code keras.applications} as functional models with random weights, whose
 * layers have Keras's names.
 *
 * <pre>{@code
 * Model model = Applications.mobileNetV2();
 * KerasFiles.loadWeights(model, Path.of("mobilenet_v2.weights.h5"));      // saved by Keras
 * Tensor scores = model.predict(Preprocessing.TF.preprocessInput(images)); // [n, 224, 224, 3]
 * Prediction.decode(scores, Path.of("classes.txt"), 5);
 * }</pre>
 *
 * <p>Nothing is downloaded. {@code docs/applications.md} has the papers, the sizes, and what each
 * wants its images to be.
 */
public final class Applications {
  private Applications() {}

  /** Makes a VGG16. */
  public static Model vgg16() {
    return vgg16(new ApplicationOptions());
  }

  /** Makes a VGG16 with options. */
  public static Model vgg16(ApplicationOptions options) {
    return Vgg.of("vgg16", options, 2, 2, 3, 3, 3);
  }

  /** Makes a VGG19. */
  public static Model vgg19() {
    return vgg19(new ApplicationOptions());
  }

  /** Makes a VGG19 with options. */
  public static Model vgg19(ApplicationOptions options) {
    return Vgg.of("vgg19", options, 2, 2, 4, 4, 4);
  }

  /** Makes a ResNet50. */
  public static Model resNet50() {
    return resNet50(new ApplicationOptions());
  }

  /** Makes a ResNet50 with options. */
  public static Model resNet50(ApplicationOptions options) {
    return ResNet.v1("resnet50", options, 3, 4, 6, 3);
  }

  /** Makes a ResNet101. */
  public static Model resNet101() {
    return resNet101(new ApplicationOptions());
  }

  /** Makes a ResNet101 with options. */
  public static Model resNet101(ApplicationOptions options) {
    return ResNet.v1("resnet101", options, 3, 4, 23, 3);
  }

  /** Makes a ResNet152. */
  public static Model resNet152() {
    return resNet152(new ApplicationOptions());
  }

  /** Makes a ResNet152 with options. */
  public static Model resNet152(ApplicationOptions options) {
    return ResNet.v1("resnet152", options, 3, 8, 36, 3);
  }

  /** Makes a ResNet50V2. */
  public static Model resNet50V2() {
    return resNet50V2(new ApplicationOptions());
  }

  /** Makes a ResNet50V2 with options. */
  public static Model resNet50V2(ApplicationOptions options) {
    return ResNet.v2("resnet50v2", options, 3, 4, 6, 3);
  }

  /** Makes a ResNet101V2. */
  public static Model resNet101V2() {
    return resNet101V2(new ApplicationOptions());
  }

  /** Makes a ResNet101V2 with options. */
  public static Model resNet101V2(ApplicationOptions options) {
    return ResNet.v2("resnet101v2", options, 3, 4, 23, 3);
  }

  /** Makes a ResNet152V2. */
  public static Model resNet152V2() {
    return resNet152V2(new ApplicationOptions());
  }

  /** Makes a ResNet152V2 with options. */
  public static Model resNet152V2(ApplicationOptions options) {
    return ResNet.v2("resnet152v2", options, 3, 8, 36, 3);
  }

  /** Makes a MobileNet. */
  public static Model mobileNet() {
    return mobileNet(new ApplicationOptions());
  }

  /** Makes a MobileNet with options. */
  public static Model mobileNet(ApplicationOptions options) {
    return MobileNet.of(options);
  }

  /** Makes a MobileNetV2. */
  public static Model mobileNetV2() {
    return mobileNetV2(new ApplicationOptions());
  }

  /** Makes a MobileNetV2 with options. */
  public static Model mobileNetV2(ApplicationOptions options) {
    return MobileNetV2.of(options);
  }

  /** Makes a MobileNetV3Small. */
  public static Model mobileNetV3Small() {
    return mobileNetV3Small(new ApplicationOptions());
  }

  /** Makes a MobileNetV3Small with options. */
  public static Model mobileNetV3Small(ApplicationOptions options) {
    return MobileNetV3.small(options);
  }

  /** Makes a MobileNetV3Large. */
  public static Model mobileNetV3Large() {
    return mobileNetV3Large(new ApplicationOptions());
  }

  /** Makes a MobileNetV3Large with options. */
  public static Model mobileNetV3Large(ApplicationOptions options) {
    return MobileNetV3.large(options);
  }

  /** Makes a DenseNet121. */
  public static Model denseNet121() {
    return denseNet121(new ApplicationOptions());
  }

  /** Makes a DenseNet121 with options. */
  public static Model denseNet121(ApplicationOptions options) {
    return DenseNet.of("densenet121", options, 6, 12, 24, 16);
  }

  /** Makes a DenseNet169. */
  public static Model denseNet169() {
    return denseNet169(new ApplicationOptions());
  }

  /** Makes a DenseNet169 with options. */
  public static Model denseNet169(ApplicationOptions options) {
    return DenseNet.of("densenet169", options, 6, 12, 32, 32);
  }

  /** Makes a DenseNet201. */
  public static Model denseNet201() {
    return denseNet201(new ApplicationOptions());
  }

  /** Makes a DenseNet201 with options. */
  public static Model denseNet201(ApplicationOptions options) {
    return DenseNet.of("densenet201", options, 6, 12, 48, 32);
  }

  /** Makes an EfficientNetB0. */
  public static Model efficientNetB0() {
    return efficientNetB0(new ApplicationOptions());
  }

  /** Makes an EfficientNetB0 with options. */
  public static Model efficientNetB0(ApplicationOptions options) {
    return EfficientNet.of("efficientnetb0", options, 1, 1, 224, 0.2);
  }

  /** Makes an EfficientNetB1. */
  public static Model efficientNetB1() {
    return efficientNetB1(new ApplicationOptions());
  }

  /** Makes an EfficientNetB1 with options. */
  public static Model efficientNetB1(ApplicationOptions options) {
    return EfficientNet.of("efficientnetb1", options, 1, 1.1, 240, 0.2);
  }

  /** Makes an EfficientNetB2. */
  public static Model efficientNetB2() {
    return efficientNetB2(new ApplicationOptions());
  }

  /** Makes an EfficientNetB2 with options. */
  public static Model efficientNetB2(ApplicationOptions options) {
    return EfficientNet.of("efficientnetb2", options, 1.1, 1.2, 260, 0.3);
  }

  /** Makes an EfficientNetB3. */
  public static Model efficientNetB3() {
    return efficientNetB3(new ApplicationOptions());
  }

  /** Makes an EfficientNetB3 with options. */
  public static Model efficientNetB3(ApplicationOptions options) {
    return EfficientNet.of("efficientnetb3", options, 1.2, 1.4, 300, 0.3);
  }

  /** Makes an EfficientNetB4. */
  public static Model efficientNetB4() {
    return efficientNetB4(new ApplicationOptions());
  }

  /** Makes an EfficientNetB4 with options. */
  public static Model efficientNetB4(ApplicationOptions options) {
    return EfficientNet.of("efficientnetb4", options, 1.4, 1.8, 380, 0.4);
  }

  /** Makes an EfficientNetB5. */
  public static Model efficientNetB5() {
    return efficientNetB5(new ApplicationOptions());
  }

  /** Makes an EfficientNetB5 with options. */
  public static Model efficientNetB5(ApplicationOptions options) {
    return EfficientNet.of("efficientnetb5", options, 1.6, 2.2, 456, 0.4);
  }

  /** Makes an EfficientNetB6. */
  public static Model efficientNetB6() {
    return efficientNetB6(new ApplicationOptions());
  }

  /** Makes an EfficientNetB6 with options. */
  public static Model efficientNetB6(ApplicationOptions options) {
    return EfficientNet.of("efficientnetb6", options, 1.8, 2.6, 528, 0.5);
  }

  /** Makes an EfficientNetB7. */
  public static Model efficientNetB7() {
    return efficientNetB7(new ApplicationOptions());
  }

  /** Makes an EfficientNetB7 with options. */
  public static Model efficientNetB7(ApplicationOptions options) {
    return EfficientNet.of("efficientnetb7", options, 2, 3.1, 600, 0.5);
  }

  /** Makes an EfficientNetV2B0. */
  public static Model efficientNetV2B0() {
    return efficientNetV2B0(new ApplicationOptions());
  }

  /** Makes an EfficientNetV2B0 with options. */
  public static Model efficientNetV2B0(ApplicationOptions options) {
    return EfficientNetV2.b(0, options, 1, 1, 224);
  }

  /** Makes an EfficientNetV2B1. */
  public static Model efficientNetV2B1() {
    return efficientNetV2B1(new ApplicationOptions());
  }

  /** Makes an EfficientNetV2B1 with options. */
  public static Model efficientNetV2B1(ApplicationOptions options) {
    return EfficientNetV2.b(1, options, 1, 1.1, 240);
  }

  /** Makes an EfficientNetV2B2. */
  public static Model efficientNetV2B2() {
    return efficientNetV2B2(new ApplicationOptions());
  }

  /** Makes an EfficientNetV2B2 with options. */
  public static Model efficientNetV2B2(ApplicationOptions options) {
    return EfficientNetV2.b(2, options, 1.1, 1.2, 260);
  }

  /** Makes an EfficientNetV2B3. */
  public static Model efficientNetV2B3() {
    return efficientNetV2B3(new ApplicationOptions());
  }

  /** Makes an EfficientNetV2B3 with options. */
  public static Model efficientNetV2B3(ApplicationOptions options) {
    return EfficientNetV2.b(3, options, 1.2, 1.4, 300);
  }

  /** Makes an EfficientNetV2S. */
  public static Model efficientNetV2S() {
    return efficientNetV2S(new ApplicationOptions());
  }

  /** Makes an EfficientNetV2S with options. */
  public static Model efficientNetV2S(ApplicationOptions options) {
    return EfficientNetV2.s(options);
  }

  /** Makes an EfficientNetV2M. */
  public static Model efficientNetV2M() {
    return efficientNetV2M(new ApplicationOptions());
  }

  /** Makes an EfficientNetV2M with options. */
  public static Model efficientNetV2M(ApplicationOptions options) {
    return EfficientNetV2.m(options);
  }

  /** Makes an EfficientNetV2L. */
  public static Model efficientNetV2L() {
    return efficientNetV2L(new ApplicationOptions());
  }

  /** Makes an EfficientNetV2L with options. */
  public static Model efficientNetV2L(ApplicationOptions options) {
    return EfficientNetV2.l(options);
  }

  /** Makes an InceptionV3. */
  public static Model inceptionV3() {
    return inceptionV3(new ApplicationOptions());
  }

  /** Makes an InceptionV3 with options. */
  public static Model inceptionV3(ApplicationOptions options) {
    return InceptionV3.of(options);
  }

  /** Makes an InceptionResNetV2. */
  public static Model inceptionResNetV2() {
    return inceptionResNetV2(new ApplicationOptions());
  }

  /** Makes an InceptionResNetV2 with options. */
  public static Model inceptionResNetV2(ApplicationOptions options) {
    return InceptionResNetV2.of(options);
  }

  /** Makes a Xception. */
  public static Model xception() {
    return xception(new ApplicationOptions());
  }

  /** Makes a Xception with options. */
  public static Model xception(ApplicationOptions options) {
    return Xception.of(options);
  }

  /** Makes a NASNetMobile. */
  public static Model nasNetMobile() {
    return nasNetMobile(new ApplicationOptions());
  }

  /** Makes a NASNetMobile with options. */
  public static Model nasNetMobile(ApplicationOptions options) {
    return NASNet.of("nasnet_mobile", options, 224, 4, 32, 44, false);
  }

  /** Makes a NASNetLarge. */
  public static Model nasNetLarge() {
    return nasNetLarge(new ApplicationOptions());
  }

  /** Makes a NASNetLarge with options. */
  public static Model nasNetLarge(ApplicationOptions options) {
    return NASNet.of("nasnet_large", options, 331, 6, 96, 168, true);
  }

  /** Makes a ConvNeXtTiny. */
  public static Model convNeXtTiny() {
    return convNeXtTiny(new ApplicationOptions());
  }

  /** Makes a ConvNeXtTiny with options. */
  public static Model convNeXtTiny(ApplicationOptions options) {
    return ConvNeXt.of("convnext_tiny", options, 96, 3, 3, 9, 3);
  }

  /** Makes a ConvNeXtSmall. */
  public static Model convNeXtSmall() {
    return convNeXtSmall(new ApplicationOptions());
  }

  /** Makes a ConvNeXtSmall with options. */
  public static Model convNeXtSmall(ApplicationOptions options) {
    return ConvNeXt.of("convnext_small", options, 96, 3, 3, 27, 3);
  }

  /** Makes a ConvNeXtBase. */
  public static Model convNeXtBase() {
    return convNeXtBase(new ApplicationOptions());
  }

  /** Makes a ConvNeXtBase with options. */
  public static Model convNeXtBase(ApplicationOptions options) {
    return ConvNeXt.of("convnext_base", options, 128, 3, 3, 27, 3);
  }

  /** Makes a ConvNeXtLarge. */
  public static Model convNeXtLarge() {
    return convNeXtLarge(new ApplicationOptions());
  }

  /** Makes a ConvNeXtLarge with options. */
  public static Model convNeXtLarge(ApplicationOptions options) {
    return ConvNeXt.of("convnext_large", options, 192, 3, 3, 27, 3);
  }

  /** Makes a ConvNeXtXLarge. */
  public static Model convNeXtXLarge() {
    return convNeXtXLarge(new ApplicationOptions());
  }

  /** Makes a ConvNeXtXLarge with options. */
  public static Model convNeXtXLarge(ApplicationOptions options) {
    return ConvNeXt.of("convnext_xlarge", options, 256, 3, 3, 27, 3);
  }
}
