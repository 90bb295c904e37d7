package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionTest {
  @ParameterizedTest
  @CsvSource({
    "1.0.0, false",
    "1.0.12, false",
    "0.9, false",
    "1.1.0, true",
    "1.10.0, true",
    "2.0, true",
    "unknown, true",
    "-, true",
    "'', true"
  })
  void shouldWorkWithTheReleasesThatGreetInTheSameWay(String release, boolean works) {
    assertEquals(works, Version.worksWith(release));
  }
}
