package org.rkv.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.EventLoop;
import org.rkv.net.LogLines;
import org.rkv.net.TcpListener;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.RpcServer;
import org.rkv.oncrpc.ServerCall;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.peer.PeerMessages;
import org.rkv.rpc.Address;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Ask;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Contents;
import org.rkv.rpc.Copy;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Del;
import org.rkv.rpc.Digests;
import org.rkv.rpc.DigestsAsked;
import org.rkv.rpc.FailedCall;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Hello;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.ListPage;
import org.rkv.rpc.ListRange;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Names;
import org.rkv.rpc.Opening;
import org.rkv.rpc.Page;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.Put;
import org.rkv.rpc.Reason;
import org.rkv.rpc.ReplicaList;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.SectionsAsked;
import org.rkv.rpc.SectionsPage;
import org.rkv.rpc.Settled;
import org.rkv.rpc.Status;
import org.rkv.rpc.TakenOut;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvServerStub;
import org.rkv.store.HybridClock;
import org.rkv.testing.TestClient;

/**
 * Stands in for one replica of a {@link Cluster}, without any of the code that decides who is who.
 * It listens where that replica is listed, tells whoever greets it who it is, and says of itself
 * what a test wants; it calls, as a {@link Greeter}, what only replicas may. It holds nothing.
 */
class StandInReplica implements AutoCloseable {
  static final int NONCE_BYTES = 32;
  private static final int MAX_RECORD_BYTES = 1024 * 1024;
  private static final long END_MILLIS = 30_000;
  private static final Random RANDOM = new Random();

  private final InetSocketAddress address;
  private final EventLoop loop;
  private final RpcServer server;
  private final TcpListener listener;
  private final AtomicInteger greetings = new AtomicInteger();
  private final AtomicInteger admissions = new AtomicInteger();
  private volatile Names names = new Names();
  private volatile Particulars particulars = particularsOfNobody();
  private volatile int admission = kv.ADMIT_NOT_YET;
  private volatile String secret = "";
  private volatile List<String> leftOut = List.of();
  private volatile int takenOutAnswer = kv.TAKEN_OUT_STOPPED;
  private volatile boolean silent;

  /** Listens at this address from now on, and lists these: hosts at the same port. */
  StandInReplica(InetSocketAddress address, String... hosts) throws IOException {
    this.address = address;
    names.name = text(address.getAddress().getHostAddress());
    names.meant = "";
    restart();
    lists(hosts);
    LogLines log = new LogLines();
    loop = new EventLoop("stand-in", log);
    server = new RpcServer(KvProgram.PROGRAM, new Procedures(), log);
    ConnectionLimits limits = ConnectionLimits.forRecords(MAX_RECORD_BYTES);
    listener = new TcpListener(loop, log, address, limits, RecordMarking.INSTANCE, server);
    loop.start();
    loop.execute(this::begin);
  }

