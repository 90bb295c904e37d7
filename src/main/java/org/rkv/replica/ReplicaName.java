package org.rkv.replica;

/**
 * A name in the replica file.
 *
 * @param host name or address, without brackets
 * @param port 0 if the file does not say
 */
public record ReplicaName(String host, int port) {
  @Override
  public String toString() {
    if (port == 0) {
      return host;
    }
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
