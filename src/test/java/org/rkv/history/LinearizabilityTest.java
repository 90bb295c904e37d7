package org.rkv.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

/** Histories known to be good, and known to be bad. Times are written as they would be drawn. */
class LinearizabilityTest {
  private static final String KEY = "k";

  private final History history = new History();

  @Test
  void shouldExplainNothingByNothing() {
    assertGood();
  }

  @Test
  void shouldTakeReadsOfTheLastWrite() {
    put("a", 0, 1);
    get("a", 2, 3);
    put("b", 4, 5);
    get("b", 6, 7);
    assertGood();
  }

  @Test
  void shouldTakeAnAbsentKeyBeforeTheFirstWrite() {
    absent(0, 1);
    put("a", 2, 3);
    get("a", 4, 5);
    assertGood();
  }

  @Test
  void shouldRefuseAStaleRead() {
    put("a", 0, 1);
    put("b", 2, 3);
    get("a", 4, 5);
    assertBad();
  }

  @Test
  void shouldRefuseALostWrite() {
    put("a", 0, 1);
    absent(2, 3);
    assertBad();
  }

  @Test
  void shouldRefuseAValueFromNowhere() {
    put("a", 0, 1);
    get("z", 2, 3);
    assertBad();
  }

  @Test
  void shouldRefuseAValueReadBeforeItIsWritten() {
    get("a", 0, 1);
    put("a", 2, 3);
    assertBad();
  }

  @Test
  void shouldTakeEitherValueWhileAWriteIsUnderWay() {
    put("a", 0, 1);
    put("b", 2, 9);
    get("a", 3, 4);
    get("b", 5, 6);
    assertGood();
  }

  @Test
  void shouldRefuseAReadThatGoesBack() {
    put("a", 0, 1);
    put("b", 2, 9);
    get("b", 3, 4);
    get("a", 5, 6);
    assertBad();
  }

  @Test
  void shouldOrderConcurrentWritesAsTheReadsSaw() {
    put("a", 0, 9);
    put("b", 0, 9);
    put("c", 0, 9);
    get("c", 10, 11);
    assertGood();
    get("c", 12, 13);
    assertGood();
    get("a", 14, 15);
    assertBad();
  }

  @Test
  void shouldRefuseTwoReadersThatDisagreeOnTheOrder() {
    put("a", 0, 20);
    put("b", 0, 20);
    get("a", 1, 2);
    get("b", 3, 4);
    get("a", 5, 6);
    assertBad();
  }

  @Test
  void shouldRefuseWhatComesBackAfterADelete() {
    put("a", 0, 1);
    delete(2, 3);
    absent(4, 5);
    get("a", 6, 7);
    assertBad();
  }

  @Test
  void shouldRefuseAValueThatADeleteDidNotDelete() {
    put("a", 0, 1);
    delete(2, 3);
    get("a", 4, 5);
    assertBad();
  }

  @Test
  void shouldTakeADeleteThatFoundNothingAsARead() {
    put("a", 0, 1);
    delete(2, 3);
    add(Kind.DEL, null, 4, 5, Result.ABSENT);
    assertGood();
    put("b", 6, 7);
    add(Kind.DEL, null, 8, 9, Result.ABSENT);
    assertBad();
  }

  @Test
  void shouldLetAFailedWriteTakeEffectLate() {
    put("a", 0, 1);
    failedPut("b", 2, 3);
    get("a", 4, 5);
    get("b", 60, 61);
    assertGood();
  }

  @Test
  void shouldLetAFailedWriteNeverTakeEffect() {
    put("a", 0, 1);
    failedPut("b", 2, 3);
    get("a", 4, 5);
    assertGood();
  }

  @Test
  void shouldRefuseAFailedWriteThatTakesEffectTwice() {
    put("a", 0, 1);
    failedPut("b", 2, 3);
    get("b", 4, 5);
    put("c", 6, 7);
    get("b", 8, 9);
    assertBad();
  }

  @Test
  void shouldRefuseAFailedWriteThatTakesEffectBeforeItsCall() {
    get("b", 0, 1);
    failedPut("b", 2, 3);
    assertBad();
  }

  @Test
  void shouldLetAnUnansweredDeleteTakeEffectLate() {
    put("a", 0, 1);
    add(Kind.DEL, null, 2, Operation.NEVER, Result.UNKNOWN);
    get("a", 3, 4);
    absent(50, 51);
    assertGood();
  }

  @Test
  void shouldLetEachUnansweredDeleteTakeEffectOnceOnly() {
    add(Kind.DEL, null, 0, Operation.NEVER, Result.UNKNOWN);
    put("a", 1, 2);
    absent(3, 4);
    put("b", 5, 6);
    absent(7, 8);
    assertBad();
  }

  @Test
  void shouldLetTwoUnansweredDeletesTakeEffectTwice() {
    add(Kind.DEL, null, 0, Operation.NEVER, Result.UNKNOWN);
    add(Kind.DEL, null, 0, 9, Result.FAILED);
    put("a", 1, 2);
    absent(3, 4);
    put("b", 5, 6);
    absent(7, 8);
    assertGood();
  }

  @Test
  void shouldNotUseADeleteThatIsCalledLater() {
    put("a", 0, 1);
    absent(2, 3);
    add(Kind.DEL, null, 4, Operation.NEVER, Result.UNKNOWN);
    assertBad();
  }

