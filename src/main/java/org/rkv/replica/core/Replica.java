package org.rkv.replica.core;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.acplt.oncrpc.OncRpcAuthStatus;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.rkv.net.LimitedLog;
import org.rkv.oncrpc.ServerCall;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.observe.Request;
import org.rkv.replica.peer.Hearing;
import org.rkv.replica.peer.InboundPeer;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.PeerAuthenticator;
import org.rkv.replica.peer.PeerMessages;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Ask;
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
import org.rkv.rpc.Page;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.Put;
import org.rkv.rpc.Reason;
import org.rkv.rpc.ReplicaList;
import org.rkv.rpc.SectionsAsked;
import org.rkv.rpc.SectionsPage;
import org.rkv.rpc.Settled;
import org.rkv.rpc.Status;
import org.rkv.rpc.TakenOut;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvServerStub;
import org.rkv.store.Change;
import org.rkv.store.Entry;
import org.rkv.store.Lookup;
import org.rkv.store.MergeResult;
import org.rkv.store.Outcome;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/**
 * The procedures of kv.x. What a client calls works as in the C system: PUT_1 is a local put and
 * then RPUT_1 on every peer; RPUT_1 at the peer is a local put alone. The procedures of replicas
 * (R...) never call out, so replicas cannot wait for one another in a circle; and they are for
 * replicas only.
 *
 * <p>All state belongs to the thread that dispatches; nothing here blocks. A procedure that must
 * wait for peers defers its call, and its {@link Write}, {@link Read} or {@link Lister} answers it.
 * What such a procedure returns means nothing: the generated dispatch makes a reply of it all the
 * same, which a deferred {@link ServerCall} drops.
 */
final class Replica extends kvServerStub {
  private final LocalReplica self;
  private final Store store;
  private final Applier applier;
  private final Operations operations;
  private final PeerCalls calls;
  private final PeerAuthenticator authenticator;
  private final Hearing hearing;
  private final Settling settling;
  private final OperationLog operationLog;
  private final Failures failures;
  private final LimitedLog log;
  private final StatusReport statusReport;
  private final Standing standing;
  private final CatchUp catchUp;
  private final Headroom headroom;

  /** The latest write of each key that is under way. */
  private final Map<String, Write> writes = new HashMap<>();

  private final Confirmations confirmations;
  private final Lister lister;

  /** The one that is being dispatched. */
  private ServerCall call;

  /** Can be dispatched to from now on. */
  Replica(
      LocalReplica self,
      Store store,
      Applier applier,
      Operations operations,
      PeerCalls calls,
      PeerAuthenticator authenticator,
      Hearing hearing,
      Settling settling,
      OperationLog operationLog,
      Failures failures,
      StatusReport statusReport,
      Standing standing,
      CatchUp catchUp,
      Headroom headroom,
      LimitedLog log) {
    this.self = self;
    this.store = store;
    this.applier = applier;
    this.operations = operations;
    this.calls = calls;
    this.authenticator = authenticator;
    this.hearing = hearing;
    this.settling = settling;
    this.operationLog = operationLog;
    this.failures = failures;
    this.statusReport = statusReport;
    this.standing = standing;
    this.catchUp = catchUp;
    this.headroom = headroom;
    this.log = log;
    confirmations =
        new Confirmations(writes, store, applier, operations, calls, settling, operationLog);
    lister = new Lister(store, confirmations);
  }

  @Override
  public void dispatchOncRpcCall(
      OncRpcCallInformation information, int program, int version, int procedure)
      throws OncRpcException, IOException {
    call = (ServerCall) information;
    if (mayCall(procedure)) {
      super.dispatchOncRpcCall(information, program, version, procedure);
    } else {
      call.failAuthenticationFailed(OncRpcAuthStatus.ONCRPC_AUTH_TOOWEAK);
    }
  }

