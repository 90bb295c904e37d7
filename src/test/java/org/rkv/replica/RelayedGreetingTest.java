package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rkv.replica.peer.Secret;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;

/**
 * Somebody between replicas who does not know their secret, and passes on what they say: as it is,
 * or changed in one place.
 */
class RelayedGreetingTest {
  private static final String SECRET = "a common secret 1";
  private static final int MANY_ATTEMPTS = 5;

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;
  private TestReplica other;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 3);
    Secret secret = Secrets.of(SECRET, directory);
    replica = cluster.replica(0).secret(secret).start();
    other = cluster.replica(2).secret(secret).start();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  /** A translation of addresses on the way changes nothing. */
  @Test
  void shouldAdmitOneThatKnowsTheSecretFromWhereverItCalls() throws Exception {
    try (StandInReplica standIn = standIn();
        Greeter greeter = standIn.callsFrom(cluster.replica(2).inetAddress(), replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));
    }
  }

  @Test
  void shouldRefuseAProofOfAnotherConnection() throws Exception {
    try (StandInReplica standIn = standIn();
        Greeter greeter = standIn.calls(replica.address());
        Greeter again = standIn.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      again.hello(greeter.caller());

      assertEquals(kv.ADMIT_OTHER_SECRET, again.ask(greeter.proof()).code);
      assertEquals(kv.ADMITTED, again.ask().code);
    }
  }

  static Stream<Arguments> names() {
    return Stream.of(
        change("name", (Names names) -> names.name += "0"),
        change("incarnation", (Names names) -> names.incarnation++),
        change("start", (Names names) -> names.start++),
        change("entry meant", (Names names) -> names.meant += "0"),
        change("nonce", (Names names) -> names.nonce = new Bytes(new byte[32])));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void shouldRefuseACallerWhoseNamesWereChangedOnTheWay(String field, Consumer<Names> change)
      throws Exception {
    try (StandInReplica standIn = standIn();
        Greeter greeter = standIn.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      Names right = StandInReplica.withNonce(standIn.names());
      Names changed = StandInReplica.copy(right);
      change.accept(changed);

      greeter.hello(changed);
      greeter.pretend(right);

      assertRefused(greeter, greeter.proof());
    }
  }

  static Stream<Arguments> particulars() {
    return Stream.of(
        change("state", (Particulars said) -> said.state = kv.REPLICA_SERVING),
        change("capacity", (Particulars said) -> said.capacity++),
        change("cluster", (Particulars said) -> said.cluster = "staging"),
        change("list", (Particulars said) -> said.list = Arrays.copyOf(said.list, 2)),
        change("company", (Particulars said) -> said.history.company = new long[] {1}),
        change("taken", (Particulars said) -> said.taken = new long[] {1}),
        change("kept", (Particulars said) -> said.kept++),
        change("contents", (Particulars said) -> said.contents.entries++));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("particulars")
  void shouldRefuseACallerWhoseParticularsWereChangedOnTheWay(
      String field, Consumer<Particulars> change) throws Exception {
    try (StandInReplica standIn = standIn();
        Greeter greeter = standIn.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      byte[] proof = greeter.proof();
      standIn.says(change);

      assertRefused(greeter, proof);
    }
  }

  private static void assertRefused(Greeter greeter, byte[] proof) throws Exception {
    assertEquals(kv.ADMIT_OTHER_SECRET, greeter.ask(proof).code);
    Exception refusal = assertThrows(OncRpcException.class, () -> greeter.rput("k", "v", 1));
    assertTrue(refusal.getMessage().startsWith(Greeter.REFUSED), refusal.getMessage());
  }

  private static <T> Arguments change(String field, Consumer<T> change) {
    return Arguments.of(field, change);
  }

  private StandInReplica standIn() throws IOException {
    StandInReplica standIn = new StandInReplica(cluster.address(1), cluster.names());
    standIn.knows(SECRET);
    return standIn;
  }

  /** To another replica than the caller means: it sees that before it proves anything. */
  @Test
  void shouldNotProveItselfToOneThatAnotherEntryMeans() throws Exception {
    try (Relay relay = new Relay(names -> {})) {
      Eventually.until(
          "they have tried often", () -> relay.greetings() > 2 * MANY_ATTEMPTS, cluster::describe);

      assertEquals(List.of(), relay.codes);
      assertTrue(
          replica.log().contain("the name leads to replica " + other.host()), cluster::describe);
      assertTrue(
          other.log().contain("the name leads to replica " + replica.host()), cluster::describe);
    }
  }

  /**
   * The same in the name of the one that is meant, both ways: from each of the two to the other.
   */
  @Test
  void shouldNotTakeOneForAnotherWhoseNameWasPutInItsPlace() throws Exception {
    try (Relay relay = new Relay(names -> names.name = cluster.name(1))) {
      Eventually.until(
          "they have tried often", () -> relay.codes.size() > MANY_ATTEMPTS, cluster::describe);

      for (TestReplica each : List.of(replica, other)) {
        Eventually.until(
            "it says that the other end cannot prove itself",
            () ->
                each.log()
                    .contain(
                        "replica "
                            + cluster.host(1)
                            + " is of no use to us: it has no secret, or another one"),
            cluster::describe);
        assertFalse(reachesAll(each));
        assertFalse(each.isServing());
      }
      assertEquals(List.of(kv.ADMIT_OTHER_SECRET), relay.codes.stream().distinct().toList());
    }
  }

  /** As if the callee had restarted, or somebody else had been called. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void shouldNotTakeACalleeForWhoItIsNot(String field, Consumer<Names> change) throws Exception {
    try (Relay relay =
        new Relay(
            names -> {
              names.name = cluster.name(1);
              change.accept(names);
            })) {
      Eventually.until(
          "they have tried often", () -> relay.codes.size() > MANY_ATTEMPTS, cluster::describe);

      assertEquals(List.of(kv.ADMIT_OTHER_SECRET), relay.codes.stream().distinct().toList());
      assertNotEquals(kv.ADMITTED, relay.codes.get(0));
      assertFalse(reachesAll(replica));
      assertFalse(reachesAll(other));
    }
  }

  private static boolean reachesAll(TestReplica one) {
    return one.look(life -> life.peers().allAdmitted());
  }

  /** Stands at the second entry, and passes on what one of the other two says to the other one. */
  private final class Relay extends StandInReplica {
    /** What the one that was called has answered to RADMIT. */
    private final List<Integer> codes = Collections.synchronizedList(new ArrayList<>());

    private final Consumer<Names> change;
    private final List<Greeter> open = Collections.synchronizedList(new ArrayList<>());

    Relay(Consumer<Names> change) throws IOException {
      super(cluster.address(1), cluster.names());
      this.change = change;
    }

    @Override
    Names answerTo(Names caller) throws IOException, OncRpcException {
      TestReplica called = caller.name.equals(replica.shown()) ? other : replica;
      Greeter passing = calls(called.address());
      open.add(passing);
      Names answer = passing.hello(caller);
      change.accept(answer);
      return answer;
    }

    @Override
    Admission admit(Particulars theirs, Names caller, Names callee)
        throws IOException, OncRpcException {
      for (Greeter passing : List.copyOf(open)) {
        if (passing.caller() == caller) {
          Admission answer = passing.pass(theirs);
          codes.add(answer.code);
          return answer;
        }
      }
      throw new IllegalStateException("not greeted");
    }

    @Override
    public void close() {
      super.close();
      open.forEach(Greeter::close);
    }
  }
}
