package org.rkv.portmap;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The rpcbind of this machine: the socket that it has for the programs beside it, and what tells
 * that one belongs here though it does not run now. Looks at files, so it may block. Immutable,
 * thread-safe.
 */
public final class LocalRpcbind {
  private static final List<Path> SOCKETS =
      List.of(Path.of("/run/rpcbind.sock"), Path.of("/var/run/rpcbind.sock"));
  private static final Path SYSTEMD = Path.of("/run/systemd/system");
  private static final List<Path> UNITS =
      List.of(
          Path.of("/etc/systemd/system/sockets.target.wants/rpcbind.socket"),
          Path.of("/etc/systemd/system/multi-user.target.wants/rpcbind.service"));

  private final List<Path> sockets;
  private final List<Path> units;

  /**
   * One of these files is its socket.
   *
   * @param units of which one is there where systemd is going to start it
   */
  LocalRpcbind(List<Path> sockets, List<Path> units) {
    this.sockets = List.copyOf(sockets);
    this.units = List.copyOf(units);
  }

  /** That of this system. */
  public static LocalRpcbind ofTheSystem() {
    return new LocalRpcbind(SOCKETS, Files.isDirectory(SYSTEMD) ? UNITS : List.of());
  }

  /** Its socket, if there is one; whether anybody listens there is not said. */
  public Optional<Path> socket() {
    return sockets.stream().filter(Files::exists).findFirst();
  }

  /** What tells that an rpcbind belongs to this machine, or nothing. */
  public Optional<Path> trace() {
    Optional<Path> socket = socket();
    return socket.isPresent() ? socket : units.stream().filter(Files::exists).findFirst();
  }
}
