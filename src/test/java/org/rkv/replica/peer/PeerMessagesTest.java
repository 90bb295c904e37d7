package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rkv.rpc.Address;
import org.rkv.rpc.Listed;

/** Whoever holds the port of a listed replica says what he likes. */
class PeerMessagesTest {
  @Test
  void shouldTakeNamesAsLogsAndTerminalsCanBear() {
    assertEquals("alpha-1.example.org:20456", PeerMessages.plain("alpha-1.example.org:20456"));
    assertEquals("[2001:db8::1]:1", PeerMessages.plain("[2001:db8::1]:1"));
    assertEquals("a?[31mb?:1", PeerMessages.plain("a\u001b[31mb\n:1"));
    assertEquals(280, PeerMessages.plain("x".repeat(100_000)).length());
  }

  @Test
  void shouldLookAtNoMoreOfAListThanIsCompared() {
    Address[] addresses =
        IntStream.range(0, 1000).mapToObj(i -> new Address("10.0.0." + i)).toArray(Address[]::new);
    Listed[] list =
        IntStream.range(0, 1000)
            .mapToObj(
                i -> {
                  Listed listed = new Listed();
                  listed.text = "host" + i + ":1";
                  listed.addresses = addresses;
                  listed.given_name = "";
                  return listed;
                })
            .toArray(Listed[]::new);

    assertEquals(ListComparison.MAX_ENTRIES + 1, PeerMessages.list(list).size());
    assertEquals(16, PeerMessages.list(list).get(0).addresses().size());
  }
}
