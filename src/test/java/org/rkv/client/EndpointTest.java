package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "db1, db1, 0",
    "db1:7, db1, 7",
    "127.0.0.1:65535, 127.0.0.1, 65535",
    "127.0.0.1:65536, 127.0.0.1:65536, 0",
    "db1:99999999999999999999, db1:99999999999999999999, 0",
    "db1:0, db1:0, 0",
    "db1:, db1:, 0",
    "db1:x1, db1:x1, 0",
    "db1:-1, db1:-1, 0",
    "::1, ::1, 0",
    "[::1], ::1, 0",
    "[::1]:7, ::1, 7",
    "[::1]7, [::1]7, 0",
    "[::1, [::1, 0",
    "'', '', 0",
  })
  void shouldTellTheHostFromThePort(String text, String host, int port) {
    assertEquals(new Endpoint(host, port), Endpoint.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"db1", "db1:7", "::1", "[::1]:7"})
  void shouldBeReadAsItIsWritten(String text) {
    assertEquals(text, Endpoint.parse(text).toString());
  }
}
