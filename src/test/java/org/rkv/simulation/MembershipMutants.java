package org.rkv.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.FaultyHistories;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.rpc.Address;
import org.rkv.rpc.Epoch;
import org.rkv.rpc.History;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.Settled;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * Faults in the rules that say who is a replica, and whom it follows: each with the {@link
 * Occasion} that it needs. None of them needs a switch in production code.
 */
final class MembershipMutants {
  private MembershipMutants() {}

  /** No fault, but the occasion for one. */
  static Mutant only(int replicas, Function<SimulatedCluster, Occasion> occasion) {
    return new OnOccasion(replicas, occasion);
  }

  /** Where nothing else goes wrong. */
  static class OnOccasion extends ForgedGreetings {
    private final int replicas;
    private final Function<SimulatedCluster, Occasion> occasion;

    OnOccasion(int replicas, Function<SimulatedCluster, Occasion> occasion) {
      this.replicas = replicas;
      this.occasion = occasion;
    }

    @Override
    Plan plan(Plan drawn) {
      return drawn.withoutFaults(replicas);
    }

    @Override
    Occasion occasion(SimulatedCluster cluster) {
      return occasion.apply(cluster);
    }
  }

  private static Mutant withHistories(
      LongFunction<EpochHistory> histories, Function<SimulatedCluster, Occasion> occasion) {
    return new OnOccasion(3, occasion) {
      @Override
      EpochHistory history(SimulatedReplica of, long incarnation) {
        return histories.apply(incarnation);
      }
    };
  }

  /** Takes an epoch when it asks, not when it answers. */
  static Mutant takesEpochsAtTheCoordinatorOnly() {
    return withHistories(
        FaultyHistories::ofCoordinatorsOnly, MembershipOccasions::restartsOneOfTheOthers);
  }

  /** Forgets who was in it when one is admitted. */
  static Mutant resetsItsMemoryAtAdmissions() {
    return withHistories(
        FaultyHistories::resetAtAdmissions, MembershipOccasions::leavesOutAFrozenOne);
  }

  /** Knows by name who is in an epoch, whatever incarnation that is. */
  static Mutant takesEpochsByName() {
    return new OnOccasion(3, MembershipOccasions::replacesOneAndTakesItBack) {
      private final Map<Long, Long> names = new HashMap<>();

      @Override
      EpochHistory history(SimulatedReplica of, long incarnation) {
        names.put(incarnation, (long) of.machine().name().hashCode());
        return FaultyHistories.byName(incarnation, other -> names.getOrDefault(other, other));
      }
    };
  }

  /** Admits one that has another list. */
  static Mutant comparesNoLists() {
    return new OnOccasion(3, MembershipOccasions::listsDiffer) {
      @Override
      void tells(Particulars said, Pipe way) {
        pretendToList(said, way.to().name(), replicaAt(way.to()));
      }

      @Override
      int answersWhenTakenOut(int answer) {
        return kv.TAKEN_OUT_STOPPED;
      }
    };
  }

  /** Settles without one that was taken out while that one answers clients still. */
  static Mutant forgetsWhoAnswersStill() {
    return new OnOccasion(3, MembershipOccasions::vouchesAndIsSwitchedOff) {
      @Override
      int answersWhenTakenOut(int answer) {
        return kv.TAKEN_OUT_STOPPED;
      }
    };
  }

  /** Has the list told be that of the one who hears it. */
  static void pretendToList(Particulars said, String name, ReplicaUnderTest hearer) {
    Map<String, Listed> told = new HashMap<>();
    for (Listed listed : said.list) {
      told.put(listed.text, listed);
    }
    List<String> texts = new ArrayList<>();
    texts.add(ReplicaAddress.text(name, KvProgram.DEFAULT_PORT));
    hearer.peers().forEach(peer -> texts.add(peer.text()));
    said.list =
        texts.stream().map(text -> told.getOrDefault(text, unheard(text))).toArray(Listed[]::new);
  }

  private static Listed unheard(String text) {
    Listed listed = new Listed();
    listed.text = text;
    listed.addresses = new Address[0];
    listed.given_name = "";
    return listed;
  }

