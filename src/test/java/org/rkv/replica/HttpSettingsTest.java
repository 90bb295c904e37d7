package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand behind {@code --http}. */
class HttpSettingsTest {
  private static final List<String> NO_NAMES = List.of();

  @Test
  void shouldBeAPortWithAnAddressOrWithout() {
    assertNull(HttpSettings.parse(null, NO_NAMES));
    assertEquals(new HttpSettings(null, 9464, Set.of()), HttpSettings.parse("9464", NO_NAMES));
    assertEquals(
        new HttpSettings("0.0.0.0", 9464, Set.of("alpha.example")),
        HttpSettings.parse("0.0.0.0:9464", List.of("Alpha.example")));
    assertEquals(new HttpSettings("::1", 80, Set.of()), HttpSettings.parse("[::1]:80", NO_NAMES));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "65536", "99999999999", "-1", "a:", ":80", "::1:80", "[]:80", "x"})
  void shouldBeNothingElse(String text) {
    assertThrows(IllegalArgumentException.class, () -> HttpSettings.parse(text, NO_NAMES));
  }

  @Test
  void shouldNotBeNamedWithoutAPort() {
    assertThrows(
        IllegalArgumentException.class, () -> HttpSettings.parse(null, List.of("alpha.example")));
  }
}