  private boolean mayCall(int procedure) {
    return switch (procedure) {
      case kv.RPUT_1,
          kv.RGET_1,
          kv.RDEL_1,
          kv.RSETTLED_1,
          kv.RSCAN_1,
          kv.RTAKENOUT_1,
          kv.RDIGESTS_1,
          kv.RSECTIONS_1 ->
          authenticator.isFromPeer(call);
      case kv.RHELLO_1, kv.RADMIT_1, kv.LIST_1 -> call.channel().isConnection();
      default -> true;
    };
  }

  private boolean mayAnswerClients() {
    standing.noticeStandstill();
    return self.isAnswering();
  }

  /**
   * Whether our answer to a peer may count, which it does like an acknowledgement.
   *
   * @param epochs that the peer's operation belongs to
   * @return what to answer instead, or zero
   */
  private int whyNotAnswer(long epochs) {
    return operations.members().whyNotAnswer(epochs, caller().peer());
  }

  /** Who has sent the call that is carried out now. */
  private InboundPeer caller() {
    return authenticator.caller(call.channel());
  }

  /** Alone, what we write is settled at once; one that was taken out must know it before. */
  private boolean mayWrite(Request request, String key) {
    Peer full = calls.peers().whoseDiskIsFull();
    if (!operations.durability().hasRoom()) {
      failures.failed(request, key, operations.durability().whyNoRoom());
    } else if (full != null) {
      failures.failed(request, key, Failure.ofAFullDisk(full.name()));
    } else if (!mayAnswerClients()) {
      failures.failed(request, key, isNotAnswering());
    } else if (operations.members().others().isEmpty() && calls.peers().someoneDeparts()) {
      failures.failed(request, key, Failure.ofADeparture());
    } else {
      return true;
    }
    return false;
  }

  private Failure isNotAnswering() {
    return Failure.ofOurs(
        Cause.NOT_SERVING, "this replica does not serve: it waits for " + self.waitingFor());
  }

  @Override
  public int PUT_1(KeyValue pair) {
    if (!mayWrite(Request.PUT, pair.key.value)) {
      return kv.PUT_FAILED;
    }
    Change change = store.put(pair.key.value, pair.value.value);
    if (change.outcome() == Outcome.FULL && headroom.isHeapShort()) {
      log.warn("memory is short: over nine tenths of the heap are in use, and PUTs are refused");
    } else if (change.outcome() == Outcome.FULL && store.haveTombstonesTakenRoom()) {
      log.warn(
          "deletes that are remembered take room from values: "
              + store.tombstones()
              + "; they are forgotten when all replicas have had them for a while");
    }
    operationLog.put(pair.key.value, pair.value.value, change);
    int code = Codes.ofPut(change.outcome());
    if (change.accepted()) {
      settling.added(change.entry(), change.before());
      replicate(Request.PUT, code, change.entry());
    }
    return code;
  }

  @Override
  public GetReply GET_1(String key) {
    if (!mayAnswerClients()) {
      failures.failed(Request.GET, key, isNotAnswering());
      return Messages.getReply(kv.GET_FAILED, "");
    }
    Lookup found = store.get(key);
    operationLog.get(key, found);
    if (found.outcome() == Outcome.OK && !headroom.mayTell(found.entry().value())) {
      log.warn("memory is short: reads of values over 16 KiB are refused");
      failures.failed(Request.GET, key, Failure.ofOurs(Cause.MEMORY_SHORT, "memory is short"));
      return Messages.getReply(kv.GET_FAILED, "");
    }
    if (found.entry() != null && !found.entry().settled()) {
      call.defer();
      ServerCall asked = call;
      confirmations.confirm(
          key, found.entry(), (reply, why) -> answer(asked, reply, Request.GET, key, why));
    }
    boolean ok = found.outcome() == Outcome.OK;
    return Messages.getReply(Codes.ofGet(found.outcome()), ok ? found.entry().value() : "");
  }

