package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class EffectiveOptionsTest {
  @Test
  void shouldLeaveOutWhatHoldsAnywayAndWhichReplicaItIs() {
    EffectiveOptions given =
        of("--host", "a:1", "--port=7", "--max-length=32", "--no-udp", "--capacity=1000");

    assertEquals("--capacity 1000 --no-udp", given.words());
  }

  @Test
  void shouldBeTheSameInWhateverFormTheyAreWritten() {
    assertEquals(of("--capacity", "7", "--no-udp"), of("--no-udp", "--capacity=7"));
    assertEquals(of(), of("--capacity", "256"));
    assertNotEquals(of().hash(), of("--capacity", "257").hash());
  }

  @Test
  void shouldTellWhatWasGivenSeveralTimesSoThatItCanBeGivenAgain() {
    EffectiveOptions given = of("--http", "9464", "--http-host=alpha", "--http-host", "beta");

    assertEquals("--http 9464 --http-host alpha --http-host beta", given.words());
    assertEquals(given, of(given.words().split(" ")));
  }

  @Test
  void shouldSayWhatIsNotToBeUnderstood() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> of("--capcity", "1000"));

    assertEquals("Unknown options: '--capcity', '1000'", e.getMessage());
  }

  private static EffectiveOptions of(String... words) {
    return Main.optionsOf(List.of(words));
  }
}
