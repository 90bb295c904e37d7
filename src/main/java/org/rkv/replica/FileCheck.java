package org.rkv.replica;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rkv.net.NameLookups;
import org.rkv.net.NameResolver;
import org.rkv.replica.peer.ReplicaAddress;

/**
 * What is to be said of a replica file before replicas are started with it, as this machine sees
 * it. Each line names the file.
 *
 * @param faults with which no write succeeds, or no replica starts
 * @param remarks that harm nobody, or pass by themselves
 */
public record FileCheck(List<String> faults, List<String> remarks) {
  /** As many as replicas tell each other. */
  static final int MAX_REPLICAS = 64;

  /** Takes the lines as they are. */
  public FileCheck {
    faults = List.copyOf(faults);
    remarks = List.copyOf(remarks);
  }

  /**
   * Reads a file and looks its names up, so it may block for long.
   *
   * @param defaultPort of a name without a port
   */
  public static FileCheck of(Path path, int defaultPort) {
    return of(path, defaultPort, NameResolver.ofTheSystem());
  }

  static FileCheck of(Path path, int defaultPort, NameResolver resolver) {
    List<String> faults = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    try {
      byte[] bytes = ReplicaFile.bytes(path);
      ReplicaFile file = ReplicaFile.of(path, bytes);
      List<ReplicaName> spellings = ReplicaFile.spellings(new String(bytes, UTF_8));
      remarkOnEqualForms(path, spellings, defaultPort, remarks);
      List<ReplicaAddress> entries =
          file.entries(defaultPort, host -> resolve(path, host, resolver, remarks));
      if (entries.size() > MAX_REPLICAS) {
        faults.add(path + ": " + entries.size() + " replicas, more than " + MAX_REPLICAS);
      }
      entries.stream()
          .filter(entry -> entry.addresses().stream().anyMatch(FileCheck::isNoHosts))
          .forEach(entry -> faults.add(path + ": " + entry.name() + " is no address of a host"));
      faults.addAll(oneAddress(path, entries));
    } catch (IOException e) {
      faults.add(e.getMessage());
    }
    return new FileCheck(faults, remarks);
  }

  private static void remarkOnEqualForms(
      Path path, List<ReplicaName> spellings, int defaultPort, List<String> remarks) {
    Map<String, ReplicaName> first = new LinkedHashMap<>();
    for (ReplicaName name : spellings) {
      ReplicaName other = first.putIfAbsent(name.text(defaultPort), name);
      if (other != null) {
        remarks.add(path + ": " + other + " and " + name + " are one entry, which counts once");
      }
    }
  }

  private static List<InetAddress> resolve(
      Path path, String host, NameResolver resolver, List<String> remarks) {
    try {
      return NameLookups.resolve(host, resolver);
    } catch (UnknownHostException e) {
      remarks.add(path + ": " + host + " cannot be resolved now");
      return List.of();
    }
  }

  /** All addresses of whoever uses it, or a group of hosts. */
  private static boolean isNoHosts(InetAddress address) {
    return address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || address.getHostAddress().equals("255.255.255.255");
  }

  private static List<String> oneAddress(Path path, List<ReplicaAddress> entries) {
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      for (ReplicaAddress other : entries.subList(i + 1, entries.size())) {
        ReplicaAddress entry = entries.get(i);
        if (entry.port() == other.port()
            && !Collections.disjoint(entry.addresses(), other.addresses())) {
          faults.add(
              String.format(
                  "%s: %s and %s lead to one address: take one out",
                  path, entry.name(), other.name()));
        }
      }
    }
    return faults;
  }
}
