package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rkv.net.AddressLiteral;
import org.rkv.replica.peer.ReplicaAddress;

/**
 * Which entry of the replica file is this replica's own. Asks nobody: it judges by what the entries
 * say, and by what they were resolved to.
 *
 * @param host that this replica stands on
 * @param port where it listens; 0 if its entry is to say that
 */
record OwnEntry(ThisHost host, int port) {
  /**
   * The entry that is ours by what it says, whatever a name service thinks: a literal that is an
   * address of ours, else our host name, in any case; else a short form of our full name, or a full
   * form of our short one.
   *
   * @throws IOException with one clear line if several are
   */
  Optional<ReplicaAddress> told(List<ReplicaAddress> entries) throws IOException {
    List<ReplicaAddress> literals = atOurPort(entries).stream().filter(this::isOurLiteral).toList();
    if (!literals.isEmpty()) {
      return only(literals);
    }
    List<ReplicaAddress> names =
        atOurPort(entries).stream()
            .filter(entry -> hostOf(entry.host()).equals(hostOf(host.name())))
            .toList();
    if (!names.isEmpty()) {
      return only(names);
    }
    List<ReplicaAddress> forms = atOurPort(entries).stream().filter(this::isFormOfOurName).toList();
    return forms.size() == 1 ? Optional.of(forms.get(0)) : Optional.empty();
  }

  /**
   * The entry that is presumed to be ours, since it is the only one that leads to this host, and
   * nowhere else. A name service that is wrong makes another one of it. The only entry of a file is
   * never presumed to be: it may be the other one of two replicas.
   */
  Optional<ReplicaAddress> presumed(List<ReplicaAddress> entries) {
    List<ReplicaAddress> ours = leadingToUs(entries);
    return entries.size() > 1 && ours.size() == 1 ? Optional.of(ours.get(0)) : Optional.empty();
  }

  /** The entries that lead to this host, and nowhere else. */
  List<ReplicaAddress> leadingToUs(List<ReplicaAddress> entries) {
    return atOurPort(entries).stream()
        .filter(entry -> !entry.addresses().isEmpty())
        .filter(entry -> entry.addresses().stream().allMatch(host.isOurs()))
        .toList();
  }

  private List<ReplicaAddress> atOurPort(List<ReplicaAddress> entries) {
    return entries.stream().filter(entry -> port == 0 || entry.port() == port).toList();
  }

  private boolean isOurLiteral(ReplicaAddress entry) {
    return literal(entry.host()).filter(host.isOurs()).isPresent();
  }

  /** The address that a host is; that of localhost is known as well (RFC 6761, section 6.3). */
  static Optional<InetAddress> literal(String host) {
    return hostOf(host).equals("localhost")
        ? Optional.of(InetAddress.getLoopbackAddress())
        : AddressLiteral.parse(host);
  }

  private boolean isFormOfOurName(ReplicaAddress entry) {
    String one = hostOf(entry.host());
    String other = hostOf(host.name());
    return literal(one).isEmpty() && (one.startsWith(other + ".") || other.startsWith(one + "."));
  }

  private static String hostOf(String host) {
    return AddressLiteral.withoutLastDot(host).toLowerCase(Locale.ROOT);
  }

  private static Optional<ReplicaAddress> only(List<ReplicaAddress> own) throws IOException {
    if (own.size() > 1) {
      throw new IOException(
          "several names in the replica file are this machine's ("
              + String.join(", ", own.stream().map(ReplicaAddress::name).toList())
              + "): say with --host which one is meant");
    }
    return Optional.of(own.get(0));
  }
}
