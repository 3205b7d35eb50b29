package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A layer that looks whole numbers up in a vocabulary, and returns their ids: int64 numbers in the
 * shape of the input or, in the other output modes, vectors of floats.
 *
 * <p>Ids, masks, {@code adapt} and what is refused are as in {@link StringLookup}; of equally
 * frequent numbers the greater come first.
 */
public final class IntegerLookup extends IndexLookup<Long, IntegerLookup.Arguments, IntegerLookup> {
  private static final String WHO = "IntegerLookup";

  private transient NumberTable ids;
  private transient Hashes.Bins bins;

  /** How a number that is not in the vocabulary chooses one of several ids. */
  public enum OovMethod {
    /** The number modulo the number of ids. */
    FLOORMOD,
    /** The hash of its decimal digits. */
    FARMHASH
  }

  /**
   * The arguments of an {@link IntegerLookup}.
   *
   * @param maxTokens largest number of tokens, with special ones; null for any
   * @param numOovIndices number of ids for numbers that are not in the vocabulary
   * @param maskToken number of what is masked; null for none
   * @param oovToken what an inverted lookup returns for an id without a token
   * @param vocabulary numbers; null before they are learned
   * @param idfWeights weights of the numbers; null for none
   * @param salt two numbers that change the hash; null for none
   */
  public record Arguments(
      Integer maxTokens,
      int numOovIndices,
      Long maskToken,
      Long oovToken,
      List<Long> vocabulary,
      List<Double> idfWeights,
      boolean invert,
      OutputMode outputMode,
      boolean padToMaxTokens,
      OovMethod oovMethod,
      List<Long> salt)
      implements Vocabulary.Arguments<Long> {
    /** Checks the arguments. */
    public Arguments {
      Vocabulary.check(WHO, maxTokens, numOovIndices, outputMode);
      Objects.requireNonNull(oovMethod, WHO + ": the oovMethod is null; give one, as FLOORMOD");
    }
  }

  private IntegerLookup(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that returns ids, without a mask, and with one id for unknown numbers. */
  public IntegerLookup() {
    this(
        new Arguments(
            null,
            1,
            null,
            -1L,
            null,
            null,
            false,
            OutputMode.INT,
            false,
            OovMethod.FLOORMOD,
            null));
  }

  /** Sets the number of what is masked; by default there is none. */
  public IntegerLookup maskToken(long maskToken) {
    return with("maskToken", maskToken);
  }

  /** Sets what an inverted lookup returns for an id without a token; by default -1. */
  public IntegerLookup oovToken(long oovToken) {
    return with("oovToken", oovToken);
  }

  /** Sets the vocabulary, with or without the special tokens at its start. */
  public IntegerLookup vocabulary(long... tokens) {
    return setVocabulary(LongStream.of(tokens).boxed().toList());
  }

  /**
   * Sets how a number that is not in the vocabulary chooses one of several ids; by default {@link
   * OovMethod#FLOORMOD}. A salt is for hashes alone.
   */
  public IntegerLookup oovMethod(OovMethod oovMethod) {
    return with("oovMethod", oovMethod);
  }

  @Override
  void prepare(Vocabulary<Long> vocabulary) {
    if (args().salt != null && args().oovMethod == OovMethod.FLOORMOD) {
      throw Refusal.of(WHO, "has a salt of hashes", args().oovMethod, "set oovMethod to FARMHASH");
    }
    ids = new NumberTable(vocabulary.tokens(), Vocabulary.start(args()));
    bins = Hashes.bins(Math.max(1, args().numOovIndices), args().salt);
  }

  @Override
  protected Tensor call(Tensor x) {
    NumbersToIds.requireWholeNumbers(WHO, x.spec());
    Tensor numbers = x.cast(DType.INT64);
    return args().invert ? tokens(numbers) : encoded(ids.get(numbers, others(numbers)));
  }

  /** Returns the ids of numbers that are not in the vocabulary. */
  private Tensor others(Tensor numbers) {
    Vocabulary<Long> vocabulary = vocabulary();
    long first = vocabulary.oovStart();
    Tensor ids =
        switch (args().numOovIndices) {
          case 0 -> requireKnown(numbers);
          case 1 -> Creation.fullLike(numbers, first);
          default -> bins(numbers).add(first);
        };
    Long mask = args().maskToken;
    return mask == null ? ids : Logic.where(numbers.equal(mask), vocabulary.maskId(), ids);
  }

  private Tensor bins(Tensor numbers) {
    return args().oovMethod == OovMethod.FARMHASH
        ? new NumbersToIds(WHO, number -> bins.of(Long.toString(number))).applyTo(numbers)
        : numbers.mod(args().numOovIndices);
  }

  /** Returns numbers that have ids, after a check that the others do. */
  private Tensor requireKnown(Tensor numbers) {
    Long mask = args().maskToken;
    Set<Long> known = new HashSet<>(vocabulary().tokens());
    return new NumbersToIds(
            WHO,
            number -> {
              if (!known.contains(number) && (mask == null || number != mask)) {
                throw vocabulary().unknown(number);
              }
              return number;
            })
        .applyTo(numbers);
  }

  /** Returns the numbers of ids. */
  private Tensor tokens(Tensor ids) {
    List<Long> all = vocabulary().all();
    long last = all.size() - 1L;
    Tensor tokens = Tensor.of(all.stream().mapToLong(Long::longValue).toArray());
    Tensor found = Indexing.gather(tokens, Maths.clip(ids, 0, last), 0);
    Tensor outside = Logic.logicalOr(ids.less(0), ids.greater(last));
    return Logic.where(outside, args().oovToken, found);
  }

  @Override
  Tensor batch(Tensor all) {
    return all.shape().rank() == 1 ? all.reshape(-1, 1) : all;
  }

  @Override
  Stream<List<Long>> documents(EagerTensor batch) {
    NumbersToIds.requireWholeNumbers(WHO, batch.spec());
    EagerTensor numbers = batch.dense();
    List<Long> all =
        LongStream.range(0, numbers.shape().count())
            .mapToObj(i -> Elements.getLong(numbers.dtype(), numbers.elements(), i))
            .toList();
    return StringLookup.rows(all, numbers.shape());
  }

  @Override
  Comparator<Long> order() {
    return Comparator.naturalOrder();
  }
}
