package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rkv.rpc.Address;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Contents;
import org.rkv.rpc.Epoch;
import org.rkv.rpc.History;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.Passed;
import org.rkv.rpc.kv;

/** A proof is good for one greeting, word for word. */
class ProofsTest {
  @TempDir Path directory;
  private Secret secret;

  @BeforeEach
  void readSecret() throws Exception {
    secret = secret("correct horse battery staple");
  }

  @Test
  void shouldBeTheSameAtBothEnds() {
    Proofs here = new Proofs(secret, caller(), callee());
    Proofs there = new Proofs(secret, caller(), callee());

    assertArrayEquals(here.ofCaller(particulars()), there.ofCaller(particulars()));
    assertArrayEquals(
        here.ofCallee(0, particulars(), particulars()),
        there.ofCallee(0, particulars(), particulars()));
    assertEquals(32, here.ofCaller(particulars()).length);
  }

  @Test
  void shouldNotCoverItselfAndLeaveWhatIsSaidAsItIs() {
    Proofs proofs = new Proofs(secret, caller(), callee());
    Particulars said = particulars();
    said.proof = bytes(1, 2, 3);

    assertArrayEquals(proofs.ofCaller(particulars()), proofs.ofCaller(said));
    assertArrayEquals(new byte[] {1, 2, 3}, said.proof.value);
  }

