package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.rkv.net.EventLoop;
import org.rkv.net.FileDescriptors;
import org.rkv.net.TcpListener;
import org.rkv.net.UdpListener;
import org.rkv.oncrpc.DuplicateRequests;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.RpcServer;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * Where a replica is called: over TCP and, if that is wanted, UDP, at one address, which the
 * portmapper tells of, if that is wanted. Belongs to the thread of its event loop, except for
 * {@link #address} and {@link #unregister}.
 */
final class ListeningAddress {
  private final Settings settings;
  private final EventLoop loop;
  private final RpcServer server;
  private final Predicate<InetAddress> mayGreet;
  private final Supplier<List<InetSocketAddress>> othersOfThisMachine;
  private final Logger log;
  private final int descriptorLimit = FileDescriptors.limit();
  private volatile TcpListener listener;

  /** Null without UDP. */
  private UdpListener datagrams;

  /** Null without a portmapper. */
  private volatile PortmapPresence portmapping;

  /**
   * Binds it; nobody is served before it {@link #begin begins}.
   *
   * @param address that is bound
   * @param registered the same, or null for all addresses of this machine
   * @param mayGreet whether a replica of the list may call from there
   * @param othersOfThisMachine where other replicas of the list are that this machine runs
   * @throws IOException if the port is taken, or it is no address of ours
   */
  ListeningAddress(
      Settings settings,
      InetSocketAddress address,
      InetAddress registered,
      EventLoop loop,
      RpcServer server,
      Predicate<InetAddress> mayGreet,
      Supplier<List<InetSocketAddress>> othersOfThisMachine,
      Logger log)
      throws IOException {
    this.settings = settings;
    this.loop = loop;
    this.server = server;
    this.mayGreet = mayGreet;
    this.othersOfThisMachine = othersOfThisMachine;
    this.log = log;
    listener = listener(address);
    datagrams = datagrams(listener);
    portmapping = portmapping(registered);
  }

  private TcpListener listener(InetSocketAddress address) throws IOException {
    return new TcpListener(
        loop,
        log,
        address,
        settings.connectionLimits(),
        RecordMarking.shorteningCallsOf(KvProgram.PROGRAM),
        server,
        mayGreet);
  }

  /** The same port, over UDP; null without. */
  private UdpListener datagrams(TcpListener accepting) throws IOException {
    if (!settings.useUdp()) {
      return null;
    }
    try {
      return new UdpListener(
          loop,
          log,
          accepting,
          new DuplicateRequests(server, KvProgram.PROGRAM, loop, log),
          RpcMessage::systemErrorInsteadOf);
    } catch (IOException e) {
      accepting.close();
      throw e;
    }
  }

  private PortmapPresence portmapping(InetAddress address) {
    if (settings.portmapperUse() == PortmapperUse.NONE) {
      return null;
    }
    int port = listener.address().getPort();
    Mapping tcp = new Mapping(kv.KVPROGRAM, kv.KVVERSION, Portmap.TCP, port);
    Mapping udp = new Mapping(kv.KVPROGRAM, kv.KVVERSION, Portmap.UDP, port);
    List<Mapping> mappings = datagrams == null ? List.of(tcp) : List.of(tcp, udp);
    PortmapRegistrar registration =
        new PortmapRegistrar(address, mappings, othersOfThisMachine, log);
    return new PortmapPresence(
        loop,
        log,
        address,
        mappings,
        registration,
        settings.portmapperUse(),
        DescriptorShares.ofPortmapper(descriptorLimit));
  }

  /** What is bound. Safe for all threads. */
  InetSocketAddress address() {
    return listener.address();
  }

  /**
   * Begins to accept connections, and calls over UDP.
   *
   * @param others of the list
   */
  void begin(List<ReplicaAddress> others) throws IOException {
    share(others);
    beginToListen();
  }

  private void beginToListen() throws IOException {
    listener.begin();
    if (datagrams != null) {
      datagrams.begin();
    }
  }

  /** Has the portmapper tell of it, from now on and for good. */
  void register() {
    if (portmapping != null) {
      portmapping.check();
    }
  }

  /**
   * Shares out the descriptors of the process, so that there is always one for a peer, the replica
   * file, or the portmapper.
   *
   * @param others of the list, which has changed
   */
  void share(List<ReplicaAddress> others) {
    int most = settings.connectionLimits().maxConnections();
    long addresses = others.stream().flatMap(each -> each.addresses().stream()).distinct().count();
    int strangers =
        DescriptorShares.ofClients(
            descriptorLimit,
            others.size(),
            (int) addresses * TcpListener.MAX_GREETINGS_OF_AN_ADDRESS,
            portmapping == null ? 0 : DescriptorShares.ofPortmapper(descriptorLimit),
            most);
    listener.setMaxStrangers(strangers);
    if (strangers < most) {
      log.warn(
          "{} connections of clients at most, not {}: the process may have {} files open",
          strangers,
          most,
          descriptorLimit);
    }
  }

  /**
   * Listens at another address, and no more at this one, if that can be done.
   *
   * @param others of the list
   * @return whether it does now
   */
  boolean moveTo(InetAddress address, List<ReplicaAddress> others) {
    try {
      TcpListener next = listener(new InetSocketAddress(address, listener.address().getPort()));
      UdpListener nextDatagrams = datagrams(next);
      close();
      listener = next;
      datagrams = nextDatagrams;
      beginToListen();
      share(others);
    } catch (IOException e) {
      log.debug("not there yet", e);
      return false;
    }
    if (portmapping != null) {
      registerAt(address);
    }
    return true;
  }

  /** No more where it is registered now. */
  private void registerAt(InetAddress address) {
    PortmapPresence former = portmapping;
    former.close();
    portmapping = portmapping(address);
    loop.offload(
        () -> {
          former.remove();
          return portmapping;
        },
        PortmapPresence::check,
        e -> log.error("portmapper", e));
  }

  /** Those that are connected are served on; the portmapper is looked after no more. */
  void acceptNobodyNew() {
    listener.close();
    if (portmapping != null) {
      portmapping.close();
    }
  }

  /** Has the portmapper tell of it no more. May block. Safe for all threads. */
  void unregister() {
    if (portmapping != null) {
      portmapping.remove();
    }
  }

  /** Listens no more. */
  void close() {
    listener.close();
    if (datagrams != null) {
      datagrams.close();
    }
  }
}
