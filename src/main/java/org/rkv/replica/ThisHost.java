package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * The host that this replica stands on.
 *
 * @param name short or full
 * @param isOurs whether an address is one of it
 */
public record ThisHost(String name, Predicate<InetAddress> isOurs) {
  private static final Path NAME_FILE = Path.of("/proc/sys/kernel/hostname");

  /** The machine, with the name that it has itself: no name service is asked on Linux. */
  static ThisHost find() {
    return new ThisHost(machineName(), ThisHost::isOfThisMachine);
  }

  private static String machineName() {
    try {
      String name = Files.readString(NAME_FILE).strip();
      return name.isEmpty() ? InetAddress.getLocalHost().getHostName() : name;
    } catch (IOException e) {
      return machineNameOfTheSystem();
    }
  }

  private static String machineNameOfTheSystem() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Whether an address is one of this machine's, so far as can be told. Safe for all threads. */
  public static boolean isOfThisMachine(InetAddress address) {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }

  /** The addresses of this machine at which others may reach it, those of IPv4 first. */
  static List<InetAddress> addresses() {
    try {
      return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .sorted((a, b) -> Integer.compare(a.getAddress().length, b.getAddress().length))
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  /** The first of them; a loopback address if there is none. */
  static InetAddress someAddress() {
    List<InetAddress> addresses = addresses();
    return addresses.isEmpty() ? InetAddress.getLoopbackAddress() : addresses.get(0);
  }
}
