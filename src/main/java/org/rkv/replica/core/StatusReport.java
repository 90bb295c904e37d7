package org.rkv.replica.core;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;
import org.rkv.oncrpc.Link;
import org.rkv.oncrpc.ServerStatistics;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Status;
import org.rkv.store.HybridClock;
import org.rkv.store.Store;

/** What a replica tells of itself to an operator: STATUS. Belongs to the replica's thread. */
final class StatusReport {
  private final LocalReplica self;
  private final RunningProgram program;
  private final Store store;
  private final Headroom headroom;
  private final HybridClock clock;
  private final Peers peers;
  private final Settling settling;
  private final Durability durability;
  private final Timers timers;
  private final ServerStatistics statistics;
  private final Failures failures;
  private final long startedNanos;

  StatusReport(
      LocalReplica self,
      RunningProgram program,
      Store store,
      Headroom headroom,
      HybridClock clock,
      Peers peers,
      Settling settling,
      Durability durability,
      Timers timers,
      ServerStatistics statistics,
      Failures failures) {
    this.self = self;
    this.program = program;
    this.store = store;
    this.headroom = headroom;
    this.clock = clock;
    this.peers = peers;
    this.settling = settling;
    this.durability = durability;
    this.timers = timers;
    this.statistics = statistics;
    this.failures = failures;
    startedNanos = timers.nanoTime();
  }

  /** As of this moment. */
  Status status() {
    Status status = new Status();
    status.name = self.name();
    status.release = program.release();
    status.origin = self.start();
    status.port = self.port();
    status.uptime_millis = TimeUnit.NANOSECONDS.toMillis(timers.nanoTime() - startedNanos);
    status.state = self.state();
    status.waiting_for = self.waitingFor();
    status.entries = store.liveEntries();
    status.tombstones = store.tombstones();
    status.unsettled = settling.unsettled();
    status.capacity = self.limits().capacity();
    status.max_length = self.limits().maxLength();
    status.connections = statistics.connections();
    status.calls_under_way = statistics.callsUnderWay();
    status.calls = statistics.calls();
    status.errors = statistics.errors();
    status.peers = peers(peers.all());
    status.clock_lead_millis = clock.leadMillis();
    status.max_bytes = headroom.clientBytes();
    status.held_bytes = store.heldBytes();
    status.pid = program.pid();
    status.start_ticks = program.startTicks();
    status.directory = program.directory();
    status.options = program.options();
    status.options_hash = program.optionsHash();
    status.data = durability.status();
    status.failures = failures.counts();
    return status;
  }

  private static PeerStatus[] peers(List<Peer> all) {
    return all.stream().map(StatusReport::peer).toArray(PeerStatus[]::new);
  }

  private static PeerStatus peer(Peer peer) {
    PeerStatus status = new PeerStatus();
    status.name = peer.name();
    status.reachable = peer.isAdmitted();
    status.trouble = peer.trouble();
    status.state = peer.told().state();
    long roundTripNanos = peer.link().roundTripNanos();
    status.round_trip_micros =
        roundTripNanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMicros(roundTripNanos);
    for (Link link : peer.links()) {
      status.calls_under_way += link.callsUnderWay();
      status.queued_bytes += link.queuedBytes();
      status.calls_failed += link.callsFailed();
    }
    return status;
  }
}
