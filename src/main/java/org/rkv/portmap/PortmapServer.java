package org.rkv.portmap;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrBoolean;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrVoid;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.acplt.oncrpc.server.OncRpcDispatchable;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.EventLoop;
import org.rkv.net.TcpListener;
import org.rkv.net.UdpListener;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.RpcServer;
import org.slf4j.Logger;

/**
 * A portmapper that knows one process's programs, for a host where no other answers: version 2, TCP
 * and UDP. NULL, GETPORT and DUMP are for everybody; nobody can SET or UNSET from outside; CALLIT,
 * which has been abused to hide callers, is not there. A caller who tries version 4 or 3 first, as
 * libtirpc does, gets PROG_MISMATCH 2 2 and falls back. Belongs to the event loop's thread.
 */
public final class PortmapServer implements OncRpcDispatchable {
  private static final int MAX_RECORD_BYTES = 1024;

  /** Few and short: who asks where a program is goes there at once. */
  private static final ConnectionLimits LIMITS =
      new ConnectionLimits(100, MAX_RECORD_BYTES, 60_000, 10_000, 1 << 20);

  private final List<Mapping> mappings;
  private final RpcServer server;
  private final TcpListener tcp;
  private final UdpListener udp;

  /**
   * Binds and begins to serve.
   *
   * @param address usually with {@link Portmap#PORT}
   * @param mappings what is answered
   * @throws IOException if the port may not be bound, over TCP or UDP, or is taken
   */
  public PortmapServer(
      EventLoop loop, Logger log, InetSocketAddress address, List<Mapping> mappings)
      throws IOException {
    server = new RpcServer(Portmap.SHAPES, this, log);
    tcp = new TcpListener(loop, log, address, LIMITS, RecordMarking.INSTANCE, server);
    try {
      udp = new UdpListener(loop, log, tcp.address(), server, RpcMessage::systemErrorInsteadOf);
    } catch (IOException e) {
      tcp.close();
      throw e;
    }
    this.mappings = new ArrayList<>();
    this.mappings.add(itself(Portmap.TCP)); // a client may ask where the portmapper is
    this.mappings.add(itself(Portmap.UDP));
    this.mappings.addAll(mappings);
    tcp.begin();
    udp.begin();
  }

  /** The address bound. */
  public InetSocketAddress address() {
    return tcp.address();
  }

  /** Stops serving. */
  public void close() {
    tcp.close();
    udp.close();
    server.closeAll("the portmapper stops");
  }

  @Override
  public void dispatchOncRpcCall(
      OncRpcCallInformation call, int program, int version, int procedure)
      throws OncRpcException, IOException {
    switch (procedure) {
      case Portmap.NULL -> call.reply(XdrVoid.XDR_VOID);
      case Portmap.SET, Portmap.UNSET -> call.reply(new XdrBoolean(false));
      case Portmap.GETPORT ->
          call.reply(new XdrInt(port(Mapping.decode(call.getXdrDecodingStream()))));
      case Portmap.DUMP -> call.reply(dump());
      default -> call.failProcedureUnavailable();
    }
  }

  /** As rpcbind does it: another version's port if there is not the one asked for. */
  private int port(Mapping asked) {
    int other = 0;
    for (Mapping mapping : mappings) {
      if (mapping.program() == asked.program() && mapping.protocol() == asked.protocol()) {
        if (mapping.version() == asked.version()) {
          return mapping.port();
        }
        other = mapping.port();
      }
    }
    return other;
  }

  private Mapping itself(int protocol) {
    return new Mapping(Portmap.PROGRAM, Portmap.VERSION, protocol, address().getPort());
  }

  private XdrAble dump() {
    MappingList list = new MappingList();
    list.mappings().addAll(mappings);
    return list;
  }
}
