package dev.tapedeck.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Default names that Keras 3.15 gives: {@code keras.src.utils.naming.to_snake_case}. */
class SnakeCaseTest {
  @ParameterizedTest
  @CsvSource({
    "Dense, dense",
    "MaxPooling2D, max_pooling2d",
    "Conv2DTranspose, conv2d_transpose",
    "RMSNormalization, rms_normalization",
    "PReLU, p_re_lu",
    "LeakyReLU, leaky_re_lu",
    "ELU, elu",
    "GRUCell, gru_cell",
    "StackedRNNCells, stacked_rnn_cells",
    "ConvLSTM2D, conv_lstm2d",
    "STFTSpectrogram, stft_spectrogram",
    "AUC, auc",
    "F1Score, f1_score",
    "KLDivergence, kl_divergence",
    "RMSprop, rm_sprop"
  })
  void asKeras(String type, String name) {
    assertEquals(name, SnakeCase.of(type));
  }
}
