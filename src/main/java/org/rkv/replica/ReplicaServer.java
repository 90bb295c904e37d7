package org.rkv.replica;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.rkv.access.ListedClients;
import org.rkv.disk.DiskThread;
import org.rkv.disk.FileVolume;
import org.rkv.disk.LogSettings;
import org.rkv.net.EventLoop;
import org.rkv.net.NameLookups;
import org.rkv.net.NameResolver;
import org.rkv.net.TcpNetwork;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.RpcServer;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.core.DamagedDirectory;
import org.rkv.replica.core.Drain;
import org.rkv.replica.core.Durability;
import org.rkv.replica.core.Ending;
import org.rkv.replica.core.Failures;
import org.rkv.replica.core.FormerCopy;
import org.rkv.replica.core.HeapUse;
import org.rkv.replica.core.Incarnation;
import org.rkv.replica.core.KeptInMemory;
import org.rkv.replica.core.ObservedAnswers;
import org.rkv.replica.core.OperationLog;
import org.rkv.replica.core.RunningProgram;
import org.rkv.replica.data.DataDirectory;
import org.rkv.replica.data.UnreadableException;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.metrics.Measurements;
import org.rkv.replica.observe.Observer;
import org.rkv.replica.peer.ClusterName;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Openings;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.rpc.kv;
import org.rkv.store.KeyHash;
import org.rkv.store.Sections;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica as a running server: the event loop, the listening socket, the links to its peers, and
 * who these are, put together. {@link #start} and {@link #stop} are safe for all threads.
 */
public final class ReplicaServer {
  /** What a page of a scan may take over the two largest strings in it. */
  private static final int PAGE_BYTES = 128 * 1024;

  private static final int MAX_QUEUED_OPERATIONS_BYTES = 2 * 1024 * 1024;

  private static final long DRAIN_SLACK_MILLIS = 500;
  private static final long UNREGISTER_MILLIS = 2000;

  private final Settings settings;
  private final Logger log;
  private final EventLoop loop;
  private final RpcServer server;
  private final NameLookups lookUps;
  private final ListeningAddress listening;
  private TcpNetwork network;
  private final OperationLog operationLog;
  private final LinePrinter operationPrinter;
  private final KeyHash keyHash = KeyHash.random();
  private final Sections sections = new Sections(kv.SECTIONS);
  private final Replicas replicas;

  /** Null if all may call. */
  private final Clients clients;

  private final SecureRandom random = new SecureRandom();
  private final RunningProgram program;
  private final ClusterName cluster;
  private final Openings inMemory = Openings.inMemory();

  /** Null if all is in memory only, or the directory is damaged. */
  private final DataDirectory data;

  /** Where the data directory is; null if all is in memory. */
  private FileVolume volume;

  /** Null if there is none, or it is whole. */
  private DamagedDirectory damaged;

  private final Failures failures;

  /** Null if it is not watched. */
  private final Monitoring monitoring;

  private Durability durability = new KeptInMemory();
  private Consumer<Throwable> diskFailed = e -> {};
  private HeapUse heap = new CollectedHeap();
  private volatile boolean hasGivenWay;
  private Incarnation incarnation;

  /** As they were when the incarnation began: to ask the system takes long. */
  private Set<InetAddress> ownAddresses = Set.of();

  /**
   * Binds the replica's address; calls are served from {@link #start} on. Resolves names, so it may
   * block: as long as no address of this machine is known for the host that the settings name, for
   * some seconds where another process listens there, and while a replica file may be half written.
   *
   * @throws IOException with one clear line: no replica file, the port is taken, not our address;
   *     or the thread was interrupted
   */
  public ReplicaServer(Settings settings) throws IOException, OncRpcException {
    this(settings, null, NameResolver.ofTheSystem());
  }

  /**
   * The same, with its operation log going elsewhere, and another name service.
   *
   * @param operationLog null for standard output, if the settings want it
   */
  ReplicaServer(Settings settings, OperationLog operationLog, NameResolver resolver)
      throws IOException, OncRpcException {
    this.settings = settings;
    program = program(settings.options());
    cluster = ClusterName.given(settings.cluster());
    if (settings.clients() != null) {
      ClientListWatch.read(settings.clients()); // before anything waits for a name
    }
    StartFile start = new StartFile(settings.replicaFile(), System::nanoTime);
    Identity identity = new IdentitySearch(settings, start, resolver).find();
    ReplicaFile file = start.file();
    log = LoggerFactory.getLogger(identity.name());
    operationPrinter =
        operationLog == null && settings.logOperations() ? operationPrinter(log) : null;
    this.operationLog = operationLog == null ? operationLog() : operationLog;
    data = settings.data() == null ? null : open(settings.data(), identity.givenName());
    loop = new EventLoop("replica " + identity.name(), log);
    Measurements measurements = settings.http() == null ? null : new Measurements();
    failures =
        new Failures(measurements == null ? Observer.NONE : measurements, loop::nanoTime, log);
    lookUps = new NameLookups(loop, resolver);
    replicas =
        new Replicas(
            identity,
            file,
            new ReplicaFileWatch(
                settings.replicaFile(), file, settings.port(), loop::nanoTime, log::warn),
            settings.port(),
            loop,
            lookUps,
            log);
    network = network(identity.address());
    server = new RpcServer(KvProgram.PROGRAM, this::dispatch, log);
    clients = settings.clients() == null ? null : clients(settings.clients());
    InetSocketAddress address = identity.listenAddress();
    try {
      listening =
          new ListeningAddress(
              settings,
              address,
              identity.address(),
              loop,
              server,
              this::mayGreet,
              replicas::othersOfThisMachine,
              log);
    } catch (IOException e) {
      loop.close();
      if (volume != null) {
        volume.close();
      }
      throw new IOException("cannot listen at " + show(address) + ": " + e.getMessage(), e);
    }
    monitoring = measurements == null ? null : monitoring(measurements, identity.address());
  }

  /** Null if it cannot be had: a replica that nobody watches is better than none. */
  private Monitoring monitoring(Measurements measurements, InetAddress own) {
    try {
      Monitoring made =
          new Monitoring(
              settings.http(),
              replicas.identity().name(),
              own,
              measurements,
              failures,
              loop,
              () -> incarnation,
              log);
      server.listen(new ObservedAnswers(measurements, loop));
      log.info("how it is can be seen at http://{}/", show(made.address()));
      return made;
    } catch (IOException e) {
      log.warn("how it is cannot be seen over HTTP: {}", e.getMessage());
      return null;
    }
  }

  private TcpNetwork network(InetAddress address) {
    return new TcpNetwork(
        loop, RecordMarking.INSTANCE, address, settings.maxRecordBytes() + PAGE_BYTES, lookUps);
  }

  private DataDirectory open(Path directory, String name) throws IOException {
    LogSettings how = LogSettings.syncing(settings.syncMillis());
    volume = FileVolume.open(directory);
    try {
      return DataDirectory.read(
          volume, name, random.nextLong(), settings.limits(), keyHash, sections, how, log);
    } catch (IOException e) {
      if (e instanceof UnreadableException unreadable && unreadable.isDamage()) {
        log.error("nothing is served: {}", e.getMessage());
        damaged = new DamagedDirectory(volume.place(), e.getMessage(), volume);
        durability = damaged;
        return null;
      }
      volume.close();
      throw e;
    }
  }

  private static RunningProgram program(EffectiveOptions options) {
    long pid = ProcessHandle.current().pid();
    return new RunningProgram(
        Version.get(),
        pid,
        ProcessStart.ticks(pid),
        System.getProperty("user.dir"),
        options.words(),
        options.hash());
  }

  /** Requires from now on that a caller is in this list. */
  private Clients clients(Path file) throws IOException {
    ListedClients listed = new ListedClients(this::isAtAReplica, log);
    server.require(listed);
    ClientListWatch watch = new ClientListWatch(file, loop::nanoTime, log::warn);
    return new Clients(watch, listed, settings.useUdp(), loop, lookUps, log);
  }

  private boolean isAtAReplica(InetAddress address) {
    return mayGreet(address)
        || ownAddresses.contains(address)
        || boundAddress() == null && address.isLoopbackAddress();
  }

  private boolean mayGreet(InetAddress address) {
    return incarnation.peers().mayCallFrom(address);
  }

  /** Null for all addresses of this machine. */
  private InetAddress boundAddress() {
    return replicas.identity().address();
  }

  private void dispatch(OncRpcCallInformation call, int program, int version, int procedure)
      throws OncRpcException, IOException {
    incarnation.dispatcher().dispatchOncRpcCall(call, program, version, procedure);
  }

  /** Keys and values are a char a byte. */
  private static LinePrinter operationPrinter(Logger log) {
    return new LinePrinter(
        "the operation log",
        new FileOutputStream(FileDescriptor.out),
        StandardCharsets.ISO_8859_1,
        MAX_QUEUED_OPERATIONS_BYTES,
        log);
  }

  private OperationLog operationLog() {
    return operationPrinter == null
        ? OperationLog.OFF
        : new OperationLog(line -> operationPrinter.print(line + "\n", LineQueue.Kind.USUAL));
  }

  /** The address that is listened at. */
  public InetSocketAddress address() {
    return listening.address();
  }

  /** Has that one say how full the heap is, for tests. Before {@link #start}. */
  void measureHeapBy(HeapUse other) {
    heap = other;
  }

  /** Has this run when memory is short, which must end the process. Safe for all threads. */
  void onOutOfMemory(Runnable halt) {
    loop.onOutOfMemory(halt);
  }

  /**
   * Has that run when the disk has failed, so that nobody knows what it holds, which must end the
   * process at once. It runs on another thread. Before {@link #start}.
   */
  void onDiskFailure(Consumer<Throwable> halt) {
    diskFailed = halt;
  }

  /** Begins to serve. */
  public void start() {
    loop.start();
    loop.execute(this::begin);
    if (monitoring != null) {
      loop.execute(monitoring::begin);
    }
  }

  /** Where it can be watched over HTTP; null if nowhere. */
  InetSocketAddress httpAddress() {
    return monitoring == null ? null : monitoring.address();
  }

  /** What is kept first: from the moment the others are known, there is an incarnation. */
  private void begin() {
    if (data == null) {
      beginToLook();
    } else {
      data.whenBehind(loop::diskIsBehind);
      durability =
          data.begin(
              new DiskThread(loop::executePatiently, diskFailed), loop, random, this::beginToLook);
    }
  }

  private void beginToLook() {
    if (clients == null) {
      lookForReplicas();
    } else {
      clients.begin(this::lookForReplicas);
    }
  }

  private void lookForReplicas() {
    replicas.begin(
        new ReplicasEvents(), this::hasMetAPeer, () -> incarnation.peers().entryOfOurOwn());
  }

  private boolean hasMetAPeer() {
    return incarnation.peers().all().stream().anyMatch(Peer::isMet);
  }

  /** What the file and the name service say. */
  private final class ReplicasEvents implements Replicas.Listener {
    @Override
    public void known() {
      beginToServe();
    }

    @Override
    public void othersChanged() {
      log.info("the replica file names new peers: {}", namesOf(replicas.others()));
      try {
        incarnation.setPeers(replicas.others());
        listening.share(replicas.others());
      } catch (IOException | OncRpcException e) {
        log.error("cannot take over the new peers", e);
      }
    }

    @Override
    public void identityChanged() {
      beginAnew(data == null ? null : incarnation.toBeKept());
    }

    @Override
    public boolean mayMove() {
      List<Peer> peers = incarnation.peers().all();
      return !incarnation.self().isServing()
          && !peers.isEmpty()
          && peers.stream().noneMatch(Peer::isAdmitted);
    }

    @Override
    public boolean moveTo(InetAddress address) {
      if (!listening.moveTo(address, replicas.others())) {
        return false;
      }
      network = network(address);
      return true;
    }
  }

  private void beginToServe() {
    try {
      beginIncarnation(data == null ? null : data.takeCopy());
      listening.begin(replicas.others());
    } catch (IOException | OncRpcException e) {
      log.error("cannot serve", e);
      loop.close();
      return;
    }
    log.info(
        "listening at {}, peers: {}",
        show(listening.address()),
        replicas.others().isEmpty() ? "none" : namesOf(replicas.others()));
    new StartNotices(settings, log).tell(boundAddress(), replicas.others());
    listening.register();
  }

  private void beginIncarnation(FormerCopy former) throws OncRpcException, IOException {
    ownAddresses = Set.copyOf(replicas.identity().addresses());
    LocalReplica self =
        new LocalReplica(
            replicas.identity().name(),
            replicas.identity().givenName(),
            replicas.identity().addresses(),
            replicas.identity().port(),
            random.nextLong(),
            new EpochHistory(data == null ? random.nextLong() : data.incarnation()),
            settings.limits(),
            settings.maxBytes(),
            settings.secret(),
            cluster,
            data == null ? inMemory : data.openings(),
            former == null ? null : former.past());
    incarnation =
        new Incarnation(
            self,
            former,
            keyHash,
            sections,
            program,
            settings.peerTimeoutMillis(),
            settings.tombstoneGraceMillis(),
            network,
            loop,
            server,
            operationLog,
            heap,
            failures,
            durability,
            new IncarnationEnding(),
            log);
    incarnation.begin(replicas.others());
  }

  private final class IncarnationEnding implements Ending {
    @Override
    public void beginAnew(FormerCopy kept) {
      ReplicaServer.this.beginAnew(kept);
    }

    @Override
    public void end(String why) {
      log.error("cannot serve: {}", why);
      incarnation.close();
      loop.close();
    }

    @Override
    public void giveWay(String why) {
      log.error("the replica ends: {}", why);
      hasGivenWay = true;
      incarnation.close();
      loop.close();
    }
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
    if (monitoring != null) {
      monitoring.stops();
    }
    try {
      loop.execute(
          () -> {
            listening.acceptNobodyNew();
            if (incarnation == null) {
              close(); // on a full disk, or while names are looked up
            } else {
              new Drain(server, () -> incarnation, loop, this::close).begin(timeoutMillis);
            }
          });
    } catch (RejectedExecutionException e) {
      return false;
    }
    Thread unregistering = new Thread(listening::unregister, "unregister");
    unregistering.setDaemon(true);
    unregistering.start();
    boolean ended = loop.awaitEnd(timeoutMillis + DRAIN_SLACK_MILLIS);
    if (monitoring != null) {
      monitoring.close();
    }
    unregistering.join(UNREGISTER_MILLIS);
    return ended;
  }

  /**
   * Waits until the lines of the operation log are written, after the end.
   *
   * @param deadlineNanos by {@link System#nanoTime}
   */
  void awaitOperationLog(long deadlineNanos) throws InterruptedException {
    if (operationPrinter != null) {
      operationPrinter.awaitWritten(deadlineNanos);
    }
  }

  private void close() {
    log.info("stopped");
    listening.close();
    server.closeAll("the replica stops");
    if (data == null || incarnation == null) {
      loop.close();
    } else {
      data.close(loop::close);
    }
    if (damaged != null) {
      giveUp(damaged);
    }
  }

  private static void giveUp(DamagedDirectory directory) {
    try {
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the system does it at the end of the process
    }
  }

  /**
   * Looks at the present incarnation, on the thread that it belongs to. Safe for all threads.
   *
   * @throws RejectedExecutionException if the replica has stopped
   */
  <T> CompletableFuture<T> inspect(Function<Incarnation, T> look) {
    CompletableFuture<T> seen = new CompletableFuture<>();
    loop.execute(() -> inspect(look, seen));
    return seen;
  }

  private <T> void inspect(Function<Incarnation, T> look, CompletableFuture<T> seen) {
    if (incarnation == null) {
      loop.schedule(1, () -> inspect(look, seen)); // the names are still being looked up
    } else {
      seen.complete(look.apply(incarnation));
    }
  }

  /** Waits until the event loop has ended. */
  void awaitEnd() throws InterruptedException {
    loop.awaitEnd(0);
  }

  /** Whether it has ended since another process has gone on with its data directory. */
  boolean hasGivenWay() {
    return hasGivenWay;
  }
}
