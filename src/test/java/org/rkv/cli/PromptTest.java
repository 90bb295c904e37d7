package org.rkv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PromptTest {
  @Test
  void shouldRefuseALineOfWhichBytesAreLost() {
    for (String each : List.of("PUT k a\ufffdb", "PUT k \ud83d")) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> Prompt.bytesOf(each));
      assertTrue(refused.getMessage().contains("nothing was sent"), refused.getMessage());
    }
    assertEquals("PUT k \u00c3\u00bc\u00f0\u009f\u0099\u0082", Prompt.bytesOf("PUT k ü🙂"));
  }
}
