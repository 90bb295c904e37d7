package org.rkv.portmap;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrBoolean;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrVoid;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.EventLoop;
import org.rkv.net.TcpListener;
import org.rkv.net.UdpListener;
import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.RpcServer;
import org.slf4j.Logger;

/**
 * A portmapper that knows one process's programs, for a host where no other answers: versions 2, 3
 * and 4, TCP and UDP, IPv4 and IPv6. Where a program is, everybody may ask, and for all that there
 * is too, though over UDP only this host itself: the answer is longer than the question, and would
 * go wherever a forged sender wants it. Nobody can SET or UNSET from outside; CALLIT, which has
 * been abused to hide callers, is not there. Belongs to the event loop's thread.
 */
public final class PortmapServer {
  /** Who asks where a program is goes there at once. */
  public static final int MAX_CONNECTIONS = 100;

  private static final int MAX_RECORD_BYTES = 1024;

  /** Version 2's procedures; callers of a version that is none hear that there are 2 to 4. */
  private static final Program VERSION_2 =
      new Program(Portmap.PROGRAM, Portmap.VERSION, Rpcb.VERSION_4, Portmap.SHAPES.procedures());

  private final List<Mapping> mappings = new ArrayList<>();
  private final RpcServer server;
  private final TcpListener tcp;
  private final UdpListener udp;

  /**
   * Binds and begins to serve.
   *
   * @param address usually with {@link Portmap#PORT}
   * @param mappings what is answered: programs at the same address
   * @throws IOException if the port may not be bound, over TCP or UDP, or is taken
   */
  public PortmapServer(
      EventLoop loop, Logger log, InetSocketAddress address, List<Mapping> mappings)
      throws IOException {
    this(loop, log, address, mappings, MAX_CONNECTIONS);
  }

  /**
   * The same, for a process that may have few files open.
   *
   * @param maxConnections at most; for one more, the one idle longest is closed
   */
  public PortmapServer(
      EventLoop loop,
      Logger log,
      InetSocketAddress address,
      List<Mapping> mappings,
      int maxConnections)
      throws IOException {
    List<Mapping> places = new ArrayList<>();
    RpcbindAnswers answers = new RpcbindAnswers(address.getAddress(), places);
    server = new RpcServer(VERSION_2, this::dispatch, log);
    VersionSplit versions =
        new VersionSplit(
            server, new RpcServer(Rpcb.V3, answers, log), new RpcServer(Rpcb.V4, answers, log));
    ConnectionLimits limits =
        new ConnectionLimits(maxConnections, MAX_RECORD_BYTES, 60_000, 10_000, 1 << 20);
    tcp = new TcpListener(loop, log, address, limits, RecordMarking.INSTANCE, versions);
    try {
      udp = new UdpListener(loop, log, tcp, versions, RpcMessage::systemErrorInsteadOf);
    } catch (IOException e) {
      tcp.close();
      throw e;
    }
    this.mappings.addAll(itself(Portmap.VERSION)); // a client may ask where the portmapper is
    this.mappings.addAll(mappings);
    places.addAll(itself(Rpcb.VERSION_4));
    places.addAll(itself(Rpcb.VERSION_3));
    places.addAll(this.mappings);
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

  private void dispatch(OncRpcCallInformation call, int program, int version, int procedure)
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

  private int port(Mapping asked) {
    return asked.find(mappings).map(Mapping::port).orElse(0);
  }

  private List<Mapping> itself(int version) {
    return Stream.of(Portmap.TCP, Portmap.UDP)
        .map(each -> new Mapping(Portmap.PROGRAM, version, each, address().getPort()))
        .toList();
  }

  private XdrAble dump() {
    MappingList list = new MappingList();
    list.elements().addAll(mappings);
    return list;
  }
}
