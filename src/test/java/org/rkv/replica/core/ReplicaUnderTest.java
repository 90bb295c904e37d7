package org.rkv.replica.core;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.rkv.disk.DiskWorker;
import org.rkv.disk.LogSettings;
import org.rkv.disk.Volume;
import org.rkv.net.ChannelListener;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.RpcServer;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.ReplicaServer;
import org.rkv.replica.Settings;
import org.rkv.replica.data.DataDirectory;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.observe.Observer;
import org.rkv.replica.peer.ClusterName;
import org.rkv.replica.peer.KnownNames;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Openings;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.KeyHash;
import org.rkv.store.Sections;
import org.rkv.store.Stamp;
import org.rkv.store.Store;
import org.slf4j.Logger;

/**
 * A replica's process without the process: its lives, one after the other, and the server in front
 * of them, put together as {@link ReplicaServer} does, over a network and timers from outside.
 */
public final class ReplicaUnderTest {
  private final Settings settings;
  private final List<InetAddress> addresses;
  private final Network network;
  private final Timers timers;
  private final LongSupplier origins;
  private final LongFunction<EpochHistory> histories;
  private final Logger log;
  private final RpcServer server;
  private final Failures failures;
  private final ClusterName cluster;
  private List<ReplicaAddress> peers;
  private Incarnation life;
  private FormerCopy former;
  private final KeyHash keyHash;
  private final Sections sections;
  private Durability durability = new KeptInMemory();
  private DataDirectory data;
  private int lives;
  private boolean givesUpContent;
  private Runnable givingWay = () -> {};

  /**
   * Makes a replica that has not begun.
   *
   * @param settings with the name and port of the replica
   * @param origins gives each life its origin
   * @param histories begins the epochs of each life
   * @param sections in which it compares what it holds with others
   */
  public ReplicaUnderTest(
      Settings settings,
      List<InetAddress> addresses,
      List<ReplicaAddress> peers,
      Network network,
      Timers timers,
      LongSupplier origins,
      LongFunction<EpochHistory> histories,
      Sections sections,
      Logger log) {
    this.settings = settings;
    this.addresses = addresses;
    this.peers = peers;
    this.network = network;
    this.timers = timers;
    this.origins = origins;
    this.histories = histories;
    this.sections = sections;
    this.log = log;
    server = new RpcServer(KvProgram.PROGRAM, this::dispatch, log);
    failures = new Failures(Observer.NONE, timers::nanoTime, log);
    cluster = ClusterName.given(settings.cluster());
    long first = origins.getAsLong();
    keyHash = new KeyHash(first, ~first); // a run in the simulator can be repeated
    life = newLife(null, first);
  }

  private void dispatch(OncRpcCallInformation call, int program, int version, int procedure)
      throws OncRpcException, IOException {
    life.dispatcher().dispatchOncRpcCall(call, program, version, procedure);
  }

  private Incarnation newLife(FormerCopy former, long incarnation) {
    lives++;
    LocalReplica self =
        new LocalReplica(
            settings.host(),
            ReplicaAddress.text(settings.host(), settings.port()),
            addresses,
            settings.port(),
            data == null ? ~incarnation : ~origins.getAsLong(),
            histories.apply(incarnation),
            settings.limits(),
            settings.maxBytes(),
            settings.secret(),
            cluster,
            data == null ? Openings.inMemory() : data.openings(),
            former == null ? null : former.past());
    try {
      return new Incarnation(
          self,
          former,
          keyHash,
          sections,
          new RunningProgram("test", 0, 0, "", "", 0),
          settings.peerTimeoutMillis(),
          settings.tombstoneGraceMillis(),
          network,
          timers,
          server,
          OperationLog.OFF,
          HeapUse.NONE,
          failures,
          durability,
          new LifeEnding(),
          log);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a life could not be made", e);
    }
  }

  /**
   * Reads what is kept in a directory, as the process does before it begins.
   *
   * @throws IOException if it cannot be used, or is damaged
   */
  public void read(Volume volume) throws IOException {
    data =
        new DataDirectory(
            volume,
            settings.host(),
            origins.getAsLong(),
            settings.limits(),
            keyHash,
            sections,
            LogSettings.syncing(settings.syncMillis()),
            log);
  }

  /**
   * Begins with what was {@link #read}, and keeps what comes there.
   *
   * @param mutation what is made of the truth about what is safe
   * @param copyMutation what is made of the copy that was found, if there is one
   */
  public void beginIn(
      DiskWorker worker,
      Random random,
      UnaryOperator<Durability> mutation,
      UnaryOperator<FormerCopy> copyMutation) {
    life.close();
    durability =
        mutation.apply(data.begin(worker, timers, random, () -> beginWithData(copyMutation)));
  }

  private void beginWithData(UnaryOperator<FormerCopy> copyMutation) {
    FormerCopy copy = data.takeCopy();
    former = copy == null ? null : copyMutation.apply(copy);
    life = newLife(former, data.incarnation());
    begin();
  }

  /** Begins where what was to be {@link #read} is damaged. */
  public void beginDamaged(String place, String damage) {
    life.close();
    durability = new DamagedDirectory(place, damage, () -> {});
    life = newLife(null, origins.getAsLong());
    begin();
  }

  /** Whether what it was to go on from is damaged. */
  public boolean isDamaged() {
    return durability.damage() != null;
  }

