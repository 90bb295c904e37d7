package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which entry of one replica file is which of another. */
class ListComparisonTest {
  private static final Listing ALPHA = heard("alpha:7", "10.0.0.1", "alpha:7");
  private static final Listing BETA = heard("beta:7", "10.0.0.2", "beta:7");
  private static final Listing GAMMA = heard("gamma:7", "10.0.0.3", "gamma:7");

  @Test
  void shouldAgreeInWhateverOrder() {
    assertAgree(List.of(ALPHA, BETA, GAMMA), List.of(GAMMA, ALPHA, BETA));
    ListComparison lists =
        new ListComparison(List.of(ALPHA, BETA, GAMMA), List.of(GAMMA, ALPHA, BETA));
    assertEquals(ALPHA, lists.partnerOf(0));
    assertEquals(1, lists.indexOfPartner(0));
    assertEquals("", lists.difference());
  }

  /** Short, in full, address, IPv6, and as it is called. */
  @ParameterizedTest
  @ValueSource(strings = {"beta:7", "beta.example.org:7", "10.0.0.2:7", "[fd00::2]:7", "db2:7"})
  void shouldKnowAReplicaByFiveSpellings(String spelling) {
    List<Listing> ours = List.of(ALPHA, BETA);

    assertAgree(ours, List.of(ALPHA, heard(spelling, "10.0.0.2", "beta:7")));
    assertAgree(ours, List.of(ALPHA, unheard(spelling, "10.0.0.2")));
  }

  @Test
  void shouldPairByTheNameThatTheReplicaItselfGives() {
    Listing elsewhere = heard("vip:7", "192.168.0.9", "beta:7");

    assertAgree(List.of(ALPHA, BETA), List.of(ALPHA, elsewhere));
    assertAgree(List.of(ALPHA, unheard("beta:7", "10.0.0.2")), List.of(ALPHA, elsewhere));
    assertAgree(List.of(ALPHA, heard("old:7", "10.0.0.2", "beta:7")), List.of(ALPHA, elsewhere));
  }

  @Test
  void shouldPairByAddressOnlyWhereOneSideHasNeverHeardOfIt() {
    Listing ours = unheard("beta:7", "10.0.0.2");

    assertAgree(List.of(ALPHA, ours), List.of(ALPHA, unheard("b.example.org:7", "10.0.0.2")));
    assertAgree(
        List.of(ALPHA, ours), List.of(ALPHA, heard("vip:7", "10.0.0.2", "b.example.org:7")));
    assertDiffer(
        List.of(ALPHA, BETA),
        List.of(ALPHA, heard("vip:7", "10.0.0.2", "b.example.org:7")),
        "beta:7 is missing there, vip:7 (b.example.org:7) is missing here");
  }

  @Test
  void shouldTakeAnyOfSeveralAddresses() {
    Listing two = new Listing("b:7", List.of("fd00::2", "10.0.0.2"), "", false);
    Listing other = new Listing("beta:7", List.of("10.0.9.9", "10.0.0.2"), "", false);

    assertAgree(List.of(ALPHA, two), List.of(ALPHA, other));
  }

  @Test
  void shouldNotPairTheSameAddressAtAnotherPort() {
    assertDiffer(
        List.of(unheard("host:7", "10.0.0.2")),
        List.of(unheard("host:8", "10.0.0.2")),
        "host:7 is missing there, host:8 is missing here");
  }

  /** The caller's own entry is in what it tells, whether its file has it or not. */
  @Test
  void shouldAgreeWithAFileThatLeavesItsOwnReplicaOut() {
    List<Listing> selfIn = List.of(ALPHA, BETA, GAMMA);
    Listing self = new Listing("beta:7", List.of(), "beta:7", false);

    assertAgree(selfIn, List.of(self, ALPHA, GAMMA));
    assertAgree(List.of(ALPHA, unheard("beta:7", "10.0.0.2"), GAMMA), List.of(self, GAMMA, ALPHA));
  }

  @Test
  void shouldSayWhoIsMissingWhere() {
    assertDiffer(List.of(ALPHA, BETA, GAMMA), List.of(ALPHA, BETA), "gamma:7 is missing there");
    assertDiffer(List.of(ALPHA, BETA), List.of(ALPHA, BETA, GAMMA), "gamma:7 is missing here");
    assertDiffer(
        List.of(ALPHA, BETA),
        List.of(ALPHA, GAMMA),
        "beta:7 is missing there, gamma:7 is missing here");
  }