  private void begin() {
    try {
      listener.begin();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An entry at our port, in its one form. */
  final String text(String host) {
    return host + ":" + address.getPort();
  }

  /** Who it says that it is, to those that it calls and to those that call it. */
  Names names() {
    return names;
  }

  /** It calls itself so from now on. */
  final void call(String name) {
    Names next = copy(names);
    next.name = name;
    names = next;
  }

  /** It is another process from now on, which holds something else. */
  final void restart() {
    Names next = copy(names);
    next.incarnation = RANDOM.nextLong();
    next.start = RANDOM.nextLong();
    names = next;
  }

  /** Ends all connections that were made to it. */
  final void hangUp() {
    loop.execute(() -> server.closeAll("the stand-in hangs up"));
  }

  /** It is the same process and incarnation as this one from now on. */
  final void be(Names same) {
    names = copy(same);
  }

  /** What else it says of itself, without a proof: a copy. */
  final Particulars particulars() {
    return copy(particulars);
  }

  /** It says something else of itself from now on. */
  final void says(Consumer<Particulars> change) {
    Particulars next = copy(particulars);
    change.accept(next);
    particulars = next;
  }

  /** It lists these hosts, at its own port. */
  final void lists(String... hosts) {
    says(self -> self.list = Arrays.stream(hosts).map(this::listed).toArray(Listed[]::new));
  }

  private Listed listed(String host) {
    Listed listed = new Listed();
    listed.text = text(host);
    listed.addresses = new Address[] {new Address(host)};
    listed.given_name = "";
    return listed;
  }

  /** What it answers to RADMIT from now on. */
  final void answers(int code) {
    admission = code;
  }

  /** It knows this secret, or none if that is empty. */
  final void knows(String newSecret) {
    secret = newSecret;
  }

  final String secret() {
    return secret;
  }

  /** What it answers from now on when it is told that it was taken out. */
  final void answersWhenTakenOut(int answer) {
    leftOut = List.of();
    takenOutAnswer = answer;
  }

  /** It never answers when it is told that it was taken out. */
  final void beSilent() {
    silent = true;
  }

  /** The list that it was told to be taken out of, since it was set what to answer; or empty. */
  List<String> leftOut() {
    return leftOut;
  }

  /** How often it was greeted so far: once on each connection. */
  int greetings() {
    return greetings.get();
  }

  /** How often it was asked to admit somebody. */
  int admissions() {
    return admissions.get();
  }

  /** A new connection to a replica, from where this one is listed. */
  Greeter calls(InetSocketAddress replica) throws IOException {
    return callsFrom(address.getAddress(), replica);
  }

  /** A new connection to a replica from somewhere else. */
  Greeter callsFrom(InetAddress local, InetSocketAddress replica) throws IOException {
    return new Greeter(TestClient.from(local, replica), this);
  }

  /** Who answers one that has said this; null for one of another release. */
  Names answerTo(Names caller) throws IOException, OncRpcException {
    return withNonce(names);
  }

  /** What it answers to one that asks to be admitted. */
  Admission admit(Particulars theirs, Names caller, Names callee)
      throws IOException, OncRpcException {
    Admission answer = new Admission();
    answer.code = admission;
    answer.callee = particulars();
    answer.callee.proof =
        new Bytes(proof("callee", answer.code, caller, callee, answer.callee, theirs.proof));
    return answer;
  }

  /** What it tells one that scans it: there is nothing. */
  Page page(Cursor cursor) {
    Page page = new Page();
    page.state = particulars.state;
    page.entries = new Scanned[0];
    page.last = true;
    page.next = cursor;
    page.history = particulars.history;
    return page;
  }

  static Names withNonce(Names names) {
    Names copy = copy(names);
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    copy.nonce = new Bytes(nonce);
    return copy;
  }

  static Names copy(Names names) {
    Names copy = new Names();
    copy.name = names.name;
    copy.incarnation = names.incarnation;
    copy.start = names.start;
    copy.generation = names.generation;
    copy.opening = names.opening;
    copy.meant = names.meant;
    copy.nonce = names.nonce;
    return copy;
  }

  private static Particulars copy(Particulars particulars) {
    Particulars copy = new Particulars();
    copy.state = particulars.state;
    copy.standing = particulars.standing;
    copy.capacity = particulars.capacity;
    copy.max_length = particulars.max_length;
    copy.limit = particulars.limit;
    copy.max_bytes = particulars.max_bytes;
    copy.held_bytes = particulars.held_bytes;
    copy.cluster = particulars.cluster;
    copy.list = particulars.list;
    copy.history = particulars.history;
    copy.taken = particulars.taken;
    copy.kept = particulars.kept;
    copy.contents = particulars.contents;
    copy.openings = particulars.openings;
    copy.proof = particulars.proof;
    return copy;
  }

  /** Of one that is not a replica of any list, and serves nobody. */
  private static Particulars particularsOfNobody() {
    Particulars particulars = new Particulars();
    particulars.state = kv.REPLICA_CATCHING_UP;
    particulars.capacity = kv.KVSTORE_CAPACITY;
    particulars.max_length = kv.MAX_LENGTH;
    particulars.limit = HybridClock.NO_LIMIT;
    particulars.max_bytes = Long.MAX_VALUE;
    particulars.cluster = "";
    particulars.history = PeerMessages.noHistory();
    particulars.taken = new long[0];
    particulars.contents = new Contents();
    particulars.contents.entries_digest = new Bytes(new byte[0]);
    particulars.contents.tombstones_digest = new Bytes(new byte[0]);
    particulars.openings = new Opening[0];
    particulars.proof = new Bytes(new byte[0]);
    return particulars;
  }

  /**
   * HMAC-SHA256 over all that was said, without the code under test.
   *
   * @param said without a proof yet
   * @param answered the proof that a callee answers, or null
   */
  final byte[] proof(
      String role, int code, Names caller, Names callee, Particulars said, Bytes answered)
      throws IOException, OncRpcException {
    if (secret.isEmpty()) {
      return new byte[0];
    }
    XdrOutput message = new XdrOutput(1024);
    message.xdrEncodeInt(code);
    for (XdrAble part : new XdrAble[] {caller, callee, said, answered}) {
      if (part != null) {
        part.xdrEncode(message);
      }
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
      mac.update(role.getBytes(StandardCharsets.US_ASCII));
      mac.update(message.buffer(), 0, message.size());
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public void close() {
    loop.execute(
        () -> {
          listener.close();
          server.closeAll("the stand-in goes");
          loop.close();
        });
    try {
      loop.awaitEnd(END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who greeted on one connection, and what was answered. */
  private record Greeting(Names caller, Names callee) {}

  /** What others call. Nobody asks one that has not admitted him. */
  private final class Procedures extends kvServerStub {
    private ServerCall call;

    @Override
    public void dispatchOncRpcCall(
        OncRpcCallInformation information, int program, int version, int procedure)
        throws OncRpcException, IOException {
      call = (ServerCall) information;
      super.dispatchOncRpcCall(information, program, version, procedure);
    }

    @Override
    public Hello RHELLO_1(Hello hello) {
      greetings.incrementAndGet();
      Hello answer = new Hello();
      try {
        answer.names = answerTo(hello.names);
      } catch (IOException | OncRpcException e) {
        throw new IllegalStateException("no answer to a greeting", e);
      }
      answer.protocol = answer.names == null ? kv.PEER_PROTOCOL + 1 : kv.PEER_PROTOCOL;
      call.channel().attach(new Greeting(hello.names, answer.names));
      return answer;
    }

    @Override
    public Admission RADMIT_1(Particulars theirs) {
      admissions.incrementAndGet();
      Greeting greeting = (Greeting) call.channel().attachment();
      try {
        return admit(theirs, greeting.caller, greeting.callee);
      } catch (IOException | OncRpcException e) {
        throw new IllegalStateException("no answer to a replica's particulars", e);
      }
    }

    @Override
    public int RSETTLED_1(Settled settled) {
      return 0;
    }

    @Override
    public int RTAKENOUT_1(TakenOut takenOut) {
      leftOut = Arrays.stream(takenOut.list).map(listed -> listed.text).toList();
      if (silent) {
        call.defer();
      }
      return takenOutAnswer;
    }

    @Override
    public Page RSCAN_1(Cursor cursor) {
      return page(cursor);
    }

    /** It is of a release that has no such procedure. */
    @Override
    public Digests RDIGESTS_1(DigestsAsked asked) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SectionsPage RSECTIONS_1(SectionsAsked asked) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Reason WHY_1(FailedCall asked) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int PUT_1(KeyValue pair) {
      return kv.PUT_FAILED;
    }

    @Override
    public GetReply GET_1(String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int DEL_1(String key) {
      return kv.DEL_FAILED;
    }

    @Override
    public int RPUT_1(Put put) {
      return kv.PUT_FAILED;
    }

    @Override
    public Copy RGET_1(Ask ask) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int RDEL_1(Del del) {
      return kv.DEL_FAILED;
    }

    @Override
    public ReplicaList REPLICAS_1() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Status STATUS_1() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Contents DIGEST_1() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ListPage LIST_1(ListRange range) {
      throw new UnsupportedOperationException();
    }
  }
}
