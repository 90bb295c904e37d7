package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.core.Incarnation;
import org.rkv.testing.Eventually;

/** A host whose own name leads to a loopback address, as Debian's installer writes it. */
class LoopbackNameTest {
  private static final String WARNING = "our own name has the address 127.0.1.1 here";

  @TempDir Path directory;
  private TestReplica replica;

  @BeforeEach
  void make() throws Exception {
    InetAddress address = InetAddress.getByName("127.0.1.1");
    try (ServerSocket free = new ServerSocket(0, 1, address)) {
      replica =
          new TestReplica(
              new InetSocketAddress(address, free.getLocalPort()), directory.resolve("replica"));
    }
  }

  @AfterEach
  void discard() {
    replica.discard();
  }

  @Test
  void shouldSayThatOtherHostsCannotReachIt() throws Exception {
    replica.lists("127.0.1.1", "192.0.2.1").start();
    Eventually.until("it warns", () -> replica.log().contain(WARNING), () -> replica.log() + "");
  }

  @Test
  void shouldNotMindWhenAllAreOfThisMachine() throws Exception {
    replica.lists("127.0.1.1", "127.0.1.2").start();
    Eventually.until(
        "it listens", () -> replica.log().contain("listening at"), () -> replica.log() + "");
    replica.look(Incarnation::self); // whatever is done at the start has been done
    assertFalse(replica.log().contain(WARNING), replica.log()::toString);
  }
}
