package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import java.util.Objects;

/**
 * What an attention layer takes: {@code AttentionInputs.of(decoded, encoded).withCausal(true)}.
 *
 * <p>Masks of the tensors themselves, {@code query.mask()}, are respected as well.
 *
 * @param query queries {@code [n, q, features]}
 * @param value values {@code [n, k, features]}
 * @param key keys {@code [n, k, features]}; null for the values
 * @param attentionMask bools {@code [n, q, k]}, or what broadcasts to them: whether a query may
 *     attend to a key; null for all
 * @param causal whether query {@code i} may attend to keys {@code 0 .. i} only
 */
public record AttentionInputs(
    Tensor query, Tensor value, Tensor key, Tensor attentionMask, boolean causal) {
  /** Checks that there are queries and values. */
  public AttentionInputs {
    Objects.requireNonNull(query, "attention: the query is null; give a tensor");
    Objects.requireNonNull(value, "attention: the value is null; give a tensor");
  }

  /** Returns inputs without a mask, whose values are the keys. */
  public static AttentionInputs of(Tensor query, Tensor value) {
    return of(query, value, null);
  }

  /** Returns inputs without a mask. */
  public static AttentionInputs of(Tensor query, Tensor value, Tensor key) {
    return new AttentionInputs(query, value, key, null, false);
  }

  /** Returns these inputs with a mask of which query may attend to which key. */
  public AttentionInputs withAttentionMask(Tensor mask) {
    return new AttentionInputs(query, value, key, mask, causal);
  }

  /** Returns these inputs, with or without later keys hidden from a query. */
  public AttentionInputs withCausal(boolean hidden) {
    return new AttentionInputs(query, value, key, attentionMask, hidden);
  }

  /** Returns the keys, which are the values if no others are given. */
  Tensor keys() {
    return key == null ? value : key;
  }
}
