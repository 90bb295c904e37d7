package org.rkv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpFramingTest {
  private static final String ANSWER = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";

  private final HttpFraming framing = new HttpFraming();

  private int length(String bytes, int from) {
    return framing.lengthOfAnswer(bytes.getBytes(StandardCharsets.ISO_8859_1), from);
  }

  @Test
  void shouldEndAnAnswerWhereItsBodyEnds() {
    assertEquals(ANSWER.length(), length(ANSWER, 0));
    assertEquals(ANSWER.length(), length(ANSWER + ANSWER, ANSWER.length()));
    assertEquals(ANSWER.length(), length("x" + ANSWER + "HTTP", 1));
  }

  @Test
  void shouldWaitForAllOfIt() {
    for (int end = 0; end < ANSWER.length(); end++) {
      assertEquals(0, length(ANSWER.substring(0, end), 0), "after " + end);
    }
  }

  @Test
  void shouldTakeAnAnswerWithoutALengthForOneWithoutABody() {
    String answer = "HTTP/1.1 204 No Content\r\nDate: today\r\n\r\n";
    assertEquals(answer.length(), length(answer + ANSWER, 0));
  }
}
