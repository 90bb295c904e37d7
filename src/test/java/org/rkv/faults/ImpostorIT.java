package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Names;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * Somebody else sits for a moment at the address of the third of three replicas, which is away:
 * what is written meanwhile is not acknowledged, and when the third is back, all is well.
 */
class ImpostorIT {
  private static final Duration MENDED = Duration.ofSeconds(10);
  private static final Duration SEEN = Duration.ofSeconds(20);
  private static final Duration MOMENT = Duration.ofSeconds(3);
  private static final int WRITES = 20;
  private static final int NONCE_BYTES = 32;
  private static final String GENUINE = "genuine text";
  private static final String FORGED = "forged! text";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private final Witnesses witnesses = new Witnesses();
  private ReplicaHosts hosts;
  private ReplicaHost alpha;
  private ReplicaHost beta;
  private ReplicaHost gamma;

  private void startAll(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("--peer-timeout", "500"));
    all.addAll(List.of(options));
    hosts = new ReplicaHosts(scratch, 25, all, "alpha", "beta", "gamma");
    alpha = hosts.get(0);
    beta = hosts.get(1);
    gamma = hosts.get(2);
    hosts.startAll();
    for (ReplicaHost host : List.of(alpha, beta)) {
      witnesses.writeThrough(host);
      witnesses.readAt(host);
    }
    Eventually.until(SEEN, () -> witnesses.settle(alpha), () -> "no write succeeds");
    Eventually.until(SEEN, () -> witnesses.acknowledgements() > WRITES, () -> "no write succeeds");
  }

  /** What makes all know a secret. */
  private String[] secret() throws IOException {
    Path file = Files.writeString(scratch.resolve("secret"), "known to three replicas alone\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return new String[] {"--secret-file", file.toString()};
  }

  @AfterEach
  void leaveNothing() {
    witnesses.close();
    if (hosts != null) {
      hosts.close();
    }
  }

  /** How many writes are acknowledged while the third is away and this sits at its address. */
  private int acknowledgedBeside(Relay impostor) throws Exception {
    int before = witnesses.acknowledgements();
    ReplicaHosts.pass(MOMENT);
    impostor.close();
    return witnesses.acknowledgements() - before;
  }

  private void assertMendedOnceTheThirdIsBack(String what, int acknowledged) throws Exception {
    gamma.start();
    ReplicaHosts.pass(MOMENT);
    witnesses.stop();
    assertAll(
        () -> assertEquals(0, acknowledged, "writes acknowledged beside the impostor"),
        () -> Promises.assertKept(what, MENDED, hosts.all(), witnesses));
  }

  @Test
  void shouldNotTakeItselfForThePeerWhoseAddressLeadsBack() throws Exception {
    startAll();
    gamma.terminate();
    int acknowledged = acknowledgedBeside(new Relay(gamma.address(), alpha.address()));
    assertMendedOnceTheThirdIsBack("the address of a replica led back to the first", acknowledged);
  }

  @Test
  void shouldNotTakeItselfForThePeerWhoseAddressLeadsBackWithASecret() throws Exception {
    startAll(secret());
    gamma.terminate();
    int acknowledged = acknowledgedBeside(new Relay(gamma.address(), alpha.address()));
    assertMendedOnceTheThirdIsBack(
        "with a secret, the address of a replica led back to the first", acknowledged);
  }

  @Test
  void shouldAdmitNobodyWhoPassesAGreetingOnToAnother() throws Exception {
    startAll(secret());
    gamma.terminate();
    // The first cannot reach the second but through the impostor.
    alpha.resolve(Map.of(alpha.name(), alpha.literal(), gamma.name(), gamma.literal()));
    beta.freeze();
    Relay impostor =
        new Relay(
            gamma.address(),
            beta.address(),
            caller -> caller.equals(alpha.address().getAddress()),
            GENUINE,
            FORGED);
    ReplicaHosts.pass(MOMENT.dividedBy(2));
    beta.thaw();
    ReplicaHosts.pass(MOMENT.dividedBy(2));
    alpha.put("k", GENUINE);
    int acknowledged = acknowledgedBeside(impostor);
    alpha.resolve(hosts.names());
    String got = beta.get("k");
    assertAll(
        () -> assertFalse(impostor.hasSeen(), "the impostor has read what was written"),
        () -> assertFalse(got.equals("=" + FORGED), "the impostor has written"),
        () ->
            assertMendedOnceTheThirdIsBack(
                "with a secret, somebody passed greetings on", acknowledged));
  }

  @Test
  void shouldDropNobodyWhenSomebodyAnswersOnceAsAnotherReplica() throws Exception {
    Set<InetAddress> believers = believersOfOneAnswer(names -> names.name);
    assertEquals(Set.of(), believers, "who has taken it for the third");
  }

  @Test
  void shouldDropNobodyWhenSomebodyAnswersOnceWithTheIncarnationOfAnotherReplica()
      throws Exception {
    believersOfOneAnswer(names -> gamma.entry());
  }

  /** It proves nothing, and so does not make the lists of the others differ by what it says. */
  @Test
  void shouldServeBesideOneWithoutTheSecretWhoHasAnotherNameForEach() throws Exception {
    startAll(secret());
    gamma.terminate();
    Map<InetAddress, Hello> answers = new LinkedHashMap<>();
    answers.put(alpha.address().getAddress(), greeted(beta, names -> "one:1"));
    answers.put(beta.address().getAddress(), greeted(alpha, names -> "other:1"));
    try (Pretender pretender = new Pretender(gamma.address(), answers, true)) {
      Eventually.until(SEEN, pretender::hasAnsweredAll, () -> "it is not called");
      alpha.kill();
      alpha.start();
      Eventually.until(MENDED, () -> alpha.status().state == kv.REPLICA_SERVING, alpha::lastLines);
    }
    for (ReplicaHost host : List.of(alpha, beta)) {
      assertFalse(host.log().contains(" is called o"), host::lastLines);
    }
    assertMendedOnceTheThirdIsBack("somebody had a name for each", 0);
  }

  /** The first hears the incarnation of the second at the address of the third, and vice versa. */
  private Set<InetAddress> believersOfOneAnswer(Function<Names, String> givenName)
      throws Exception {
    startAll();
    gamma.terminate();
    Map<InetAddress, Hello> answers = new LinkedHashMap<>();
    answers.put(alpha.address().getAddress(), greeted(beta, givenName));
    answers.put(beta.address().getAddress(), greeted(alpha, givenName));
    int before = witnesses.acknowledgements();
    Set<InetAddress> believers;
    try (Pretender pretender = new Pretender(gamma.address(), answers)) {
      Eventually.until(SEEN, pretender::hasAnsweredAll, () -> "it is not called");
      believers = pretender.believers();
    }
    ReplicaHosts.pass(MOMENT);
    int acknowledged = witnesses.acknowledgements() - before;
    for (ReplicaHost host : List.of(alpha, beta)) {
      assertEquals(2, host.status().peers.length, () -> "peers of " + host);
    }
    assertMendedOnceTheThirdIsBack("somebody answered once as another replica", acknowledged);
    return believers;
  }

  /** What this replica answers to anybody, but for the given name. */
  private static Hello greeted(ReplicaHost host, Function<Names, String> givenName)
      throws Exception {
    Hello hello = new Hello();
    hello.protocol = kv.PEER_PROTOCOL;
    hello.names = new Names();
    hello.names.name = "anybody:1";
    hello.names.meant = host.entry();
    hello.names.nonce = new Bytes(new byte[NONCE_BYTES]);
    try (TestClient anybody = host.connect()) {
      Hello answer = anybody.stub().RHELLO_1(hello);
      answer.names.name = givenName.apply(answer.names);
      return answer;
    }
  }

  @Test
  void shouldGoOnAnsweringWhileAReplicaOfAnotherClusterSitsThere() throws Exception {
    startAll();
    gamma.terminate();
    ReplicaHost stranger = hosts.stranger("stranger", gamma.literal());
    ReplicaHost friend = hosts.stranger("friend", "127.25.0.12");
    Map<String, String> names = Map.of("stranger", stranger.literal(), "friend", friend.literal());
    for (ReplicaHost host : List.of(stranger, friend)) {
      host.resolve(names);
      host.listHosts(stranger, friend);
      host.start();
    }
    Eventually.until(SEEN, () -> stranger.put("foreign", "v"), stranger::lastLines);
    int before = witnesses.acknowledgements();
    int failed = witnesses.failedReads(alpha) + witnesses.failedReads(beta);
    ReplicaHosts.pass(MOMENT);
    int failedMeanwhile = witnesses.failedReads(alpha) + witnesses.failedReads(beta) - failed;
    int acknowledged = witnesses.acknowledgements() - before;
    stranger.kill();
    assertAll(
        () -> assertEquals(0, failedMeanwhile, "reads of a settled key that failed"),
        () -> assertMendedOnceTheThirdIsBack("a replica of another cluster", acknowledged),
        () -> assertEquals("" + kv.GET_KEY_NOT_FOUND, alpha.get("foreign")));
  }

  @Test
  void shouldNotMixWithAnotherClusterOfTheSameNames() throws Exception {
    startAll();
    gamma.terminate();
    // Three of the same names elsewhere, but for the third: then their name service is ours.
    List<ReplicaHost> others =
        List.of(
            hosts.stranger("alpha", "127.25.0.11"),
            hosts.stranger("beta", "127.25.0.12"),
            hosts.stranger("gamma", gamma.literal()));
    Map<String, String> names = new LinkedHashMap<>();
    others.forEach(host -> names.put(host.name(), host.literal()));
    for (ReplicaHost host : others) {
      host.resolve(names);
      host.listHosts(others.toArray(ReplicaHost[]::new));
      host.start();
    }
    Eventually.until(SEEN, () -> others.get(2).put("foreign", "v"), others.get(2)::lastLines);
    int before = witnesses.acknowledgements();
    others.get(2).resolve(hosts.names());
    others.get(0).kill();
    others.get(1).kill();
    ReplicaHosts.pass(MOMENT);
    int acknowledged = witnesses.acknowledgements() - before;
    String theirs = others.get(2).get("settled");
    others.get(2).kill();
    assertAll(
        () -> assertFalse(theirs.startsWith("="), "they have got what is ours"),
        () -> assertMendedOnceTheThirdIsBack("another cluster of the same names", acknowledged),
        () -> assertEquals("" + kv.GET_KEY_NOT_FOUND, alpha.get("foreign")));
  }
}
