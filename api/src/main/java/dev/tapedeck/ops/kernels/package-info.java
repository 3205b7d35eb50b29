/**
 * The service-provider interface of numerical kernels, {@link dev.tapedeck.ops.kernels.Kernels}.
 *
 * <p>There are two providers: {@code nd4j}, the complete reference, which also runs on CUDA; and
 * {@code cpu}, the fast one. A {@link dev.tapedeck.ops.kernels.Window} slides over images in
 * convolutions and pooling. 16-bit floating types are computed in float32 ({@code Widening}).
 */
package dev.tapedeck.ops.kernels;
