package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.store.Entry;

/** The replica files change while the replicas run. */
class MembershipTest {
  private static final long SOON_MILLIS = 5000;

  private final SimulatedCluster cluster = SimulatedCluster.ofThree();
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica first = replicas.get(0);
  private final SimulatedReplica last = replicas.get(2);
  private final List<SimulatedReplica> rest = new ArrayList<>(replicas.subList(0, 2));

  @BeforeEach
  void startAll() {
    replicas.forEach(SimulatedReplica::start);
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isServing));
    assertEquals(Result.OK, put(first, "before").result());
  }

  @Test
  void shouldWriteWithoutAReplicaThatDiedAndWasTakenOut() {
    last.kill();
    assertEquals(Result.FAILED, put(first, "alone").result());

    cluster.list(rest);

    assertSoon(this::restIsWhole);
    assertEquals(Result.OK, put(first, "without").result());
  }

  @Test
  void shouldTakeInAReplicaThatIsListedAgainAndStarts() {
    last.kill();
    cluster.list(rest);
    assertSoon(this::restIsWhole);
    assertEquals(Result.OK, put(first, "without").result());

    cluster.list(replicas);
    last.start();

    assertSoon(() -> last.isAnswering() && replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertEquals("without", get(last).value());
    assertEquals(Result.OK, put(last, "together").result());
    assertEquals("together", get(first).value());
  }

  /** The one added would not get it: it is not asked, and may have scanned the other before. */
  @Test
  void shouldFailWritesUnderWayWhenAReplicaIsAdded() {
    last.kill();
    cluster.list(rest);
    assertSoon(this::restIsWhole);
    silence(rest.get(1), first);
    begin(first, new SimulatedClient.Request(Kind.PUT, "k", "without"));
    cluster.scheduler().runForMillis(50);
    assertEquals(1, cluster.history().size(), "the write waits for its peer");

    cluster.list(replicas);

    cluster.scheduler().runForMillis(50);
    assertEquals(2, cluster.history().size(), "the write waits no longer");
    assertEquals(Result.FAILED, cluster.history().operations().get(1).result());
    last.start();
    unsilence(rest.get(1), first);
    assertSoon(last::isServing);
    assertSoon(() -> "without".equals(get(last).value()));
  }

  @Test
  void shouldAnswerNobodyWhenTakenOutWhileConnected() {
    rest.forEach(replica -> replica.peers(SimulatedCluster.othersOf(replica, rest)));

    assertSoon(() -> !last.isAnswering());
    assertSoon(this::restIsWhole);
    assertEquals(Result.OK, put(first, "without").result());
    assertEquals(Result.FAILED, get(last).result());
  }

  @Test
  void shouldBeginAnewWhenTakenOutAndPutBackWhileConnected() {
    rest.forEach(replica -> replica.peers(SimulatedCluster.othersOf(replica, rest)));
    assertSoon(this::restIsWhole);
    assertEquals(Result.OK, put(first, "without").result());
    rest.forEach(replica -> replica.peers(SimulatedCluster.othersOf(replica, replicas)));

    assertSoon(
        () ->
            last.replica().lives() > 1
                && last.isAnswering()
                && replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertEquals("without", get(last).value());
    assertEquals(Result.OK, put(last, "together").result());
  }

  @Test
  void shouldBeginAnewWhenTakenOutAndPutBackWhileCutOff() {
    rest.forEach(replica -> silence(replica, last));
    rest.forEach(replica -> replica.peers(SimulatedCluster.othersOf(replica, rest)));
    assertSoon(this::restIsWhole);
    assertEquals(Result.OK, put(first, "without").result());
    rest.forEach(replica -> replica.peers(SimulatedCluster.othersOf(replica, replicas)));
    assertEquals(1, last.replica().lives());
    rest.forEach(replica -> unsilence(replica, last));

    assertSoon(
        () ->
            last.replica().lives() > 1
                && last.isAnswering()
                && replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertEquals("without", get(last).value());
    assertEquals(Result.OK, put(last, "together").result());
  }

  @Test
  void shouldAnswerNobodyWhenItsFileChangesBeforeItHasMetAgainWhoLeftItOut() {
    assertSoon(() -> held(last).settled());
    last.peers(List.of(first.address()));
    first.peers(List.of());
    assertSoon(() -> !last.isAnswering() && first.isWhole());
    assertEquals(Result.OK, put(first, "alone").result());
    first.peers(SimulatedCluster.othersOf(first, replicas));
    cluster.scheduler().runForMillis(SOON_MILLIS);

    silence(first, rest.get(1));
    silence(first, last);
    last.peers(SimulatedCluster.othersOf(last, replicas));

    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertEquals(Result.FAILED, get(last).result());
    unsilence(first, rest.get(1));
    unsilence(first, last);
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole) && last.isAnswering());
    assertEquals("alone", get(last).value());
  }

  @Test
  void shouldAnswerNobodyWhenLeftOutAndItsOwnFileThenHasASlip() {
    assertSoon(() -> held(last).settled());
    first.peers(List.of());
    assertSoon(() -> !last.isAnswering() && first.isWhole());
    assertEquals(Result.OK, put(first, "alone").result());

    last.peers(List.of(new ReplicaAddress("typo", "typo", List.of(), KvProgram.DEFAULT_PORT)));

    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertEquals(Result.FAILED, get(last).result());
    cluster.list(replicas);
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole) && last.isAnswering());
    assertEquals("alone", get(last).value());
  }

  /** Who left it out is not listed for a moment, and frozen then: seed 601943 of the simulator. */
  @Test
  void shouldAnswerNobodyWhenItsFileHadASlipMeanwhileAndWhoLeftItOutIsFrozen() {
    assertSoon(() -> held(last).settled());
    first.peers(List.of());
    assertSoon(() -> !last.isAnswering() && first.isWhole());
    assertEquals(Result.OK, put(first, "alone").result());
    first.pause();
    last.peers(List.of(new ReplicaAddress("typo", "typo", List.of(), KvProgram.DEFAULT_PORT)));
    cluster.scheduler().runForMillis(SOON_MILLIS);

    cluster.list(replicas);

    assertSoon(() -> last.replica().admitted().contains(rest.get(1).replica().incarnation()));
    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertEquals(Result.FAILED, get(last).result());
    first.resume();
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole) && last.isAnswering());
    assertEquals("alone", get(last).value());
  }

  /** It knows nothing yet, and has met nobody whom it could know it from. */
  @Test
  void shouldAnswerNobodyWhenOnlyOneThatCatchesUpStillListsIt() {
    SimulatedReplica starter = rest.get(1);
    last.pause();
    rest.forEach(replica -> silence(replica, last));
    rest.forEach(replica -> replica.peers(SimulatedCluster.othersOf(replica, rest)));
    assertSoon(this::restIsWhole);
    assertEquals(Result.OK, put(first, "without").result());
    starter.kill();
    starter.peers(SimulatedCluster.othersOf(starter, replicas));
    starter.start();
    unsilence(starter, last);

    last.resume();

    assertSoon(() -> last.replica().admitted().contains(starter.replica().incarnation()));
    unsilence(first, last);
    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertFalse(starter.isServing(), "the lists differ");
    assertEquals(Result.FAILED, get(last).result());
    first.peers(SimulatedCluster.othersOf(first, replicas));
    assertSoon(() -> "without".equals(get(last).value()));
  }

  /** It wrote for itself alone between the end of the scan and the moment at which we serve. */
  @Test
  void shouldNotServeWithoutWhatItsSourceWroteInAnotherListMeanwhile() {
    SimulatedReplica other = rest.get(1);
    last.kill();
    last.start();
    assertSoon(() -> last.replica().waitingFor().startsWith("the entries of"));
    other.pause();
    assertSoon(() -> last.replica().waitingFor().endsWith("to say whether it has more"));

    first.peers(List.of());
    assertSoon(() -> put(first, "alone").result() == Result.OK);
    first.peers(SimulatedCluster.othersOf(first, replicas));
    other.resume();

    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertEquals("alone", get(last).value());
    assertEquals("alone", get(other).value());
  }

  /** What had come to it before is of no use then: seed 45692 of the simulator. */
  @Test
  void shouldNotBringBackWhatWasDeletedAndForgottenWithoutItWhileItWaited() {
    last.kill();
    rest.get(1).peers(SimulatedCluster.othersOf(rest.get(1), rest));
    last.start();
    assertSoon(() -> last.replica().waitingFor().startsWith("the replica files to agree"));
    assertEquals(Result.FAILED, put(first, "deleted").result());
    assertEquals("deleted", held(last).value());

    assertIsGoneForGoodWhenDeletedAndForgottenWithoutLast();
  }

  @Test
  void shouldNotBringBackWhatWasDeletedAndForgottenWithoutItAfterItWasScanned() {
    SimulatedReplica other = rest.get(1);
    last.kill();
    last.start();
    assertSoon(() -> last.replica().waitingFor().startsWith("the entries of"));
    other.pause();
    assertSoon(() -> last.replica().waitingFor().endsWith("to say whether it has more"));
    assertEquals("before", held(last).value());
    other.resume();

    assertIsGoneForGoodWhenDeletedAndForgottenWithoutLast();
  }

  @Test
  void shouldNotServeWhileSomeDoNotListIt() {
    last.kill();
    cluster.list(rest);
    assertSoon(this::restIsWhole);
    assertEquals(Result.OK, put(first, "without").result());
    last.start();
    cluster.scheduler().runForMillis(2 * SOON_MILLIS);
    assertFalse(last.isServing());

    rest.get(1).peers(SimulatedCluster.othersOf(rest.get(1), replicas));
    cluster.scheduler().runForMillis(2 * SOON_MILLIS);
    assertFalse(last.isServing());

    cluster.list(replicas);
    assertSoon(last::isServing);
  }

  /** Its own entry is an address that a translation leads back to it. */
  @Test
  void shouldFindOutAfterAMinuteWhichEntryIsItsOwn() {
    last.kill();
    last.peers(replicas.stream().map(SimulatedReplica::address).toList());
    last.start();

    cluster.scheduler().runForMillis(59_000);
    assertNull(last.replica().entryOfOurOwn());
    assertFalse(last.isServing(), "it is an entry more than the others have");
    cluster.scheduler().runForMillis(3_000);
    assertEquals(last.address().text(), last.replica().entryOfOurOwn());
  }

  private static Entry held(SimulatedReplica replica) {
    return replica.replica().store().find("k");
  }

  private void assertIsGoneForGoodWhenDeletedAndForgottenWithoutLast() {
    cluster.list(rest);
    assertSoon(this::restIsWhole);
    assertEquals(Result.OK, ask(first, new SimulatedClient.Request(Kind.DEL, "k", null)).result());
    cluster.assertWithinMillis(
        cluster.plan().tombstoneGraceMillis() + SOON_MILLIS,
        () -> rest.stream().allMatch(replica -> held(replica) == null));

    cluster.list(replicas);

    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertNull(held(last));
    assertEquals(Result.ABSENT, get(first).result());
  }

  private boolean restIsWhole() {
    return rest.stream().allMatch(SimulatedReplica::isWhole);
  }

  private void silence(SimulatedReplica one, SimulatedReplica other) {
    cluster.fabric().silenceBetween(one.machine(), other.machine());
  }

  private void unsilence(SimulatedReplica one, SimulatedReplica other) {
    cluster.fabric().unsilenceBetween(one.machine(), other.machine());
  }

  private Operation put(SimulatedReplica at, String value) {
    return ask(at, new SimulatedClient.Request(Kind.PUT, "k", value));
  }

  private Operation get(SimulatedReplica at) {
    return ask(at, new SimulatedClient.Request(Kind.GET, "k", null));
  }

  private Operation ask(SimulatedReplica at, SimulatedClient.Request request) {
    return cluster.ask(at, request, SOON_MILLIS);
  }

  private void begin(SimulatedReplica at, SimulatedClient.Request request) {
    SimulatedClient client = cluster.reader();
    client.use(at);
    client.ask(request, SOON_MILLIS, () -> {});
  }

  /** Time goes on until this is so, for a while. */
  private void assertSoon(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