  @Test
  void shouldSayWhichTwoCannotBeToldApart() {
    ListComparison lists =
        new ListComparison(
            List.of(ALPHA, unheard("b:7", "10.0.0.2"), unheard("c:7", "10.0.0.2")),
            List.of(ALPHA, unheard("d:7", "10.0.0.2")));

    assertFalse(lists.agrees());
    assertTrue(
        lists
            .difference()
            .startsWith(
                "whether b:7 is their d:7 cannot be told, whether c:7 is their d:7 cannot be told"),
        lists.difference());
    assertNull(lists.partnerOf(1));
    assertEquals(ALPHA, lists.partnerOf(0));
  }

  /** One replica at two entries of a file is none of two. */
  @Test
  void shouldNotTellApartTwoEntriesThatOneReplicaAnswersAt() {
    List<Listing> twice = List.of(ALPHA, BETA, heard("vip:7", "10.0.0.9", "beta:7"));

    assertFalse(new ListComparison(twice, List.of(ALPHA, BETA)).agrees());
    assertFalse(new ListComparison(twice, List.of(ALPHA, BETA, GAMMA)).agrees());
  }

  @Test
  void shouldDifferWhereANameThatWasHeardContradictsAPair() {
    assertDiffer(
        List.of(ALPHA, BETA),
        List.of(ALPHA, heard("beta:7", "10.0.0.3", "gamma:7")),
        "beta:7 is called gamma:7 there");
  }

  /** It was paired by address, until somebody heard who is there. */
  @Test
  void shouldLookAgainWhenAGivenNameIsHeard() {
    List<Listing> theirs = List.of(ALPHA, heard("b:7", "10.0.0.2", "b.example.org:7"));
    ListComparison before =
        new ListComparison(List.of(ALPHA, unheard("beta:7", "10.0.0.2")), theirs);

    assertTrue(before.agrees(), before::difference);
    assertFalse(before.again(List.of(ALPHA, BETA)).agrees());
    assertTrue(
        before.again(List.of(ALPHA, heard("beta:7", "10.0.0.2", "b.example.org:7"))).agrees());
  }

  @Test
  void shouldBeSureThatOneIsLeftOutOnlyIfNoEntryThereMayBeIt() {
    List<Listing> ours = List.of(ALPHA, BETA, GAMMA);

    assertTrue(new ListComparison(ours, List.of(BETA, GAMMA)).surelyLacks(0));
    assertFalse(new ListComparison(ours, List.of(BETA, GAMMA)).surelyLacks(1));
    Listing perhaps = unheard("vip:7", "192.168.0.9");
    assertFalse(new ListComparison(ours, List.of(BETA, GAMMA, perhaps)).surelyLacks(0));
    Listing other = heard("vip:7", "192.168.0.9", "delta:7");
    assertTrue(new ListComparison(ours, List.of(BETA, GAMMA, other)).surelyLacks(0));
    assertFalse(new ListComparison(ours, List.of()).surelyLacks(0), "nothing was told");
  }

  @Test
  void shouldAgreeOnNoMoreThan64Entries() {
    List<Listing> most = many(ListComparison.MAX_ENTRIES);
    assertAgree(most, most);

    List<Listing> tooMany = many(ListComparison.MAX_ENTRIES + 1);
    assertDiffer(tooMany, tooMany, "a list has more than 64 replicas");
    assertDiffer(most, tooMany, "a list has more than 64 replicas");
  }

  private static List<Listing> many(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> unheard("host" + i + ":7", "10.0.1." + i))
        .toList();
  }

  /** Both sides come to the same. */
  private static void assertAgree(List<Listing> ours, List<Listing> theirs) {
    for (ListComparison lists : bothWays(ours, theirs)) {
      assertTrue(lists.agrees(), lists::difference);
    }
  }

  private static void assertDiffer(List<Listing> ours, List<Listing> theirs, String how) {
    for (ListComparison lists : bothWays(ours, theirs)) {
      assertFalse(lists.agrees());
    }
    assertEquals(how, new ListComparison(ours, theirs).difference());
  }

  private static List<ListComparison> bothWays(List<Listing> ours, List<Listing> theirs) {
    List<Listing> reversed = new ArrayList<>(theirs);
    Collections.reverse(reversed);
    return Stream.of(
            new ListComparison(ours, theirs),
            new ListComparison(theirs, ours),
            new ListComparison(ours, reversed))
        .toList();
  }

  private static Listing heard(String text, String address, String givenName) {
    return new Listing(text, List.of(address), givenName, false);
  }

  private static Listing unheard(String text, String address) {
    return heard(text, address, "");
  }
}
