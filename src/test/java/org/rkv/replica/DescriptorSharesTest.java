package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DescriptorSharesTest {
  @Test
  void shouldLeaveSixtyFourForOurselvesAndSixForEachPeer() {
    assertEquals(1024 - 64 - 4 * 6, DescriptorShares.ofClients(1024, 4, 0, 0, 10_000));
  }

  @Test
  void shouldLeaveWhatGreetingsAndAPortmapperOfOurOwnMayTake() {
    assertEquals(
        1024 - 64 - 4 * 6 - 32 - 100, DescriptorShares.ofClients(1024, 4, 32, 100, 10_000));
  }

  @Test
  void shouldLeaveAPortmapperOfOurOwnFewWhereThereAreFew() {
    assertEquals(100, DescriptorShares.ofPortmapper(Integer.MAX_VALUE));
    assertEquals(100, DescriptorShares.ofPortmapper(1024));
    assertEquals(8, DescriptorShares.ofPortmapper(70));
  }

  @Test
  void shouldGiveClientsNoMoreThanTheyMayHave() {
    assertEquals(10_000, DescriptorShares.ofClients(16_384, 4, 32, 100, 10_000));
    assertEquals(10_000, DescriptorShares.ofClients(Integer.MAX_VALUE, 4, 32, 100, 10_000));
  }

  @Test
  void shouldServeSomeHoweverFewThereAre() {
    assertEquals(8, DescriptorShares.ofClients(70, 2, 16, 8, 10_000));
  }
}
