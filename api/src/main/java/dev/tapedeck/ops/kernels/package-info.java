/**
 * The heavy work behind a service-provider interface, {@link dev.tapedeck.ops.kernels.Kernels}.
 *
 * <p>There are two providers: {@code nd4j}, complete, the reference, and what runs on CUDA; and
 * {@code cpu}, the fast one. A {@link dev.tapedeck.ops.kernels.Window} says how convolutions and
 * pooling slide over images. 16-bit floating types are computed in float32 ({@code Widening}).
 */
package dev.tapedeck.ops.kernels;
