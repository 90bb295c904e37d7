package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.rkv.replica.peer.ReplicaAddress;

/**
 * Which replica this one is, and so which names of the replica file are others. Resolves names, so
 * it may block.
 *
 * @param name what this replica calls itself
 * @param address what it binds and calls from; null for all addresses of this machine
 * @param port TCP
 */
public record Identity(String name, InetAddress address, int port) {

  /**
   * Finds out who this replica is: the host given, or the one name in the file that is an address
   * of this machine, or, if there is none, the machine itself on all its addresses.
   *
   * @throws IOException with one clear line if that cannot be told
   */
  static Identity find(String host, int defaultPort, ReplicaFile file) throws IOException {
    if (host != null) {
      InetAddress address = resolve(host);
      if (!isLocal(address)) {
        throw new IOException("--host " + host + " is not an address of this machine");
      }
      return new Identity(host, address, portOf(host, defaultPort, file));
    }
    List<ReplicaName> own = new ArrayList<>();
    for (ReplicaName name : file.names()) {
      if (isLocalName(name.host())) {
        own.add(name);
      }
    }
    if (own.size() > 1) {
      throw new IOException(
          "several names in the replica file are this machine's ("
              + String.join(", ", own.stream().map(ReplicaName::toString).toList())
              + "): say with --host which one is meant");
    }
    if (own.isEmpty()) {
      return new Identity(InetAddress.getLocalHost().getHostName(), null, defaultPort);
    }
    ReplicaName name = own.get(0);
    return new Identity(
        name.host(), resolve(name.host()), name.port() == 0 ? defaultPort : name.port());
  }

  private static int portOf(String host, int defaultPort, ReplicaFile file) {
    for (ReplicaName name : file.names()) {
      if (name.host().equals(host) && name.port() != 0) {
        return name.port();
      }
    }
    return defaultPort;
  }

  /** Where this replica listens. */
  InetSocketAddress listenAddress() {
    return address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port);
  }

  /**
   * The other entries of the file. Only this replica's own one is left out; where the others lead,
   * and whether they can be resolved now, does not matter.
   *
   * @param defaultPort of a name without a port
   */
  List<ReplicaAddress> othersIn(ReplicaFile file, int defaultPort) {
    List<ReplicaAddress> entries = file.entries(defaultPort, Identity::addressesOf);
    String own = ReplicaAddress.text(name, port);
    boolean isNamed = entries.stream().anyMatch(entry -> entry.text().equals(own));
    return entries.stream()
        .filter(entry -> isNamed ? !entry.text().equals(own) : !leadsToUs(entry))
        .toList();
  }

  private boolean leadsToUs(ReplicaAddress entry) {
    return entry.port() == port && entry.addresses().stream().anyMatch(this::isThisHost);
  }

  private boolean isThisHost(InetAddress other) {
    return address == null ? isOfThisMachine(other) : address.equals(other);
  }

  private static List<InetAddress> addressesOf(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  private static boolean isLocalName(String host) throws SocketException {
    try {
      return isLocal(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Whether an address is one of this machine's, so far as can be told. */
  public static boolean isOfThisMachine(InetAddress address) {
    try {
      return isLocal(address);
    } catch (SocketException e) {
      return false;
    }
  }

  private static boolean isLocal(InetAddress address) throws SocketException {
    return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
  }

  private static InetAddress resolve(String host) throws IOException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("unknown host: " + host, e);
    }
  }
}
