package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.rkv.net.AddressLiteral;
import org.rkv.net.NameLookups;
import org.rkv.net.NameResolver;
import org.rkv.replica.peer.ReplicaAddress;

/**
 * Which replica this one is, and so which entries of the replica file are others. Immutable.
 *
 * <p>Our own entry is told by {@code --host}, by a literal that is an address of ours, or by our
 * host name. If it is not, it is at most presumed, from where the entries lead, and may turn out to
 * be another one as long as the name service is asked again. If it is not even that, the file
 * leaves us out, as that of the C system does.
 */
public final class Identity {
  private final String name;
  private final InetAddress address;
  private final int port;
  private final OwnEntry own;
  private final boolean isCertain;

  private Identity(String name, InetAddress address, int port, OwnEntry own, boolean isCertain) {
    this.name = name;
    this.address = address;
    this.port = port;
    this.own = own;
    this.isCertain = isCertain;
  }

  /**
   * Finds out who this replica is. Resolves names where an address of ours has to be found or an
   * entry presumed, so it may block.
   *
   * @param host what {@code --host} says, HOST or HOST:PORT; null if nothing
   * @param defaultPort of a name without a port, and of a replica that the file leaves out
   * @param machine where we are
   * @throws UnknownHostException if it cannot be told now that {@code --host} is an address of this
   *     machine, which a name service may say later
   * @throws IOException with one clear line if it never will
   */
  static Identity find(
      String host, int defaultPort, ReplicaFile file, NameResolver resolver, ThisHost machine)
      throws IOException {
    return host == null
        ? foundIn(file, defaultPort, resolver, machine)
        : given(host, defaultPort, file, resolver, machine);
  }

  private static Identity given(
      String option, int defaultPort, ReplicaFile file, NameResolver resolver, ThisHost machine)
      throws IOException {
    ReplicaName given = nameIn(option);
    InetAddress address = ownAddress(given.host(), resolver, machine);
    int port = given.port() != 0 ? given.port() : portOf(given.host(), defaultPort, file);
    List<ReplicaAddress> entries = entries(file, defaultPort, host -> List.of());
    ThisHost host = new ThisHost(given.host(), address::equals);
    Identity identity = new Identity(given.host(), address, port, new OwnEntry(host, port), true);
    if (identity.isIn(entries)) {
      return identity;
    }
    Optional<ReplicaAddress> told = identity.own.told(entries);
    if (told.isPresent()) {
      return identity.as(told.get().host(), true);
    }
    return identity
        .as(given.host(), false)
        .askedAgain(entries(file, defaultPort, resolved(resolver)));
  }

  /**
   * What {@code --host} says, with this port if it says none; what is no name of a replica stays as
   * it is.
   */
  static String withPort(String option, int port) {
    try {
      ReplicaName given = nameIn(option);
      return given.port() != 0 ? option : new ReplicaName(given.host(), port).toString();
    } catch (IOException e) {
      return option;
    }
  }

