package org.rkv.oncrpc;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntPredicate;
import org.acplt.oncrpc.server.OncRpcDispatchable;
import org.rkv.net.CallKind;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.LimitedLog;
import org.rkv.net.OutOfMemory;
import org.slf4j.Logger;

/**
 * Serves one program on any number of channels: judges each message, has the generated dispatch
 * execute what is a proper call, and writes the replies. Nothing that a caller sends, and nothing
 * that a procedure throws, ends more than that caller's connection. Belongs to the thread of its
 * channels.
 */
public final class RpcServer implements ChannelListener, ServerStatistics {
  /**
   * Calls under way in all; one more that may have to wait for its answer, too, is answered with
   * SYSTEM_ERR. Fewer than a {@link Link} takes: a server that calls others for each call refuses
   * before they do.
   */
  static final int MAX_CALLS_UNDER_WAY = 12 * 1024;

  /** So many more if they replicate: reads are refused first. */
  static final int MORE_THAT_REPLICATE = 1024;

  private final Program program;
  private final OncRpcDispatchable dispatcher;
  private final Logger log;
  private final Set<Channel> channels = new LinkedHashSet<>();
  private final CallHeader header = new CallHeader();
  private final XdrInput input = new XdrInput();
  private final ReplyWriter replies;
  private final LimitedLog limitedLog;
  private final long[] calls;
  private CallListener listener = CallListener.NONE;
  private IntPredicate taken = procedure -> true;
  private CallPermission permission = CallPermission.EVERYBODY;

  /**
   * A server without callers.
   *
   * @param dispatcher a generated server stub
   * @param log for procedures that throw, and for callers that send no calls
   */
  public RpcServer(Program program, OncRpcDispatchable dispatcher, Logger log) {
    this.program = program;
    this.dispatcher = dispatcher;
    this.log = log;
    limitedLog = new LimitedLog(log);
    replies = new ReplyWriter(log);
    calls = new long[program.procedures().length];
  }

  @Override
  public int connections() {
    return channels.size();
  }

  @Override
  public int callsUnderWay() {
    return replies.callsUnderWay();
  }

  @Override
  public long[] calls() {
    return calls.clone();
  }

  @Override
  public long errors() {
    return replies.errors();
  }

  /** Has this one hear of each call from now on. */
  public void listen(CallListener newListener) {
    listener = newListener;
  }

  /** Whether every call has been answered, and every reply taken by the operating system. */
  public boolean isIdle() {
    return replies.callsUnderWay() == 0
        && channels.stream().allMatch(channel -> channel.queuedBytes() == 0);
  }

  /**
   * From now on new calls are not executed, and not answered, except some; those under way still
   * are.
   *
   * @param stillTaken by the number of the procedure
   */
  public void drain(IntPredicate stillTaken) {
    taken = stillTaken;
  }

  /** From now on a call without this permission is answered with AUTH_TOOWEAK. */
  public void require(CallPermission newPermission) {
    permission = newPermission;
  }

  /**
   * Closes every caller's connection; replies that are still queued are lost.
   *
   * @param reason for the log
   */
  public void closeAll(String reason) {
    for (Channel channel : channels.toArray(new Channel[0])) {
      channel.close(reason);
    }
  }

  @Override
  public void opened(Channel channel) {
    channels.add(channel);
  }

  @Override
  public void closed(Channel channel, String reason) {
    channels.remove(channel);
    log.debug("{}: {}", channel.remoteAddress(), reason);
  }

  @Override
  public CallKind kindOf(byte[] buffer, int offset, int length) {
    if (length < CallHeader.PROCEDURE_OFFSET + 4) {
      return CallKind.PROMPT;
    }
    Program.Procedure procedure =
        program.procedure(XdrInput.getInt(buffer, offset + CallHeader.PROCEDURE_OFFSET));
    return procedure == null ? CallKind.PROMPT : procedure.kind();
  }

  @Override
  public void received(Channel channel, byte[] buffer, int offset, int length) {
    input.wrap(buffer, offset, length);
    switch (header.read(input, program)) {
      case EXECUTE -> execute(channel);
      case ACCEPT_WITH_ERROR ->
          replies.acceptedWithError(channel, header.xid(), header.acceptStatus());
      case PROGRAM_MISMATCH -> replies.programMismatch(channel, header.xid(), program);
      case DENY_RPC_VERSION -> replies.rpcMismatch(channel, header.xid());
      case DENY_AUTHENTICATION -> replies.authError(channel, header.xid(), header.authStatus());
      case NOT_A_CALL -> {
        limitedLog.warn(channel.remoteAddress() + " sent something that is no RPC call");
        channel.close("not an RPC call");
      }
    }
  }

  /** Who calls over UDP may have forged the address that a long answer would go to. */
  private boolean isForgersProfit(Channel channel) {
    return !channel.isConnection()
        && program.procedure(header.procedure()).amplifies()
        && !channel.isOfThisHost();
  }

  /** With as many calls under way as there may be: what is answered at once is not refused. */
  private boolean isRefused(int procedure) {
    return switch (program.procedure(procedure).kind()) {
      case GREETING, SIGN_OF_LIFE, PROMPT -> false;
      case ASKING -> true;
      case REPLICATING -> replies.callsUnderWay() >= MAX_CALLS_UNDER_WAY + MORE_THAT_REPLICATE;
    };
  }

  private void execute(Channel channel) {
    if (!taken.test(header.procedure())) {
      return;
    }
    int xid = header.xid();
    if (!permission.isGiven(channel, header.procedure()) || isForgersProfit(channel)) {
      replies.authError(channel, xid, RpcMessage.AUTH_TOOWEAK);
      listener.refused(header.procedure());
      return;
    }
    if (replies.callsUnderWay() >= MAX_CALLS_UNDER_WAY && isRefused(header.procedure())) {
      limitedLog.warn("too many calls are under way: refusing those of " + channel.remoteAddress());
      replies.acceptedWithError(channel, xid, RpcMessage.SYSTEM_ERR);
      return;
    }
    calls[header.procedure()]++;
    ServerCall call = new ServerCall(replies, input, channel, xid, header.procedure(), listener);
    try {
      dispatcher.dispatchOncRpcCall(
          call, program.number(), program.highVersion(), header.procedure());
    } catch (Throwable t) {
      OutOfMemory.throwIfFatal(t);
      log.error("procedure {} failed for {}", header.procedure(), channel.remoteAddress(), t);
      call.failSystemError();
    }
  }
}
