package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrVoid;
import org.junit.jupiter.api.Test;
import org.rkv.net.HandMovedTimers;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.peer.Peer;

/** Whoever the members are, they alone decide what becomes of an operation. */
class OperationTest {
  private static final long HASH = 7;

  private final SomeMembers members = new SomeMembers();
  private final Operations operations =
      new Operations(members, new HandMovedTimers(), new KeptInMemory(), 1000);
  private final List<String> outcomes = new ArrayList<>();

  @Test
  void shouldSucceedWhenTheLastMemberHasAnswered() {
    members.others = Collections.nCopies(2, null);
    Question question = new Question();

    question.round.answered(0, XdrVoid.XDR_VOID);
    assertEquals(List.of(), outcomes);
    question.round.answered(1, XdrVoid.XDR_VOID);

    assertEquals(List.of("success"), outcomes);
  }

  @Test
  void shouldAskThoseWhoWereMembersWhenItBegan() {
    members.others = Collections.nCopies(1, null);
    Question question = new Question();
    members.others = Collections.nCopies(3, null);

    question.round.answered(0, XdrVoid.XDR_VOID);

    assertEquals(List.of("success"), outcomes);
  }

  @Test
  void shouldTellWhatItBelongsTo() {
    assertEquals(HASH, new Question().epochs());
  }

  @Test
  void shouldSucceedAtOnceWithoutOtherMembers() {
    new Question().round.begun();

    assertEquals(List.of("success"), outcomes);
  }

  @Test
  void shouldFailWhereMembersHaveGoneOnOtherwiseMeanwhile() {
    Question question = new Question();
    members.hasGoneOn = true;

    question.round.begun();

    assertEquals(List.of("this replica has gone on otherwise"), outcomes);
  }

  @Test
  void shouldFailWithoutOtherMembersWhereNothingCanSucceed() {
    members.hash = Members.NO_EPOCHS;

    new Question().round.begun();

    assertEquals(List.of("one that was taken out may not know it yet"), outcomes);
  }

  private final class Question extends Operation {
    final Round round =
        new Round(members()) {
          @Override
          boolean agrees(int index, XdrAble result) {
            return true;
          }

          @Override
          void complete() {
            whenSafe("key", Question.this::answered);
          }
        };

    Question() {
      super(operations, null);
    }

    private void answered() {
      if (succeed()) {
        outcomes.add("success");
      }
    }

    @Override
    void failed(Failure why) {
      outcomes.add(why.reason());
    }
  }

  private static final class SomeMembers implements Members {
    private List<Peer> others = List.of();
    private long hash = HASH;
    private boolean hasGoneOn;

    @Override
    public List<Peer> others() {
      return others;
    }

    @Override
    public boolean areAllThere() {
      return true;
    }

    @Override
    public long begin() {
      return hash;
    }

    @Override
    public boolean complete(long begun) {
      return begun == hash && !hasGoneOn;
    }

    @Override
    public int whyNotAnswer(long asked, Peer caller) {
      return 0;
    }

    @Override
    public Failure whyRefused(Peer by, XdrAble answer) {
      return null;
    }
  }
}
