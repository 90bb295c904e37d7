package org.rkv.simulation;

import java.util.IdentityHashMap;
import java.util.Map;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.replica.peer.ForgedProofs;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Particulars;

/**
 * Faults in the rules that say what becomes of an entry that leads elsewhere. That such an entry is
 * dropped does no more than make one useless, as the others have another list: so lists are not
 * compared either.
 */
final class NameMutants {
  private NameMutants() {}

  /** Drops an entry for good that has led to another replica. */
  static Mutant dropsAliases() {
    return new NamesAstray() {
      @Override
      void afterEach(ReplicaUnderTest replica) {
        replica.drop(peer -> peer.trouble().startsWith("the name leads to replica "));
      }
    };
  }

  /** Lists are not compared; that alone does no harm where the files are equal. */
  private static class NamesAstray extends MembershipMutants.OnOccasion {
    NamesAstray() {
      super(3, MembershipOccasions::namesLeadAstray);
    }

    @Override
    void tells(Particulars said, Pipe way) {
      MembershipMutants.pretendToList(said, way.to().name(), replicaAt(way.to()));
    }

    @Override
    Mutant control() {
      return new NamesAstray();
    }
  }

  /** No fault, but an impostor; and lists are not compared. */
  static Mutant impostor() {
    return new WithImpostor();
  }

  /** Drops an entry for good when whoever answers there says that it is ourselves. */
  static Mutant believesThatItGreetsItself() {
    return new WithImpostor() {
      @Override
      void afterEach(ReplicaUnderTest replica) {
        replica.drop(peer -> peer.trouble().startsWith("the name leads to ourselves"));
      }
    };
  }

  private static class WithImpostor extends MembershipMutants.OnOccasion {
    private Impostor impostor;

    WithImpostor() {
      super(3, Impostor::new);
    }

    @Override
    Occasion occasion(SimulatedCluster cluster) {
      impostor = new Impostor(cluster);
      return impostor;
    }

    @Override
    void answers(Hello answer, Hello question, Pipe way) {
      if (impostor.answers(way)) {
        answer.names.incarnation = question.names.incarnation;
        answer.names.start = question.names.start;
      }
    }

    @Override
    void tells(Particulars said, Pipe way) {
      MembershipMutants.pretendToList(said, way.to().name(), replicaAt(way.to()));
    }

    @Override
    Mutant control() {
      return impostor();
    }
  }

  /** No fault, but a relay that passes on what is meant for another, and calls itself that. */
  static Mutant relay() {
    return new WithRelay();
  }

  /** With a secret, does not notice who was meant: proofs say nothing of names. */
  static Mutant provesWithoutTheEntryMeant() {
    return new WithRelay() {
      private final Map<Particulars, Bytes> proofs = new IdentityHashMap<>();
      private Plan plan;

      @Override
      Plan plan(Plan drawn) {
        plan = super.plan(drawn);
        return plan;
      }

      @Override
      void asks(Greeting greeting, Particulars question) {
        proofs.put(question, question.proof);
        question.proof =
            ForgedProofs.ofCaller(plan.secret(), greeting.caller(), greeting.answered(), question);
      }

      @Override
      void admits(Greeting greeting, Particulars question, Admission answer) {
        question.proof = proofs.remove(question);
        answer.callee.proof =
            ForgedProofs.ofCallee(
                plan.secret(), greeting.caller(), greeting.heard(), answer, question);
      }
    };
  }

  private static class WithRelay extends MembershipMutants.OnOccasion {
    WithRelay() {
      super(3, MembershipOccasions::namesLeadAstray);
    }

    @Override
    Plan plan(Plan drawn) {
      return super.plan(drawn).withSecret();
    }

    @Override
    void answers(Hello answer, Hello question, Pipe way) {
      answer.names.name = question.names.meant;
    }

    @Override
    Mutant control() {
      return relay();
    }
  }
}
