package dev.tapedeck.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectiveTest {
  private static final byte[] SECRET = {1, 2, 3};
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** What each member of a collective does. */
  private interface Work<T> {
    T of(Collective member) throws Exception;
  }

  private static <T> List<T> overTcp(int size, Duration limit, Work<T> work) throws Exception {
    List<ServerSocket> sockets = new ArrayList<>();
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      sockets.add(new ServerSocket(0));
      addresses.add(new InetSocketAddress("localhost", sockets.get(i).getLocalPort()));
    }
    return inThreads(
        size,
        rank -> {
          try (Collective member =
              TcpCollective.join(rank, addresses, sockets.get(rank), SECRET, limit)) {
            return work.of(member);
          }
        });
  }

  private static <T> List<T> inOneProcess(int size, Work<T> work) throws Exception {
    List<LocalCollective> members = LocalCollective.of(size, LIMIT);
    return inThreads(size, rank -> work.of(members.get(rank)));
  }

  private interface OfRank<T> {
    T run(int rank) throws Exception;
  }

  private static <T> List<T> inThreads(int size, OfRank<T> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(size)) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        int rank = i;
        futures.add(threads.submit(() -> work.run(rank)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  private static EagerTensor numbers(int rank, int count, DType dtype) {
    return (EagerTensor) Randoms.normal(RandomKey.of(rank), dtype, 0, 1, count);
  }

  private static double[] reduced(Collective member, int count, DType dtype) {
    EagerTensor numbers = numbers(member.rank(), count, dtype);
    member.allReduce(numbers);
    member.allReduce(numbers); // what one call leaves behind must not disturb the next
    return numbers.toDoubleArray();
  }

  /** Returns twice the sum as a tree has it, times the size. */
  private static double[] expected(int size, int count, DType dtype) {
    Tensor[] sums = new Tensor[size];
    for (int i = 0; i < size; i++) {
      sums[i] = numbers(i, count, dtype);
    }
    for (int step = 1; step < size; step *= 2) {
      for (int i = 0; i < size; i += 2 * step) {
        sums[i] = sums[i].add(sums[i + step]);
      }
    }
    return sums[0].mul(size).toDoubleArray(); // exact, of a power of two
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "2, 1", "2, 1000", "4, 3", "4, 100003", "8, 1001", "2, 0"})
  void sumsAreThoseOfATreeForAllMembers(int size, int count) throws Exception {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16)) {
      double[] expected = expected(size, count, dtype);
      for (double[] sums : overTcp(size, LIMIT, member -> reduced(member, count, dtype))) {
        assertArrayEquals(expected, sums);
      }
      for (double[] sums : inOneProcess(size, member -> reduced(member, count, dtype))) {
        assertArrayEquals(expected, sums);
      }
    }
  }

  @Test
  void aBroadcastGivesAllTheNumbersOfOne() throws Exception {
    Work<double[]> work =
        member -> {
          EagerTensor numbers = numbers(member.rank(), 100, DType.FLOAT32);
          member.broadcast(numbers, 2);
          return numbers.toDoubleArray();
        };
    double[] expected = numbers(2, 100, DType.FLOAT32).toDoubleArray();
    overTcp(4, LIMIT, work).forEach(actual -> assertArrayEquals(expected, actual));
    inOneProcess(4, work).forEach(actual -> assertArrayEquals(expected, actual));
  }

  @Test
  void asManyBytesAreSentAsInARing() throws Exception {
    int count = 1 << 16;
    List<Long> sent =
        overTcp(
            4,
            LIMIT,
            member -> {
              member.allReduce(numbers(member.rank(), count, DType.FLOAT32));
              return ((TcpCollective) member).bytesSent();
            });
    sent.forEach(bytes -> assertEquals(2.0 * 3 / 4 * count * Float.BYTES, bytes, 1));
  }

  @Test
  void strangersDoNotDisturbThoseWhoJoin() throws Exception {
    ServerSocket first = new ServerSocket(0);
    ServerSocket second = new ServerSocket(0);
    List<InetSocketAddress> addresses =
        List.of(
            new InetSocketAddress("localhost", first.getLocalPort()),
            new InetSocketAddress("localhost", second.getLocalPort()));
    try (Socket _ = new Socket("localhost", first.getLocalPort());
        Socket noisy = new Socket("localhost", first.getLocalPort())) {
      noisy.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      List<double[]> sums =
          inThreads(
              2,
              rank -> {
                ServerSocket own = rank == 0 ? first : second;
                try (Collective member = TcpCollective.join(rank, addresses, own, SECRET, LIMIT)) {
                  return reduced(member, 10, DType.FLOAT32);
                }
              });
      assertArrayEquals(expected(2, 10, DType.FLOAT32), sums.getFirst());
    }
  }

  @Test
  void aMemberThatTakesNothingIsNotWaitedForForEver() throws Exception {
    try (ServerSocket socket = new ServerSocket(0);
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Duration limit = Duration.ofSeconds(1);
      InetSocketAddress address = new InetSocketAddress("localhost", socket.getLocalPort());
      Future<Link> connecting =
          thread.submit(() -> Link.connect(address, SECRET, "worker 1", 0, limit));
      try (Link _ = Link.accept(socket.accept(), SECRET, LIMIT);
          Link link = connecting.get()) {
        EagerTensor much = numbers(0, 1 << 24, DType.FLOAT32);
        WorkerLostException lost =
            assertThrows(WorkerLostException.class, () -> link.send(much.elements()));
        assertTrue(lost.getMessage().contains("worker 1 has not taken"), lost.getMessage());
      }
    }
  }

  @Test
  void aMemberThatIsGoneOrSilentIsNamed() {
    for (boolean gone : new boolean[] {true, false}) {
      ExecutionException failed =
          assertThrows(
              ExecutionException.class,
              () ->
                  overTcp(
                      2,
                      Duration.ofMillis(500),
                      member -> {
                        if (member.rank() == 0) {
                          return reduced(member, 10, DType.FLOAT32);
                        }
                        Thread.sleep(gone ? 0 : 1500);
                        return null;
                      }));
      assertTrue(failed.getCause() instanceof WorkerLostException, failed.toString());
      assertTrue(failed.getMessage().contains("worker 1"), failed.getMessage());
    }
  }
}
