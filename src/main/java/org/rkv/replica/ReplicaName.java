package org.rkv.replica;

import org.rkv.replica.peer.ReplicaAddress;

/**
 * A name in the replica file.
 *
 * @param host name or address, without brackets
 * @param port 0 if the file does not say
 */
public record ReplicaName(String host, int port) {
  /** The entry in its one form, as {@link ReplicaAddress#text(String, int)} has it. */
  public String text(int defaultPort) {
    return ReplicaAddress.text(host, portOr(defaultPort));
  }

  /** Whether both are one entry, however they are written. */
  public boolean isOneEntryWith(ReplicaName other, int defaultPort) {
    return text(defaultPort).equals(other.text(defaultPort));
  }

  /** Its port, or this one if the file does not say. */
  public int portOr(int defaultPort) {
    return port == 0 ? defaultPort : port;
  }

  @Override
  public String toString() {
    if (port == 0) {
      return host;
    }
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
