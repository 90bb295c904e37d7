package org.rkv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.testing.FreePort;

/** The words after "rkv bench", and what is said of wrong ones. */
final class BenchCommandTest {
  private static final String SEE_HELP = "; see rkv bench --help\n";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private int portOfEnvironment = 1;

  private int run(String... arguments) throws IOException {
    return BenchCommand.run(() -> portOfEnvironment, out, err, arguments);
  }

  @Test
  void shouldAskWhichReplicasAreMeant() throws IOException {
    assertEquals(2, run());
    assertEquals(
        "rkv bench: which replicas? rkv bench HOST[,HOST...]" + SEE_HELP, err.toString(UTF_8));
    err.reset();
    assertEquals(2, run(","));
    assertEquals(
        "rkv bench: which replicas? rkv bench HOST[,HOST...]" + SEE_HELP, err.toString(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port=0|--port must be 1 to 65535, not 0",
        "--port=65536|--port must be 1 to 65535, not 65536",
        "db:99999|db:99999: a port is a number from 1 to 65535, behind a host's name or [IPv6 address]",
        "--rate=0|--rate must be 0.001 to 10000000, not 0.0",
        "--rate=NaN|Invalid value for option '--rate': 'NaN' is not a number",
        "--seconds=+1|Invalid value for option '--seconds': '+1' is not a whole number",
        "--timeout=1d|Invalid value for option '--timeout': '1d' is not a number",
        "--mix=put=2147483647,get=2147483647,del=102|no mix of put, get, del and null: put=2147483647,get=2147483647,del=102",
        "--timeout=-1|--timeout must be 0.1 to 1000 seconds, not -1.0",
        "--clients=0|--clients must be 1 to 10000, not 0",
        "--what|Unknown option: '--what'"
      })
  void shouldSayInOneLineWhatIsWrong(String word, String reason) throws IOException {
    assertEquals(2, run(word, "127.0.0.1"));
    assertEquals("rkv bench: " + reason + SEE_HELP, err.toString(UTF_8));
    assertEquals("", out.toString(UTF_8));
  }

  @Test
  void shouldGoToThePortOfTheEnvironmentUnlessToldOtherwise() throws IOException {
    portOfEnvironment = FreePort.find();
    int other = FreePort.find();
    String refused = ": RPC: Remote system error - Connection refused\n";
    assertEquals(1, run("127.0.0.1"));
    assertEquals("rkv bench: 127.0.0.1:" + portOfEnvironment + refused, err.toString(UTF_8));
    err.reset();
    assertEquals(1, run("127.0.0.1", "--port=" + other));
    assertEquals("rkv bench: 127.0.0.1:" + other + refused, err.toString(UTF_8));
  }

  @Test
  void shouldGiveUpADeadReplicaWithinItsTime() throws IOException {
    try (ScriptedServer frozen = ScriptedServer.start(ScriptedServer.Connection::awaitClose)) {
      long begin = System.nanoTime();
      assertEquals(1, run("127.0.0.1:" + frozen.port(), "--timeout=0.5", "--seconds=100"));
      assertTrue(System.nanoTime() - begin < 20_000_000_000L, "not after 25 s, nor 100 s");
      assertEquals(
          "rkv bench: 127.0.0.1:" + frozen.port() + ": RPC: Timed out\n", err.toString(UTF_8));
    }
  }

  @Test
  void shouldFailWhenItsOutputCannotBeWritten() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int each) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    IOException failure =
        assertThrows(IOException.class, () -> BenchCommand.run(() -> 1, full, err, "--help"));
    assertEquals("bench: standard output cannot be written", failure.getMessage());
  }
}