  private static ReplicaName nameIn(String option) throws IOException {
    try {
      List<ReplicaName> names = ReplicaFile.parse(option).names();
      if (names.size() == 1) {
        return names.get(0);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("--host " + option + " is not the name of a replica", e);
    }
    throw new IOException("--host " + option + " is not the name of a replica");
  }

  private static InetAddress ownAddress(String host, NameResolver resolver, ThisHost machine)
      throws IOException {
    Optional<InetAddress> literal = OwnEntry.literal(host);
    List<InetAddress> ours =
        (literal.isPresent() ? List.of(literal.get()) : resolve(host, resolver))
            .stream().filter(machine.isOurs()).toList();
    if (ours.isEmpty()) {
      String reason = "--host " + host + " is not an address of this machine";
      throw literal.isPresent() ? new IOException(reason) : new UnknownHostException(reason);
    }
    return mostReachable(ours);
  }

  /** The first of several, but rather one where another host can reach us. */
  static InetAddress mostReachable(List<InetAddress> ours) {
    return ours.stream()
        .filter(address -> !address.isLoopbackAddress())
        .findFirst()
        .orElse(ours.get(0));
  }

  private static List<InetAddress> resolve(String host, NameResolver resolver)
      throws UnknownHostException {
    try {
      return resolver.resolve(host);
    } catch (UnknownHostException e) {
      UnknownHostException clear = new UnknownHostException("unknown host: " + host);
      clear.initCause(e);
      throw clear;
    }
  }

  /** That of its entry; if it has several, the default if that is one of them, or the first. */
  private static int portOf(String host, int defaultPort, ReplicaFile file) {
    String form = ReplicaAddress.text(host, defaultPort);
    List<Integer> ports =
        file.names().stream()
            .filter(name -> ReplicaAddress.text(name.host(), defaultPort).equals(form))
            .map(name -> name.portOr(defaultPort))
            .toList();
    return ports.isEmpty() || ports.contains(defaultPort) ? defaultPort : ports.get(0);
  }

  private static Identity foundIn(
      ReplicaFile file, int defaultPort, NameResolver resolver, ThisHost machine)
      throws IOException {
    Optional<ReplicaAddress> told =
        new OwnEntry(machine, 0).told(entries(file, defaultPort, host -> List.of()));
    if (told.isPresent()) {
      ReplicaAddress entry = told.get();
      OwnEntry own = new OwnEntry(machine, entry.port());
      return new Identity(
          entry.host(), bindAddress(entry.host(), resolver, machine), entry.port(), own, true);
    }
    List<ReplicaAddress> entries = entries(file, defaultPort, resolved(resolver));
    int port =
        new OwnEntry(machine, 0).presumed(entries).map(ReplicaAddress::port).orElse(defaultPort);
    return new Identity(machine.name(), null, port, new OwnEntry(machine, port), false)
        .askedAgain(entries);
  }

  /**
   * What our own name leads to; all addresses if that is nothing of ours now, or where no other
   * host could reach us, as with the line 127.0.1.1 that Debian writes into /etc/hosts.
   */
  private static InetAddress bindAddress(String host, NameResolver resolver, ThisHost machine) {
    Optional<InetAddress> literal = OwnEntry.literal(host);
    return literal.isPresent()
        ? literal.get()
        : resolved(resolver).apply(host).stream()
            .filter(address -> machine.isOurs().test(address) && !address.isLoopbackAddress())
            .findFirst()
            .orElse(null);
  }

  private static List<ReplicaAddress> entries(
      ReplicaFile file, int defaultPort, Function<String, List<InetAddress>> addressesOf) {
    return file.entries(defaultPort, addressesOf);
  }

  private static Function<String, List<InetAddress>> resolved(NameResolver resolver) {
    return host -> {
      try {
        return NameLookups.resolve(host, resolver);
      } catch (UnknownHostException e) {
        return List.of();
      }
    };
  }

  private Identity as(String newName, boolean nowCertain) {
    return new Identity(newName, address, port, own, nowCertain);
  }

  /**
   * Who we are by where the entries lead now; the same as before if that is certain.
   *
   * @param entries with what they were resolved to
   */
  Identity askedAgain(List<ReplicaAddress> entries) {
    if (isCertain) {
      return this;
    }
    if (entries.stream().allMatch(entry -> OwnEntry.literal(entry.host()).isPresent())) {
      return settled();
    }
    String presumed = own.presumed(entries).map(ReplicaAddress::host).orElse(own.host().name());
    return as(presumed, false);
  }

  /** Another entry than was thought is ours, for good. */
  Identity foundToBe(String host) {
    return as(host, true);
  }

  /** The same, for good: a replica has admitted us as that. */
  Identity settled() {
    return as(name, true);
  }

  /** Whether no name service can change it any more. */
  boolean isCertain() {
    return isCertain;
  }

  /**
   * Why nothing can listen where our name leads now, for people; null if it can, and where no name
   * service can change it.
   */
  String whyNotListen() {
    if (address == null || OwnEntry.literal(name).isPresent()) {
      return null;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(listenAddress(), 1);
      return null;
    } catch (IOException e) {
      return name
          + " leads to "
          + address.getHostAddress()
          + ":"
          + port
          + ", where we cannot listen: "
          + e.getMessage()
          + "; it is tried again for some seconds";
    }
  }

  /** The same, called at another address of ours from now on. */
  Identity movedTo(InetAddress newAddress) {
    OwnEntry moved =
        own.host().isOurs().test(newAddress)
            ? own
            : new OwnEntry(new ThisHost(own.host().name(), newAddress::equals), port);
    return new Identity(name, newAddress, port, moved, isCertain);
  }

  /** The host that this replica calls itself: that of its entry, if it has one. */
  public String name() {
    return name;
  }

  /** What it binds and calls from; null for all addresses of this machine. */
  InetAddress address() {
    return address;
  }

  /** TCP. */
  int port() {
    return port;
  }

  /** Where this replica listens. */
  InetSocketAddress listenAddress() {
    return address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port);
  }

  /**
   * What this replica calls itself to the others: the text of its entry if it has one, else its
   * host name and port. All hosts may be called localhost; instead of that it is an address.
   */
  public String givenName() {
    String text = text();
    if (!text.startsWith("localhost:") && !text.startsWith("localhost.")) {
      return text;
    }
    InetAddress shown = address == null ? ThisHost.someAddress() : address;
    return ReplicaAddress.text(AddressLiteral.text(shown), port);
  }

  /** By which others may know us: what we bind, or all of this machine. */
  List<InetAddress> addresses() {
    return address == null ? ThisHost.addresses() : List.of(address);
  }

  private String text() {
    return ReplicaAddress.text(name, port);
  }

  /**
   * The other entries: all but our own one. Where they lead, and whether they can be resolved now,
   * does not matter.
   *
   * @throws IOException with one clear line if several are our own
   */
  List<ReplicaAddress> othersIn(List<ReplicaAddress> entries) throws IOException {
    String ourText =
        isIn(entries) ? text() : own.told(entries).map(ReplicaAddress::text).orElse(text());
    return entries.stream().filter(entry -> !entry.text().equals(ourText)).toList();
  }

  private boolean isIn(List<ReplicaAddress> entries) {
    return entries.stream().anyMatch(entry -> entry.text().equals(text()));
  }

  /** The entries that lead to this host, of which none or one is our own. */
  List<ReplicaAddress> leadingToUs(List<ReplicaAddress> entries) {
    return own.leadingToUs(entries);
  }
}