  @Override
  public int DEL_1(String key) {
    if (!mayWrite(Request.DEL, key)) {
      return kv.DEL_FAILED;
    }
    Change change = store.delete(key);
    operationLog.delete(key, change);
    int code = Codes.ofDel(change.outcome());
    if (change.accepted()) {
      settling.added(change.entry(), change.before());
    }
    if (change.entry() != null) {
      // Also when the key is not found because a delete of it is not known to be everywhere: "not
      // found" must be true on every replica before it is said.
      replicate(Request.DEL, code, change.entry());
    }
    return code;
  }

  /** Defers the call, if there is anybody who has to have the entry too. */
  private void replicate(Request request, int localCode, Entry entry) {
    Members members = operations.members();
    if (members.others().isEmpty()) {
      members.complete(members.begin()); // settled, and acknowledged, by us alone
      answerWhenSafe(
          operations.durability().positionOf(entry.key()),
          new XdrInt(localCode),
          new XdrInt(kv.PUT_FAILED),
          why -> failures.failed(request, entry.key(), why));
    } else if (!entry.settled()) {
      call.defer();
      new Write(
              request,
              call,
              localCode,
              entry,
              writes,
              operations,
              calls,
              settling,
              operationLog,
              failures)
          .replicate();
    }
  }

  @Override
  public int RPUT_1(Put put) {
    settling.watermark(caller().start(), put.settled);
    String key = put.kv.key.value;
    String value = put.kv.value.value;
    if (store.limits().tooLarge(key)) {
      return kv.PUT_KEY_IS_TOO_LARGE;
    }
    if (store.limits().tooLarge(value)) {
      return kv.PUT_VALUE_IS_TOO_LARGE;
    }
    int whyNot = whyNotAnswer(put.epochs);
    if (whyNot != 0) {
      return whyNot;
    }
    Stamp stamp = Messages.stamp(put.stamp);
    if (!applier.observeStamp(stamp)) {
      return kv.PUT_FAILED;
    }
    if (!operations.durability().hasRoom()) {
      return kv.PUT_FAILED;
    }
    if (!hasRoomFor(key, value)) {
      return kv.PUT_KVSTORE_OUT_OF_CAPACITY;
    }
    adopt(key, value, stamp);
    answerWhenSafe(key, new XdrInt(kv.PUT_OK), new XdrInt(kv.PUT_FAILED));
    return kv.PUT_OK;
  }

  @Override
  public Copy RGET_1(Ask ask) {
    int whyNot = whyNotAnswer(ask.epochs);
    Copy copy = whyNot == 0 ? Messages.copy(store.find(ask.key.value)) : Messages.noCopy(whyNot);
    answerWhenSafe(ask.key.value, copy, Messages.noCopy(kv.GET_FAILED));
    return copy;
  }

  @Override
  public int RDEL_1(Del del) {
    settling.watermark(caller().start(), del.settled);
    if (store.limits().tooLarge(del.key.value)) {
      return kv.DEL_KEY_IS_TOO_LARGE;
    }
    int whyNot = whyNotAnswer(del.epochs);
    if (whyNot != 0) {
      return whyNot;
    }
    Stamp stamp = Messages.stamp(del.stamp);
    if (!applier.observeStamp(stamp)) {
      return kv.DEL_FAILED;
    }
    if (!operations.durability().hasRoom() || !hasRoomFor(del.key.value, null)) {
      return kv.DEL_FAILED;
    }
    Entry before = adopt(del.key.value, null, stamp).before();
    int code = before == null || before.isTombstone() ? kv.DEL_KEY_NOT_FOUND : kv.DEL_OK;
    answerWhenSafe(del.key.value, new XdrInt(code), new XdrInt(kv.DEL_FAILED));
    return code;
  }

  /**
   * The call is answered with this when what we hold for the key is safe, and our epochs are.
   *
   * @param late what it is answered with if that takes too long
   */
  private void answerWhenSafe(String key, XdrAble answer, XdrAble late) {
    answerWhenSafe(operations.durability().positionOf(key), answer, late);
  }

  private void answerWhenSafe(long position, XdrAble answer, XdrAble late) {
    answerWhenSafe(position, answer, late, why -> {});
  }

