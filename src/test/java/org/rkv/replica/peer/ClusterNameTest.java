package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterNameTest {
  @Test
  void shouldDifferOnlyFromAnotherName() {
    ClusterName production = ClusterName.given("production");

    assertTrue(production.differsFrom("staging"));
    assertFalse(production.differsFrom("production"));
    assertFalse(production.differsFrom(""));
    assertFalse(ClusterName.given(null).differsFrom("staging"));
  }

  @Test
  void shouldTakeOverTheFirstNameWhereNoneIsGiven() {
    ClusterName cluster = ClusterName.given(null);

    assertFalse(cluster.takeOver(""));
    assertFalse(cluster.takeOver("\u001b[2J"));
    assertTrue(cluster.takeOver("production"));
    assertFalse(cluster.takeOver("staging"));
    assertEquals("production", cluster.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "two words",
        "\u001b",
        "12345678901234567890123456789012345678901234567890123456789012345"
      })
  void shouldRefuseWhatIsNoName(String name) {
    assertThrows(IllegalArgumentException.class, () -> ClusterName.given(name));
  }
}
