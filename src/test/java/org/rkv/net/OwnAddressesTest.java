package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.testing.Eventually;

class OwnAddressesTest {
  private EventLoop loop;
  private OwnAddresses own;

  @BeforeEach
  void start() throws Exception {
    loop = new EventLoop("own addresses", new LogLines());
    own = new OwnAddresses(loop);
    loop.start();
    loop.execute(own::ask);
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  @Test
  void shouldContainEveryAddressOfThisHostAndNoOther() throws Exception {
    List<InetAddress> addresses =
        NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
    for (InetAddress each : addresses) {
      Eventually.holds(each + " is known", () -> contain(each));
    }
    assertFalse(contain(InetAddress.getByName("203.0.113.77")));
  }

  private boolean contain(InetAddress address) {
    return CompletableFuture.supplyAsync(() -> own.contain(address), loop).join();
  }
}
