package org.rkv.replica;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.rkv.net.EventLoop;
import org.rkv.net.TcpListener;
import org.rkv.net.TcpNetwork;
import org.rkv.net.UdpListener;
import org.rkv.oncrpc.DuplicateRequests;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.RpcMessage;
import org.rkv.oncrpc.RpcServer;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.core.Drain;
import org.rkv.replica.core.FormerCopy;
import org.rkv.replica.core.Incarnation;
import org.rkv.replica.core.OperationLog;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.rpc.kv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica as a running server: the event loop, the listening socket, the links to its peers, and
 * the watch on the replica file, put together. {@link #start} and {@link #stop} are safe for all
 * threads.
 */
public final class ReplicaServer {
  /** How often the replica file is looked at. */
  private static final long FILE_POLL_MILLIS = 1000;

  /** What a page of a scan may take over the two largest strings in it. */
  private static final int PAGE_BYTES = 128 * 1024;

  private static final long DRAIN_SLACK_MILLIS = 500;
  private static final long UNREGISTER_MILLIS = 2000;

  private final Settings settings;
  private final Identity identity;
  private final Logger log;
  private final EventLoop loop;
  private final RpcServer server;
  private final TcpListener listener;
  private final UdpListener datagrams;
  private final TcpNetwork network;
  private final OperationLog operationLog;
  private final ReplicaFileWatch watch;
  private final SecureRandom random = new SecureRandom();
  private final long start = random.nextLong();
  private final PortmapPresence portmapping;
  private volatile List<ReplicaAddress> peers;
  private Incarnation incarnation;

  /**
   * Binds the replica's address; calls are served from {@link #start} on. Resolves names, so it may
   * block.
   *
   * @throws IOException with one clear line: no replica file, the port is taken, not our address
   */
  public ReplicaServer(Settings settings) throws IOException, OncRpcException {
    this(settings, null);
  }

  /**
   * The same, with its operation log going elsewhere.
   *
   * @param operationLog null for standard output, if the settings want it
   */
  ReplicaServer(Settings settings, OperationLog operationLog) throws IOException, OncRpcException {
    this.settings = settings;
    ReplicaFile file = ReplicaFile.read(settings.replicaFile());
    identity = Identity.find(settings.host(), settings.port(), file);
    log = LoggerFactory.getLogger(identity.name());
    watch = new ReplicaFileWatch(settings.replicaFile(), file, log::warn);
    peers = identity.othersIn(file, settings.port());
    this.operationLog = operationLog == null ? operationLog() : operationLog;
    loop = new EventLoop("replica " + identity.name(), log);
    network =
        new TcpNetwork(
            loop,
            RecordMarking.INSTANCE,
            identity.address(),
            settings.maxRecordBytes() + PAGE_BYTES);
    server = new RpcServer(KvProgram.PROGRAM, this::dispatch, log);
    InetSocketAddress address = identity.listenAddress();
    try {
      listener =
          new TcpListener(
              loop, log, address, settings.connectionLimits(), RecordMarking.INSTANCE, server);
      datagrams = datagrams(listener.address());
    } catch (IOException e) {
      loop.close();
      throw new IOException("cannot listen at " + show(address) + ": " + e.getMessage(), e);
    }
    portmapping = settings.usePortmapper() ? portmapping() : null;
  }

  /** The same port, over UDP. */
  private UdpListener datagrams(InetSocketAddress address) throws IOException {
    try {
      return new UdpListener(
          loop,
          log,
          address,
          new DuplicateRequests(server, loop),
          RpcMessage::systemErrorInsteadOf);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  private PortmapPresence portmapping() {
    int port = listener.address().getPort();
    List<Mapping> mappings =
        List.of(
            new Mapping(kv.KVPROGRAM, kv.KVVERSION, Portmap.TCP, port),
            new Mapping(kv.KVPROGRAM, kv.KVVERSION, Portmap.UDP, port));
    PortmapRegistrar registration =
        new PortmapRegistrar(identity.address(), mappings, this::othersOfThisMachine, log);
    return new PortmapPresence(loop, log, identity.address(), mappings, registration);
  }

  /** Where other replicas that share this machine's portmapper would answer. */
  private List<InetSocketAddress> othersOfThisMachine() {
    return peers.stream()
        .flatMap(
            peer ->
                peer.addresses().stream()
                    .filter(Identity::isOfThisMachine)
                    .map(address -> new InetSocketAddress(address, peer.port())))
        .toList();
  }

  private void dispatch(OncRpcCallInformation call, int program, int version, int procedure)
      throws OncRpcException, IOException {
    incarnation.dispatcher().dispatchOncRpcCall(call, program, version, procedure);
  }

  private OperationLog operationLog() {
    return settings.logOperations()
        ? new OperationLog(new LinePrinter(new FileOutputStream(FileDescriptor.out), log))
        : OperationLog.OFF;
  }

  /** The address that is listened at. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /** Begins to serve. */
  public void start() {
    loop.start();
    loop.execute(this::begin);
  }

  private void begin() {
    try {
      beginIncarnation(null);
      listener.begin();
      datagrams.begin();
    } catch (IOException | OncRpcException e) {
      log.error("cannot serve", e);
      loop.close();
      return;
    }
    log.info(
        "listening at {}, peers: {}",
        show(listener.address()),
        peers.isEmpty() ? "none" : namesOf(peers));
    warnOfALoopbackAddress();
    warnOfASmallHeap();
    loop.schedule(FILE_POLL_MILLIS, this::pollFile);
    if (portmapping != null) {
      portmapping.check();
    }
  }

  /** Debian, for one, gives a host's own name the address 127.0.1.1 in its /etc/hosts. */
  private void warnOfALoopbackAddress() {
    if (identity.address() != null
        && identity.address().isLoopbackAddress()
        && peers.stream().anyMatch(ReplicaServer::isElsewhere)) {
      log.warn(
          "our own name has the address {} here, at which no other host can reach us; see"
              + " /etc/hosts",
          identity.address().getHostAddress());
    }
  }

  /** All replicas hold the same, and would run out of memory together. */
  private void warnOfASmallHeap() {
    long heapBytes = Runtime.getRuntime().maxMemory();
    if (settings.limits().maxHeapBytes() > heapBytes / 3 * 2) {
      log.warn(
          "the heap has {} MiB, and what a full store of these limits takes is {} MiB: see -Xmx",
          heapBytes >> 20,
          settings.limits().maxHeapBytes() >> 20);
    }
  }

  private static boolean isElsewhere(ReplicaAddress peer) {
    return peer.addresses().stream().anyMatch(address -> !address.isLoopbackAddress());
  }

  private void beginIncarnation(FormerCopy former) throws OncRpcException, IOException {
    LocalReplica self =
        new LocalReplica(
            identity.name(),
            identity.port(),
            start,
            random.nextLong(),
            settings.limits(),
            settings.secret(),
            former == null ? null : former.past());
    incarnation =
        new Incarnation(
            self,
            former,
            Version.get(),
            settings.peerTimeoutMillis(),
            settings.tombstoneGraceMillis(),
            network,
            loop,
            server,
            operationLog,
            this::beginAnew,
            log);
    incarnation.begin(peers);
  }

  /** What we hold is behind that of others: all but the process begins anew. */
  private void beginAnew(FormerCopy former) {
    incarnation.close();
    try {
      beginIncarnation(former);
    } catch (IOException | OncRpcException e) {
      log.error("cannot begin anew", e);
      loop.close();
    }
  }

  private void pollFile() {
    loop.offload(
        () -> watch.poll().map(file -> identity.othersIn(file, settings.port())),
        this::polled,
        e -> {
          log.error("the replica file cannot be watched", e);
          loop.schedule(FILE_POLL_MILLIS, this::pollFile);
        });
  }

  private void polled(Optional<List<ReplicaAddress>> change) {
    loop.schedule(FILE_POLL_MILLIS, this::pollFile);
    if (change.isPresent()) {
      log.info("the replica file names new peers: {}", namesOf(change.get()));
      try {
        peers = change.get();
        incarnation.setPeers(peers);
      } catch (IOException | OncRpcException e) {
        log.error("cannot take over the new peers", e);
      }
    }
  }

  private static String namesOf(List<ReplicaAddress> addresses) {
    return String.join(", ", addresses.stream().map(ReplicaAddress::name).toList());
  }

  private static String show(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /**
   * Stops: accepts nobody new, {@link Drain drains}, and closes.
   *
   * @return whether all was done within the time; false as well if it had ended by itself before
   */
  public boolean stop(long timeoutMillis) throws InterruptedException {
    try {
      loop.execute(
          () -> {
            listener.close();
            if (portmapping != null) {
              portmapping.close();
            }
            new Drain(server, () -> incarnation, loop, this::close).begin(timeoutMillis);
          });
    } catch (RejectedExecutionException e) {
      return false;
    }
    Thread unregistering = new Thread(this::unregister, "unregister");
    unregistering.setDaemon(true);
    unregistering.start();
    boolean ended = loop.awaitEnd(timeoutMillis + DRAIN_SLACK_MILLIS);
    unregistering.join(UNREGISTER_MILLIS);
    return ended;
  }

  private void unregister() {
    if (portmapping != null) {
      portmapping.remove();
    }
  }

  private void close() {
    log.info("stopped");
    datagrams.close();
    server.closeAll("the replica stops");
    loop.close();
  }

  /**
   * Looks at the present incarnation, on the thread that it belongs to. Safe for all threads.
   *
   * @throws RejectedExecutionException if the replica has stopped
   */
  <T> CompletableFuture<T> inspect(Function<Incarnation, T> look) {
    CompletableFuture<T> seen = new CompletableFuture<>();
    loop.execute(() -> seen.complete(look.apply(incarnation)));
    return seen;
  }

  /** Waits until the event loop has ended. */
  void awaitEnd() throws InterruptedException {
    loop.awaitEnd(0);
  }
}