  @Test
  void shouldHearNothingFromReadsThatFailed() {
    put("a", 0, 1);
    add(Kind.GET, null, 2, 3, Result.FAILED);
    add(Kind.GET, null, 2, Operation.NEVER, Result.UNKNOWN);
    get("a", 4, 5);
    assertGood();
  }

  @Test
  void shouldRefuseAReadBackToAnOlderValueAfterAFailedWriteWasSeen() {
    put("a", 0, 1);
    failedPut("b", 2, 3);
    get("b", 4, 5);
    get("a", 6, 7);
    assertBad();
  }

  @Test
  void shouldJudgeEachKeyByItself() {
    history.add(new Operation("c1", Kind.PUT, "x", "a", 0, 1, Result.OK));
    history.add(new Operation("c1", Kind.GET, "y", null, 2, 3, Result.ABSENT));
    assertGood();
  }

  @Test
  void shouldTakeValuesWrittenTwiceInAnyPairing() {
    put("a", 0, 1);
    failedPut("a", 2, 3);
    put("b", 4, 5);
    get("a", 6, 7);
    assertGood();
    put("c", 8, 9);
    get("a", 10, 11);
    assertBad();
  }

  /** The classic that needs going back on a choice made early. */
  @Test
  void shouldGoBackOnAWrongChoice() {
    put("a", 0, 30);
    put("b", 1, 30);
    put("c", 2, 30);
    get("b", 3, 10);
    get("a", 11, 12);
    get("c", 13, 14);
    put("d", 15, 16);
    get("d", 17, 18);
    assertGood();
  }

  @Test
  void shouldSayWhereTheExplanationEnds() {
    put("a", 0, 1_000_000);
    put("b", 2_000_000, 3_000_000);
    get("a", 4_000_000, 5_500_000);
    get("b", 6_000_000, 7_000_000);

    assertEquals(
        List.of(
            "key k is not linearizable:",
            "          0.000        1.000  c1   PUT k = a -> ok",
            "          2.000        3.000  c1   PUT k = b -> ok",
            "->        4.000        5.500  c1   GET k -> a",
            "          6.000        7.000  c1   GET k -> b"),
        history.violations().get(0).toString().lines().toList());
  }

  /** Thousands of writes that nobody heard of again: the search must not try them everywhere. */
  @Test
  void shouldBeQuickWithManyWritesOfUnknownOutcome() {
    Random random = new Random(1);
    String held = null;
    for (int i = 0; i < 20_000; i++) {
      String value = "v" + i;
      switch (random.nextInt(4)) {
        case 0 -> add(Kind.PUT, value, 10L * i, Operation.NEVER, Result.UNKNOWN);
        case 1 -> add(Kind.DEL, null, 10L * i, 10L * i + 5, Result.FAILED);
        case 2 -> {
          put(value, 10L * i, 10L * i + 5);
          held = value;
        }
        default -> {
          if (held == null || random.nextInt(100) == 0) {
            delete(10L * i, 10L * i + 1);
            held = null;
            absent(10L * i + 2, 10L * i + 5);
          } else {
            get(held, 10L * i, 10L * i + 5);
          }
        }
      }
    }
    assertTimeoutPreemptively(Duration.ofSeconds(60), this::assertGood);
  }

  @Test
  void shouldFindTheOneStaleReadInALongConcurrentHistory() {
    simulate(new Random(2), 5000, -1);
    assertTimeoutPreemptively(Duration.ofSeconds(60), this::assertGood);
    History good = history;
    assertTrue(good.size() > 4000);
    LinearizabilityTest bad = new LinearizabilityTest();
    bad.simulate(new Random(2), 5000, 4000);
    assertTimeoutPreemptively(Duration.ofSeconds(60), bad::assertBad);
  }

  /**
   * Six clients on a true register; each operation takes effect in the middle of its time. One read
   * returns a value that was overwritten long before.
   */
  private void simulate(Random random, int operations, int staleAt) {
    String held = null;
    long effect = 100;
    for (int i = 0; i < operations; i++) {
      effect += 10;
      long from = effect - random.nextInt(60);
      long to = effect + random.nextInt(60);
      boolean stale = i == staleAt;
      if (!stale && random.nextBoolean()) {
        held = "v" + i;
        add(Kind.PUT, held, from, to, random.nextInt(10) == 0 ? Result.UNKNOWN : Result.OK);
      } else if (stale) {
        get("v" + firstWritten(), from, to);
      } else if (held != null) {
        get(held, from, to);
      }
    }
  }

  private int firstWritten() {
    for (Operation operation : history.operations()) {
      if (operation.kind() == Kind.PUT && operation.result() == Result.OK) {
        return Integer.parseInt(operation.value().substring(1));
      }
    }
    throw new IllegalStateException("nothing was written");
  }

  private void put(String value, long from, long to) {
    add(Kind.PUT, value, from, to, Result.OK);
  }

  private void failedPut(String value, long from, long to) {
    add(Kind.PUT, value, from, to, Result.FAILED);
  }

  private void get(String value, long from, long to) {
    add(Kind.GET, value, from, to, Result.OK);
  }

  private void absent(long from, long to) {
    add(Kind.GET, null, from, to, Result.ABSENT);
  }

  private void delete(long from, long to) {
    add(Kind.DEL, null, from, to, Result.OK);
  }

  private void add(Kind kind, String value, long from, long to, Result result) {
    history.add(new Operation("c1", kind, KEY, value, from, to, result));
  }

  private void assertGood() {
    assertEquals(List.of(), history.violations());
  }

  private void assertBad() {
    assertEquals(List.of(KEY), history.violations().stream().map(Violation::key).toList());
  }
}