  /** After a standstill, waits for those only that it has a connection with. */
  static Mutant countsPeersWithALinkOnly() {
    return new OnOccasion(3, MembershipOccasions::thawsALeftOutOne) {
      @Override
      void afterEach(ReplicaUnderTest replica) {
        if (replica.isServing() && !replica.isAnswering()) {
          replica.pretendToHear(peer -> !peer.isReached());
        }
      }
    };
  }

  /** After a standstill, waits for nobody. */
  static Mutant checksNothingAfterAPause() {
    return new OnOccasion(3, MembershipOccasions::thawsALeftOutOne) {
      @Override
      void afterEach(ReplicaUnderTest replica) {
        if (replica.isServing() && !replica.isAnswering()) {
          replica.pretendToHear(peer -> true);
        }
      }
    };
  }

  /** Admits one that serves when another that it has admitted has done so. */
  static Mutant admitsAtAThirdsWord() {
    return new OnOccasion(4, MembershipOccasions::bringsTwoTogetherByAThird) {
      private SimulatedCluster cluster;

      @Override
      Occasion occasion(SimulatedCluster of) {
        cluster = of;
        return super.occasion(of);
      }

      @Override
      void tells(Particulars said, Pipe way) {
        ReplicaUnderTest hearer = replicaAt(way.to());
        long teller = replicaAt(way.from()).incarnation();
        boolean vouchedFor =
            cluster.replicas().stream()
                .filter(SimulatedReplica::isRunning)
                .map(SimulatedReplica::replica)
                .anyMatch(
                    third ->
                        hearer.admitted().contains(third.incarnation())
                            && third.admitted().contains(teller));
        if (hearer.isServing() && vouchedFor) {
          pretendToBeEqual(said, hearer.past());
        }
      }
    };
  }

  /** Scans one that serves, whatever it has gone through. */
  static Mutant scansAnyThatServes() {
    return new OnOccasion(3, MembershipOccasions::startsBesideAnOldOne) {
      /** Nor is it noticed by what the last page tells. */
      @Override
      EpochHistory history(SimulatedReplica of, long incarnation) {
        return FaultyHistories.neverLeftBehind(incarnation);
      }

      @Override
      void tells(Particulars said, Pipe way) {
        ReplicaUnderTest hearer = replicaAt(way.to());
        if (!hearer.isServing()) {
          pretendToBeEqual(said, hearer.past());
        }
      }
    };
  }

  /** Compares epochs when it greets, and not again when one of the two begins to serve. */
  static Mutant comparesEpochsAtGreetingsOnly() {
    return new OnOccasion(4, MembershipOccasions::startsTwoFromDifferentSources) {
      private final Map<Pipe, History> firstTold = new HashMap<>();

      @Override
      void tells(Particulars said, Pipe way) {
        said.history = firstTold.computeIfAbsent(way, any -> said.history);
      }

      @Override
      void beats(Settled said, Pipe way) {
        said.epochs = replicaAt(way.to()).history().epochs().hash();
      }
    };
  }

  /** Throws away what it holds as soon as another has more. */
  static Mutant givesContentUpTooEarly() {
    return new OnOccasion(3, MembershipOccasions::givesWayAndMeetsAnOldOne) {
      @Override
      ReplicaUnderTest replica(SimulatedReplica of, Process process, Logger log) {
        ReplicaUnderTest replica = super.replica(of, process, log);
        replica.giveUpContent();
        return replica;
      }
    };
  }

  private static void pretendToBeEqual(Particulars said, Past past) {
    said.history.epochs =
        past.epochs().all().stream().map(MembershipMutants::told).toArray(Epoch[]::new);
    said.taken = past.taken().stream().mapToLong(Long::longValue).toArray();
  }

  private static Epoch told(org.rkv.replica.epoch.Epoch epoch) {
    Epoch told = new Epoch();
    told.id = epoch.id();
    told.clock = epoch.clock();
    told.incarnations = epoch.incarnations().stream().mapToLong(Long::longValue).toArray();
    return told;
  }
}
