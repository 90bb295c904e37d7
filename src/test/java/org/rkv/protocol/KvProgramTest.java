package org.rkv.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrString;
import org.acplt.oncrpc.XdrVoid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rkv.oncrpc.Program.Procedure;
import org.rkv.oncrpc.Shape;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.rpc.Address;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Ask;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Contents;
import org.rkv.rpc.Copy;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.Del;
import org.rkv.rpc.Digests;
import org.rkv.rpc.DigestsAsked;
import org.rkv.rpc.Epoch;
import org.rkv.rpc.FailedCall;
import org.rkv.rpc.FailureCount;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Hello;
import org.rkv.rpc.History;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.ListPage;
import org.rkv.rpc.ListRange;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Names;
import org.rkv.rpc.Opening;
import org.rkv.rpc.Page;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.Passed;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Put;
import org.rkv.rpc.Reason;
import org.rkv.rpc.ReplicaInfo;
import org.rkv.rpc.ReplicaList;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.SectionsAsked;
import org.rkv.rpc.SectionsPage;
import org.rkv.rpc.Settled;
import org.rkv.rpc.Stamp;
import org.rkv.rpc.Status;
import org.rkv.rpc.TakenOut;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;
import org.rkv.store.Sections;

/** The shapes, against what the types that jrpcgen made write and read. */
class KvProgramTest {
  /** A shape, a value that has it, and what such a value is read into. */
  record Sample(String name, Shape shape, XdrAble value, Supplier<? extends XdrAble> fresh) {
    @Override
    public String toString() {
      return name;
    }
  }

  @Test
  void shouldTellTheCallsOfReplicasFromThoseOfClients() {
    List<Integer> ofClients =
        List.of(
            kv.PUT_1,
            kv.GET_1,
            kv.DEL_1,
            kv.REPLICAS_1,
            kv.STATUS_1,
            kv.DIGEST_1,
            kv.LIST_1,
            kv.WHY_1);
    for (int number = 0; number < KvProgram.PROGRAM.procedures().length; number++) {
      assertEquals(!ofClients.contains(number), KvProgram.isForReplicas(number), "" + number);
    }
  }

  @Test
  void shouldCallProceduresAsTheProtocolDoes() throws ReflectiveOperationException {
    for (int number = 1; number < KvProgram.PROGRAM.procedures().length; number++) {
      String constant = KvProgram.nameOf(number) + "_1";
      assertEquals(number, kv.class.getField(constant).getInt(null), constant);
    }
    assertEquals("procedure 99", KvProgram.nameOf(99));
  }

