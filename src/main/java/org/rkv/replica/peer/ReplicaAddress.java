package org.rkv.replica.peer;

import java.net.InetAddress;
import org.rkv.protocol.KvProgram;

/**
 * Where a replica of the replica file is called.
 *
 * @param name as the file has it, for people
 * @param host name or address to connect to
 * @param resolved its address when the file was read, or null if it had none then
 * @param port TCP
 */
public record ReplicaAddress(String name, String host, InetAddress resolved, int port) {
  /** Whether both lead to the same host and port, however they are written or resolved just now. */
  boolean isAtSamePlaceAs(ReplicaAddress other) {
    return host.equals(other.host) && port == other.port;
  }

  /** How a client finds it: with its port, unless that is the default. */
  String shown() {
    return shown(host, port);
  }

  static String shown(String host, int port) {
    if (port == KvProgram.DEFAULT_PORT) {
      return host;
    }
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