  private void answerWhenSafe(
      long position, XdrAble answer, XdrAble late, Consumer<Failure> failed) {
    if (!operations.durability().isSafe(position)) {
      call.defer();
      new SafeAnswer(call, answer, late, failed, operations).await(position);
    }
  }

  /**
   * Answers a client's call that was deferred.
   *
   * @param why the answer is that it has failed; null if it is not
   */
  private void answer(ServerCall asked, XdrAble reply, Request request, String key, Failure why) {
    if (why != null) {
      failures.failed(request, key, why);
    }
    asked.answer(reply);
  }

  private MergeResult adopt(String key, String value, Stamp stamp) {
    if (!self.isServing()) {
      Peer caller = caller().peer();
      self.history().gather(caller.past().epochs());
    }
    return applier.adopt(key, value, stamp);
  }

  private boolean hasRoomFor(String key, String value) {
    if (headroom.hasRoomFor(key, value)) {
      return true;
    }
    String caller = caller().peer().name();
    log.warn("replica " + caller + " tells of more than all replicas can hold: refused");
    return false;
  }

  @Override
  public ReplicaList REPLICAS_1() {
    return calls.peers().replicas();
  }

  @Override
  public Hello RHELLO_1(Hello hello) {
    return authenticator.hello(hello, call);
  }

  @Override
  public Admission RADMIT_1(Particulars particulars) {
    return authenticator.admit(particulars, call);
  }

  @Override
  public int RTAKENOUT_1(TakenOut takenOut) {
    return hearing.takenOut(caller().peer(), takenOut.list)
        ? kv.TAKEN_OUT_STOPPED
        : kv.TAKEN_OUT_ANSWERS_STILL;
  }

  @Override
  public int RSETTLED_1(Settled settled) {
    InboundPeer caller = caller();
    settling.watermark(caller.start(), settled.clock);
    caller.heardLimit(settled.limit);
    hearing.heardFull(caller.peer(), caller.start(), settled.full);
    hearing.heardState(caller.peer(), caller.start(), settled.state, settled.epochs);
    return 0;
  }

  @Override
  public Page RSCAN_1(Cursor cursor) {
    FormerCopy former = catchUp.former();
    Page page = Scan.page(store, former == null ? null : former.store(), cursor, self.state());
    page.merged = catchUp.isMerged();
    if (page.last) {
      page.history = PeerMessages.history(self.history());
    }
    answerWhenSafe(operations.durability().lastPosition(), page, null);
    return page;
  }

  @Override
  public Digests RDIGESTS_1(DigestsAsked asked) {
    Digests page = DigestPages.page(store.sectionDigests(), asked, self.state(), self.start());
    answerWhenSafe(operations.durability().lastPosition(), page, null);
    return page;
  }

  @Override
  public SectionsPage RSECTIONS_1(SectionsAsked asked) {
    SectionsPage page = SectionPages.page(store, asked, self.state(), self.start());
    if (page.page.last) {
      page.page.history = PeerMessages.history(self.history());
    }
    answerWhenSafe(operations.durability().lastPosition(), page, null);
    return page;
  }

  @Override
  public ListPage LIST_1(ListRange range) {
    String prefix = range.prefix.value;
    if (!mayAnswerClients()) {
      failures.failed(Request.LIST, prefix, isNotAnswering());
      return Lister.failed();
    }
    ServerCall asked = call;
    asked.defer();
    lister.list(
        range,
        (page, why) -> answer(asked, page, Request.LIST, prefix, why),
        asked::failSystemError);
    return Lister.failed();
  }

  @Override
  public Status STATUS_1() {
    return statusReport.status();
  }

  @Override
  public Reason WHY_1(FailedCall asked) {
    return failures.why(Codes.requestOf(asked.procedure), asked.key.value);
  }

  @Override
  public Contents DIGEST_1() {
    Contents contents = Messages.contents(store, settling.unsettled());
    answerWhenSafe(operations.durability().lastPosition(), contents, null);
    return contents;
  }
}