  /** Each field of the names, at either end. */
  static Stream<Arguments> names() {
    return Stream.of(
        change("name", (Names names) -> names.name = "gamma:7"),
        change("name, longer", (Names names) -> names.name += " "),
        change("incarnation", (Names names) -> names.incarnation++),
        change("start", (Names names) -> names.start++),
        change("entry meant", (Names names) -> names.meant = "gamma:7"),
        change("nonce", (Names names) -> names.nonce = bytes(9, 9, 8)),
        change("no nonce", (Names names) -> names.nonce = bytes()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void shouldCoverTheNamesOfBoth(String field, Consumer<Names> change) {
    Names otherCaller = caller();
    Names otherCallee = callee();
    change.accept(otherCaller);
    change.accept(otherCallee);

    assertDiffer(new Proofs(secret, otherCaller, callee()));
    assertDiffer(new Proofs(secret, caller(), otherCallee));
  }

  private void assertDiffer(Proofs other) {
    Proofs proofs = new Proofs(secret, caller(), callee());
    assertOther(proofs.ofCaller(particulars()), other.ofCaller(particulars()));
    assertOther(
        proofs.ofCallee(0, particulars(), particulars()),
        other.ofCallee(0, particulars(), particulars()));
  }

  /** Each field of the particulars. */
  static Stream<Arguments> particularsChanges() {
    return Stream.of(
        change("state", (Particulars said) -> said.state = kv.REPLICA_CATCHING_UP),
        change("capacity", (Particulars said) -> said.capacity++),
        change("maximal length", (Particulars said) -> said.max_length++),
        change("cluster", (Particulars said) -> said.cluster = "staging"),
        change("entry", (Particulars said) -> said.list[0].text = "gamma:7"),
        change("addresses", (Particulars said) -> said.list[0].addresses = new Address[0]),
        change("address", (Particulars said) -> said.list[0].addresses[0].value = "10.0.0.9"),
        change("given name", (Particulars said) -> said.list[0].given_name = ""),
        change("member", (Particulars said) -> said.list[0].member = false),
        change("no list", (Particulars said) -> said.list = new Listed[0]),
        change("limit", (Particulars said) -> said.limit++),
        change("epoch", (Particulars said) -> said.history.epochs[0].id++),
        change("clock", (Particulars said) -> said.history.epochs[0].clock++),
        change("incarnation", (Particulars said) -> said.history.epochs[0].incarnations[0]++),
        change("company", (Particulars said) -> said.history.company[0]++),
        change("no company", (Particulars said) -> said.history.company = new long[0]),
        change("passed", (Particulars said) -> said.history.passed[0].incarnation++),
        change("passed clock", (Particulars said) -> said.history.passed[0].clock++),
        change("taken", (Particulars said) -> said.taken[0]++),
        change("kept", (Particulars said) -> said.kept++),
        change("entries", (Particulars said) -> said.contents.entries++),
        change("tombstones", (Particulars said) -> said.contents.tombstones++),
        change("unsettled", (Particulars said) -> said.contents.unsettled++),
        change("digest", (Particulars said) -> said.contents.entries_digest = bytes(1)),
        change("other digest", (Particulars said) -> said.contents.tombstones_digest = bytes(1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("particularsChanges")
  void shouldCoverEveryParticular(String field, Consumer<Particulars> change) {
    Proofs proofs = new Proofs(secret, caller(), callee());
    Particulars changed = particulars();
    change.accept(changed);

    assertOther(proofs.ofCaller(particulars()), proofs.ofCaller(changed));
    assertOther(
        proofs.ofCallee(0, particulars(), particulars()),
        proofs.ofCallee(0, changed, particulars()));
  }

  @Test
  void shouldCoverTheCodeAndTheProofThatIsAnswered() {
    Proofs proofs = new Proofs(secret, caller(), callee());
    Particulars answered = particulars();
    answered.proof = bytes(1, 2, 3);
    byte[] proof = proofs.ofCallee(kv.ADMITTED, particulars(), particulars());

    assertOther(proof, proofs.ofCallee(kv.ADMIT_NOT_YET, particulars(), particulars()));
    assertOther(proof, proofs.ofCallee(kv.ADMITTED, particulars(), answered));
  }

  /** Sent back to where it came from, or in the name of the other side. */
  @Test
  void shouldFitNoOtherRole() {
    Proofs proofs = new Proofs(secret, caller(), callee());
    Proofs reflected = new Proofs(secret, callee(), caller());

    assertOther(proofs.ofCaller(particulars()), proofs.ofCallee(0, particulars(), particulars()));
    assertOther(proofs.ofCaller(particulars()), reflected.ofCaller(particulars()));
  }

  @Test
  void shouldFitNoOtherSecret() throws Exception {
    Proofs proofs = new Proofs(secret, caller(), callee());
    Proofs others = new Proofs(secret("another horse battery staple"), caller(), callee());

    assertOther(proofs.ofCaller(particulars()), others.ofCaller(particulars()));
  }

  @Test
  void shouldBeEmptyWithoutASecret() {
    Proofs proofs = new Proofs(Secret.NONE, caller(), callee());

    assertEquals(0, proofs.ofCaller(particulars()).length);
    assertEquals(0, proofs.ofCallee(0, particulars(), particulars()).length);
  }

  private static void assertOther(byte[] proof, byte[] other) {
    assertFalse(Secret.same(proof, other));
    assertTrue(Secret.same(proof, proof.clone()));
  }

  private static <T> Arguments change(String field, Consumer<T> change) {
    return Arguments.of(field, change);
  }

  private static Names caller() {
    return names("alpha:7", 11, 21, "beta:7", 1);
  }

  private static Names callee() {
    return names("beta:7", 12, 22, "", 2);
  }

  private static Names names(String name, long incarnation, long start, String meant, int nonce) {
    Names names = new Names();
    names.name = name;
    names.incarnation = incarnation;
    names.start = start;
    names.meant = meant;
    names.nonce = bytes(nonce, nonce, nonce);
    return names;
  }

  private static Particulars particulars() {
    Particulars said = PeerMessages.nothing();
    said.state = kv.REPLICA_SERVING;
    said.capacity = 256;
    said.max_length = 32;
    said.cluster = "production";
    Listed listed = new Listed();
    listed.text = "alpha:7";
    listed.addresses = new Address[] {new Address("10.0.0.1")};
    listed.given_name = "alpha:7";
    listed.member = true;
    said.list = new Listed[] {listed};
    Epoch epoch = new Epoch();
    epoch.id = 5;
    epoch.clock = 1;
    epoch.incarnations = new long[] {11, 12};
    said.history = new History();
    said.history.epochs = new Epoch[] {epoch};
    said.history.company = new long[] {11, 12};
    Passed passed = new Passed();
    passed.incarnation = 13;
    passed.clock = 1;
    said.history.passed = new Passed[] {passed};
    said.taken = new long[] {5};
    said.kept = 11;
    said.contents = new Contents();
    said.contents.entries_digest = bytes(3, 3);
    said.contents.tombstones_digest = bytes(4, 4);
    return said;
  }

  private static Bytes bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new Bytes(bytes);
  }

  private Secret secret(String text) throws Exception {
    Path file = Files.writeString(Files.createTempFile(directory, "secret", ""), text);
    return Secret.read(
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------")));
  }
}