  static Stream<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    add(samples, kv.PUT_1, keyValue("ab", "xyz"), KeyValue::new, new XdrInt(7), XdrInt::new);
    add(samples, kv.GET_1, string("ab"), XdrString::new, getReply("xyz"), GetReply::new);
    add(samples, kv.DEL_1, string(""), XdrString::new, new XdrInt(-1), XdrInt::new);
    add(samples, kv.RPUT_1, put(), Put::new, new XdrInt(0), XdrInt::new);
    add(samples, kv.RGET_1, ask(), Ask::new, copy(), Copy::new);
    add(samples, kv.RDEL_1, del(), Del::new, new XdrInt(4), XdrInt::new);
    add(samples, kv.REPLICAS_1, XdrVoid.XDR_VOID, null, replicas(), ReplicaList::new);
    add(samples, kv.RHELLO_1, hello(), Hello::new, helloOfAnotherRelease(), Hello::new);
    add(samples, kv.RADMIT_1, particulars(), Particulars::new, admission(), Admission::new);
    add(samples, kv.RSETTLED_1, settled(), Settled::new, new XdrInt(0), XdrInt::new);
    add(samples, kv.RSCAN_1, cursor(), Cursor::new, page(3), Page::new);
    add(samples, kv.STATUS_1, XdrVoid.XDR_VOID, null, status(), Status::new);
    add(samples, kv.DIGEST_1, XdrVoid.XDR_VOID, null, contents(), Contents::new);
    add(samples, kv.RTAKENOUT_1, takenOut(), TakenOut::new, new XdrInt(0), XdrInt::new);
    add(samples, kv.LIST_1, listRange(), ListRange::new, listPage(3), ListPage::new);
    add(samples, kv.RDIGESTS_1, digestsAsked(), DigestsAsked::new, digests(), Digests::new);
    add(samples, kv.RSECTIONS_1, sections(), SectionsAsked::new, sectionsPage(), SectionsPage::new);
    add(samples, kv.WHY_1, failedCall(), FailedCall::new, reason(), Reason::new);
    Procedure scan = procedure(kv.RSCAN_1);
    samples.add(new Sample("RSCAN, an empty page", scan.results(), page(0), Page::new));
    return samples.stream();
  }

  private static void add(
      List<Sample> samples,
      int number,
      XdrAble argument,
      Supplier<? extends XdrAble> freshArgument,
      XdrAble result,
      Supplier<? extends XdrAble> freshResult) {
    Procedure procedure = procedure(number);
    assertNotNull(procedure, "procedure " + number);
    samples.add(new Sample(number + ", arguments", procedure.arguments(), argument, freshArgument));
    samples.add(new Sample(number + ", results", procedure.results(), result, freshResult));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldAcceptWhatTheGeneratedTypeWrites(Sample sample) throws Exception {
    byte[] encoded = encode(sample.value());
    XdrInput in = new XdrInput().wrap(encoded, 0, encoded.length);

    assertTrue(sample.shape().walk(in));

    assertEquals(0, in.remaining(), "all of it, and nothing after it");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldRefuseWhatIsCutOffAtAnyByte(Sample sample) throws Exception {
    byte[] encoded = encode(sample.value());
    for (int length = 0; length < encoded.length; length++) {
      // Not at the end of the array: a walk that looks further would find the rest.
      XdrInput in = new XdrInput().wrap(encoded, 0, length);
      assertFalse(sample.shape().fits(in), "cut off after " + length + " bytes");
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldAcceptNothingThatTheGeneratedTypeCannotRead(Sample sample) throws Exception {
    byte[] encoded = encode(sample.value());
    int[] lengths = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, encoded.length, 1 << 16, 5, 3, 1};
    for (int at = 0; at + 4 <= encoded.length; at += 4) {
      for (int length : lengths) {
        byte[] changed = encoded.clone();
        ByteBuffer.wrap(changed).putInt(at, length);
        XdrInput in = new XdrInput().wrap(changed, 0, changed.length);
        if (sample.shape().fits(in)) {
          sample.fresh().get().xdrDecode(in); // throws, or takes 2 GiB, if the shape is wrong
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldReadBackTheSameBytes(Sample sample) throws Exception {
    byte[] encoded = encode(sample.value());
    if (sample.fresh() != null) {
      XdrAble read = sample.fresh().get();
      read.xdrDecode(new XdrInput().wrap(encoded, 0, encoded.length));
      assertArrayEquals(encoded, encode(read));
    } else {
      assertEquals(0, encoded.length);
    }
  }

  @Test
  void shouldTakeNoGreetingWithANameOrNonceThatNoReplicaHas() throws Exception {
    Shape call = procedure(kv.RHELLO_1).arguments();
    Hello longest = hello();
    longest.names.name = "n".repeat(KvProgram.MAX_NAME_BYTES);
    longest.names.meant = "m".repeat(KvProgram.MAX_NAME_BYTES);
    assertTrue(fits(call, longest));

    Hello longName = hello();
    longName.names.name = "n".repeat(KvProgram.MAX_NAME_BYTES + 1);
    assertFalse(fits(call, longName));
    Hello longMeant = hello();
    longMeant.names.meant = "m".repeat(KvProgram.MAX_NAME_BYTES + 1);
    assertFalse(fits(call, longMeant));
    for (int length : new int[] {0, 31, 33, 1 << 16}) {
      Hello otherNonce = hello();
      otherNonce.names.nonce = bytes(length);
      assertFalse(fits(call, otherNonce), "a nonce of " + length);
    }
  }

  @Test
  void shouldTakeTheLongestGreetingThereIsFromAStranger() throws Exception {
    Hello longest = hello();
    longest.names.name = "n".repeat(KvProgram.MAX_NAME_BYTES);
    longest.names.meant = "m".repeat(KvProgram.MAX_NAME_BYTES);
    int headerBytes = 40 + 2 * 400;

    int most = procedure(kv.RHELLO_1).mostBytesOfStrangers();

    assertTrue(headerBytes + encode(longest).length <= most, most + " bytes");
  }

  private static boolean fits(Shape shape, XdrAble value) throws Exception {
    byte[] encoded = encode(value);
    return shape.fits(new XdrInput().wrap(encoded, 0, encoded.length));
  }

  @Test
  void shouldHaveTheNumbersOfTheCSystem() {
    assertEquals(123456, KvProgram.PROGRAM.number());
    assertEquals(1, KvProgram.PROGRAM.lowVersion());
    assertEquals(1, KvProgram.PROGRAM.highVersion());
    assertEquals(
        List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18),
        List.of(
            kv.PUT_1,
            kv.GET_1,
            kv.DEL_1,
            kv.RPUT_1,
            kv.RGET_1,
            kv.RDEL_1,
            kv.REPLICAS_1,
            kv.RHELLO_1,
            kv.RADMIT_1,
            kv.RSETTLED_1,
            kv.RSCAN_1,
            kv.STATUS_1,
            kv.DIGEST_1,
            kv.RTAKENOUT_1,
            kv.LIST_1,
            kv.RDIGESTS_1,
            kv.RSECTIONS_1,
            kv.WHY_1));
  }

  @Test
  void shouldHaveNoOtherProcedures() {
    assertNotNull(KvProgram.PROGRAM.procedure(0));
    assertNull(KvProgram.PROGRAM.procedure(19));
    assertNull(KvProgram.PROGRAM.procedure(-1));
    assertNull(KvProgram.PROGRAM.procedure(Integer.MIN_VALUE));
  }

  @Test
  void shouldTakeNothingAndGiveNothingInProcedureNull() {
    XdrInput nothing = new XdrInput();

    assertTrue(KvProgram.PROGRAM.procedure(0).arguments().fits(nothing));
    assertTrue(KvProgram.PROGRAM.procedure(0).results().fits(nothing));
  }

  private static Procedure procedure(int number) {
    return KvProgram.PROGRAM.procedure(number);
  }

  private static byte[] encode(XdrAble value) throws Exception {
    XdrOutput out = new XdrOutput(16);
    value.xdrEncode(out);
    return Arrays.copyOf(out.buffer(), out.size());
  }

  private static XdrString string(String value) {
    return new XdrString(value);
  }

  private static Bytes bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xee);
    return new Bytes(bytes);
  }

  private static KeyValue keyValue(String key, String value) {
    KeyValue pair = new KeyValue();
    pair.key = new Key(key);
    pair.value = new Value(value);
    return pair;
  }

  private static FailedCall failedCall() {
    FailedCall call = new FailedCall();
    call.procedure = 1;
    call.key = new Key("abc");
    return call;
  }

  private static Reason reason() {
    Reason reason = new Reason();
    reason.cause = "silent";
    reason.peer = "beta";
    reason.text = "replica beta does not answer";
    reason.millis = 1;
    return reason;
  }

  private static FailureCount failureCount() {
    FailureCount count = new FailureCount();
    count.cause = "silent";
    count.peer = "beta";
    count.count = 7;
    count.last_millis = 1;
    return count;
  }

  private static Stamp stamp() {
    Stamp stamp = new Stamp();
    stamp.clock = 0x0102030405060708L;
    stamp.origin = -2;
    return stamp;
  }

  private static Put put() {
    Put put = new Put();
    put.kv = keyValue("a", "");
    put.stamp = stamp();
    put.settled = Long.MIN_VALUE;
    return put;
  }

  private static Del del() {
    Del del = new Del();
    del.key = new Key("abcde");
    del.stamp = stamp();
    del.settled = 1;
    return del;
  }

  /** The protocol and the store each say it, as neither knows the other. */
  @Test
  void shouldDivideKeysIntoAsManySectionsAsAStoreDoes() {
    assertEquals(Sections.COUNT, kv.SECTIONS);
  }

  private static DigestsAsked digestsAsked() {
    DigestsAsked asked = new DigestsAsked();
    asked.section = 4096;
    asked.salt = -7;
    return asked;
  }

  private static Digests digests() {
    Digests digests = new Digests();
    digests.state = kv.REPLICA_SERVING;
    digests.start = -2;
    digests.sections = kv.SECTIONS;
    digests.marks = bytes(3);
    digests.entries = new long[] {1, Long.MIN_VALUE, -1};
    digests.tombstones = new long[] {5};
    return digests;
  }

  private static SectionsAsked sections() {
    SectionsAsked asked = new SectionsAsked();
    asked.sections = bytes(5);
    asked.salt = 3;
    asked.known = -4;
    asked.from = cursor();
    return asked;
  }

  private static SectionsPage sectionsPage() {
    SectionsPage page = new SectionsPage();
    page.start = 9;
    page.page = page(2);
    page.known = new long[] {1, 2};
    page.known_unsettled = new long[] {-3};
    return page;
  }

  private static GetReply getReply(String value) {
    GetReply reply = new GetReply();
    reply.code = kv.GET_OK;
    reply.value = new Value(value);
    return reply;
  }

  private static Copy copy() {
    Copy copy = new Copy();
    copy.code = kv.GET_OK;
    copy.value = new Value("v\u00ff");
    copy.stamp = stamp();
    copy.settled = true;
    return copy;
  }

  private static ReplicaList replicas() {
    ReplicaInfo one = new ReplicaInfo();
    one.name = "127.0.0.1";
    one.reachable = true;
    ReplicaInfo other = new ReplicaInfo();
    other.name = "";
    return new ReplicaList(new ReplicaInfo[] {one, other});
  }

  private static Hello hello() {
    Hello hello = new Hello();
    hello.protocol = kv.PEER_PROTOCOL;
    hello.names = new Names();
    hello.names.name = "me:20456";
    hello.names.incarnation = -1;
    hello.names.start = 2;
    hello.names.generation = 3;
    hello.names.opening = 4;
    hello.names.meant = "you:20456";
    hello.names.nonce = bytes(32);
    return hello;
  }

  private static Hello helloOfAnotherRelease() {
    Hello hello = new Hello();
    hello.protocol = 5;
    return hello;
  }

  private static Particulars particulars() {
    Particulars particulars = new Particulars();
    particulars.state = kv.REPLICA_SERVING;
    particulars.capacity = 256;
    particulars.max_length = 32;
    particulars.cluster = "test";
    particulars.list = list();
    particulars.history = history();
    particulars.taken = new long[] {1, 2};
    particulars.kept = 7;
    particulars.contents = contents();
    particulars.openings = new Opening[] {opening(1), opening(-1)};
    particulars.proof = bytes(32);
    return particulars;
  }

  private static Opening opening(long generation) {
    Opening opening = new Opening();
    opening.incarnation = -1;
    opening.generation = generation;
    opening.id = 3;
    return opening;
  }

  private static Listed[] list() {
    Listed me = new Listed();
    me.text = "me:20456";
    me.addresses = new Address[0];
    me.given_name = "";
    Listed you = new Listed();
    you.text = "you:1";
    you.addresses = new Address[] {new Address("10.0.0.1"), new Address("::1")};
    you.given_name = "thou:1";
    you.member = true;
    return new Listed[] {me, you};
  }

  private static History history() {
    Epoch epoch = new Epoch();
    epoch.id = 1;
    epoch.clock = 2;
    epoch.incarnations = new long[] {3, 4, 5};
    Epoch other = new Epoch();
    other.incarnations = new long[0];
    History history = new History();
    history.epochs = new Epoch[] {epoch, other};
    history.company = new long[] {3};
    Passed passed = new Passed();
    passed.incarnation = 3;
    passed.clock = 2;
    history.passed = new Passed[] {passed, passed};
    return history;
  }

  private static Admission admission() {
    Admission admission = new Admission();
    admission.code = kv.ADMIT_NOT_YET;
    admission.callee = particulars();
    return admission;
  }

  private static Ask ask() {
    Ask ask = new Ask();
    ask.key = new Key("abcd");
    ask.epochs = 9;
    return ask;
  }

  private static TakenOut takenOut() {
    TakenOut takenOut = new TakenOut();
    takenOut.list = list();
    return takenOut;
  }

  private static Settled settled() {
    Settled settled = new Settled();
    settled.state = kv.REPLICA_SERVING;
    settled.clock = 5;
    settled.epochs = 6;
    return settled;
  }

  private static Cursor cursor() {
    Cursor cursor = new Cursor();
    cursor.segment = 4095;
    cursor.inside = true;
    cursor.after = new Key("abc");
    return cursor;
  }

  private static Page page(int entries) {
    Page page = new Page();
    page.state = kv.REPLICA_SERVING;
    page.entries = new Scanned[entries];
    for (int i = 0; i < entries; i++) {
      page.entries[i] = new Scanned();
      page.entries[i].key = new Key("k" + i);
      page.entries[i].deleted = i == 1;
      page.entries[i].value = new Value(i == 1 ? "" : "value");
      page.entries[i].stamp = stamp();
      page.entries[i].settled = i == 2;
    }
    page.last = true;
    page.next = cursor();
    page.history = history();
    return page;
  }

  private static ListRange listRange() {
    ListRange range = new ListRange();
    range.prefix = new Key("ab");
    range.inside = true;
    range.after = new Key("abc");
    range.limit = -1;
    range.keys_only = true;
    return range;
  }

  private static ListPage listPage(int entries) {
    ListPage page = new ListPage();
    page.code = kv.LIST_OK;
    page.entries = new KeyValue[entries];
    for (int i = 0; i < entries; i++) {
      page.entries[i] = keyValue("k" + i, i == 1 ? "" : "value");
    }
    page.next = new Key("k2");
    return page;
  }

  private static Status status() {
    Status status = new Status();
    status.name = "127.0.0.1";
    status.release = "1.0.0";
    status.origin = -7;
    status.waiting_for = "replicas to be met: b";
    status.directory = "/home/rkv";
    status.options = "--capacity 1000";
    status.data = new DataStatus();
    status.data.directory = "";
    status.calls = new long[] {1, 2, Long.MAX_VALUE};
    status.failures = new FailureCount[] {failureCount(), failureCount()};
    PeerStatus peer = new PeerStatus();
    peer.trouble = "unknown host";
    peer.name = "127.0.0.22";
    peer.reachable = true;
    peer.round_trip_micros = -1;
    status.peers = new PeerStatus[] {peer, peer};
    return status;
  }

  private static Contents contents() {
    Contents contents = new Contents();
    contents.entries = 3;
    contents.entries_digest = bytes(16);
    contents.tombstones_digest = bytes(16);
    return contents;
  }
}