  /** Begins the first life. */
  public void begin() {
    try {
      life.begin(peers);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a life could not begin", e);
    }
  }

  private final class LifeEnding implements Ending {
    @Override
    public void beginAnew(FormerCopy kept) {
      ReplicaUnderTest.this.beginAnew(kept);
    }

    @Override
    public void end(String why) {
      throw new IllegalStateException(why);
    }

    @Override
    public void giveWay(String why) {
      log.warn("the replica ends: {}", why);
      life.close();
      givingWay.run();
    }
  }

  private void beginAnew(FormerCopy kept) {
    life.close();
    former = givesUpContent ? null : kept;
    life = newLife(former, data == null ? origins.getAsLong() : data.incarnation());
    begin();
  }

  /**
   * SIGTERM.
   *
   * @param ended called when the process would end
   */
  public void stop(long timeoutMillis, Runnable ended) {
    new Drain(server, () -> life, timers, ended).begin(timeoutMillis);
  }

  /**
   * Has that run when another process has gone on with its data directory, in which case the
   * process ends.
   */
  public void onGivingWay(Runnable end) {
    givingWay = end;
  }

  /** The replica file has changed. */
  public void peers(List<ReplicaAddress> newPeers) {
    peers = newPeers;
    try {
      life.setPeers(newPeers);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("the peers could not be changed", e);
    }
  }

  /** What serves those who connect. */
  public ChannelListener server() {
    return server;
  }

  /** Which life this is, from 1 on. */
  public int lives() {
    return lives;
  }

  /** What it holds now, as one identity. */
  public long incarnation() {
    return life.self().incarnation();
  }

  /** The origin of the stamps that it gives. */
  public long start() {
    return life.self().start();
  }

  /** What keeps it from serving or from answering; empty if nothing does. */
  public String waitingFor() {
    return life.self().waitingFor();
  }

  /** Whether it has a complete copy. */
  public boolean isServing() {
    return life.self().isServing();
  }

  /** STANDING_... of kv.x: what it tells of what is on its disk. */
  public int standing() {
    return life.self().standing();
  }

  /** Lets the copy that it keeps until it serves hold this again. For a mutant. */
  public void keepAgain(Entry entry) {
    former.store().apply(entry.key(), entry.value(), entry.stamp());
  }

  /** Whether it has gone through anything that counts and the other one has not. */
  public boolean hasMoreThan(ReplicaUnderTest other) {
    return life.self().past().hasMoreThan(other.life.self().past());
  }

  /** Whether clients are answered. */
  public boolean isAnswering() {
    return life.self().isAnswering();
  }

  /** Whether all of its list are there, and nobody has still to hear that it is taken out. */
  public boolean isWhole() {
    return life.peers().allAdmitted() && !life.peers().someoneDeparts();
  }

  /** The entry that has turned out to be its own, or null. */
  public String entryOfOurOwn() {
    return life.peers().entryOfOurOwn();
  }

  /** Lets it serve clients, whatever it holds. For a mutant. */
  public void pretendToServe() {
    life.self().setState(kv.REPLICA_SERVING);
  }

  /** Lets it forget who was in it and is no more, as if all had joined just now. For a mutant. */
  public void forgetFormerCompany() {
    life.self().history().company().retainAll(life.peers().members());
  }

  /** Lets it keep nothing of what it held when it begins anew. For a mutant. */
  public void giveUpContent() {
    givesUpContent = true;
  }

  /** Lets it take these peers for such as have just answered. For a mutant. */
  public void pretendToHear(Predicate<Peer> peersHeard) {
    life.peers().all().stream()
        .filter(peersHeard)
        .forEach(peer -> peer.told().answered(timers.nanoTime()));
    peers(peers);
  }

  /** Lets it take these peers out of its list, until its file changes. For a mutant. */
  public void drop(Predicate<Peer> peersDropped) {
    List<String> dropped =
        life.peers().all().stream().filter(peersDropped).map(Peer::name).toList();
    if (!dropped.isEmpty()) {
      peers(peers.stream().filter(peer -> !dropped.contains(peer.name())).toList());
    }
  }

  /** Its list, without itself. */
  public List<ReplicaAddress> peers() {
    return peers;
  }

  /** By which names it knows those of its list, itself among them. */
  public List<String> knownNames() {
    return KnownNames.in(life.peers());
  }

  /** The epochs of its present life. */
  public EpochHistory history() {
    return life.self().history();
  }

  /** What others compare with their own. */
  public Past past() {
    return life.self().past();
  }

  /** The incarnations that it can ask now. */
  public List<Long> admitted() {
    return life.peers().all().stream().filter(Peer::isAdmitted).map(Peer::incarnation).toList();
  }

  /** What it holds. */
  public Store store() {
    return life.store();
  }

  /** Of what it holds of a key, or keeps of it until it serves. */
  public Stamp newestStamp(String key) {
    Stamp held = stampIn(life.store(), key);
    Stamp kept = former == null || isServing() ? Stamp.ZERO : stampIn(former.store(), key);
    return kept.compareTo(held) > 0 ? kept : held;
  }

  private static Stamp stampIn(Store store, String key) {
    Entry entry = store.find(key);
    return entry == null ? Stamp.ZERO : entry.stamp();
  }

  /** How many of its entries are not known to be on every replica. */
  public int unsettled() {
    return life.settling().unsettled();
  }
}
