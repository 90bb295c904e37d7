package org.rkv.oncrpc;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.acplt.oncrpc.OncRpcClient;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.OncRpcProtocols;
import org.acplt.oncrpc.XdrAble;

/**
 * The client under a generated stub that stands for a whole group of servers. A call is encoded
 * once, queued on every link, and returns without waiting; the value that the stub then returns
 * means nothing. What the servers answer comes to the {@link ReplyCollector} given with {@link
 * #to}.
 *
 * <p>Xids are drawn from one sequence for all links, so the same bytes serve every server. Belongs
 * to the thread of its links.
 */
public final class GroupClient extends OncRpcClient {
  /** What the answers hear of a server that a call was not sent to. */
  public static final String NOT_SENT = "not connected, or too much is under way";

  /** What the answers hear of a server that has no such procedure, as an older release has not. */
  public static final String NOT_OFFERED = RpcMessage.NO_PROCEDURE;

  private final Program program;
  private final Xids xids;
  private final XdrOutput call = new XdrOutput(1024);
  private final boolean greeting;
  private List<Link> links = List.of();
  private ReplyCollector answers;

  /**
   * Makes a client of the program's highest version.
   *
   * @param xids shared by all clients that call over the same links
   * @param greeting whether its calls go out also on links that are not admitted yet
   */
  public GroupClient(Program program, Xids xids, boolean greeting)
      throws OncRpcException, IOException {
    // A port other than zero keeps the superclass from asking a portmapper.
    super(null, program.number(), program.highVersion(), 1, OncRpcProtocols.ONCRPC_TCP);
    this.program = program;
    this.xids = xids;
    this.greeting = greeting;
  }

  /**
   * Says who is called next, and who hears the answers.
   *
   * @param servers not to be changed while answers are awaited
   */
  public GroupClient to(List<Link> servers, ReplyCollector collector) {
    links = servers;
    answers = collector;
    return this;
  }

  /**
   * Sends the call to every server of the group. Servers that cannot be reached now are reported to
   * the answers before this returns, after the call is on its way to the others.
   */
  @Override
  public void call(int procedure, int versionNumber, XdrAble parameters, XdrAble result)
      throws OncRpcException {
    xid = xids.next();
    call.reset();
    try {
      RpcMessage.encodeCall(call, xid, program.number(), versionNumber, procedure, parameters);
    } catch (IOException e) {
      throw new OncRpcException(OncRpcException.RPC_CANTENCODEARGS, e.getMessage());
    }
    Shape shape = program.procedure(procedure).results();
    List<Link> called = links;
    ReplyCollector collector = answers;
    PendingCall pending = new PendingCall(shape, result, called, collector);
    BitSet unreached = null;
    for (int i = 0; i < called.size(); i++) {
      Link link = called.get(i);
      boolean sent = greeting ? link.sendBeforeAdmission(call, pending) : link.send(call, pending);
      if (!sent) {
        unreached = unreached == null ? new BitSet() : unreached;
        unreached.set(i);
      }
    }
    if (unreached != null) {
      unreached.stream().forEach(i -> collector.failed(i, NOT_SENT));
    }
  }

  /** Does nothing: strings are bytes. */
  @Override
  public void setCharacterEncoding(String characterEncoding) {}

  @Override
  public String getCharacterEncoding() {
    return XdrOutput.BYTES_AS_CHARS;
  }
}
