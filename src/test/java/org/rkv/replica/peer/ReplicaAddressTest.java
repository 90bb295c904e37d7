package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one form of an entry. */
class ReplicaAddressTest {
  @ParameterizedTest
  @CsvSource({
    "alpha, alpha:7",
    "ALPHA.Example.Org., alpha.example.org:7",
    "127.0.0.01, 127.0.0.1:7",
    "127.1, 127.0.0.1:7",
    "FE80:0::00A1%eth0, [fe80::a1]:7",
    "::FFFF:10.0.0.1, 10.0.0.1:7",
    "1:2:3, [1:2:3]:7"
  })
  void shouldWriteAnEntryInItsOneForm(String host, String text) {
    assertEquals(text, ReplicaAddress.text(host, 7));
  }

  /** Where they lead may be the same place; they are different entries. */
  @Test
  void shouldTellOtherEntriesApart() {
    String[] texts =
        Stream.of("alpha", "alpha.example.org", "localhost", "127.0.0.1", "::1")
            .map(host -> ReplicaAddress.text(host, 7))
            .toArray(String[]::new);
    assertEquals(texts.length, Stream.of(texts).distinct().count());
    assertNotEquals(ReplicaAddress.text("alpha", 7), ReplicaAddress.text("alpha", 8));
  }
}
