package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.disk.FileVolume;
import org.rkv.net.NameResolver;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.replica.peer.TrialGreeting;
import org.rkv.rpc.kvClient;

/**
 * Tries what may fail when a replica is started with these settings, and serves nothing: its file,
 * its name, its address, its data directory, and whether those that run would admit it. Blocks for
 * some seconds at most, but for a name service.
 */
final class StartCheck {
  private static final int ASK_MILLIS = 2000;
  private static final int BACKLOG = 1;

  private final Settings settings;
  private final List<String> faults = new ArrayList<>();

  StartCheck(Settings settings) {
    this.settings = settings;
  }

  /**
   * Tries it.
   *
   * @param greets whether the other replicas of the file are greeted; who does not answer is no
   *     fault
   * @return a line for each fault
   */
  List<String> faults(boolean greets) {
    NameResolver resolver = NameResolver.ofTheSystem();
    faults.addAll(FileCheck.of(settings.replicaFile(), settings.port(), resolver).faults());
    if (!faults.isEmpty()) {
      return faults;
    }
    try {
      ReplicaFile file = ReplicaFile.read(settings.replicaFile());
      Identity identity =
          Identity.find(settings.host(), settings.port(), file, resolver, ThisHost.find());
      if (settings.clients() != null) {
        ClientListWatch.read(settings.clients());
      }
      listen(identity.listenAddress());
      if (settings.data() != null) {
        FileVolume.check(settings.data());
      }
      if (greets) {
        List<ReplicaAddress> entries =
            file.entries(settings.port(), host -> addresses(host, resolver));
        identity.othersIn(entries).forEach(this::greet);
      }
    } catch (IOException e) {
      faults.add(e.getMessage());
    }
    return faults;
  }

  private static List<InetAddress> addresses(String host, NameResolver resolver) {
    try {
      return resolver.resolve(host);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Where a replica answers it is the one whose place this one is to take. */
  private void listen(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address, BACKLOG);
    } catch (IOException e) {
      if (!isAReplica(address)) {
        faults.add("cannot listen at " + show(address) + ": " + e.getMessage());
      }
    }
  }

  private static String show(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static boolean isAReplica(InetSocketAddress address) {
    InetSocketAddress server =
        address.getAddress().isAnyLocalAddress()
            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
            : address;
    try {
      BlockingRpcClient client = connect(server);
      try {
        client.call(0, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID);
        return true;
      } finally {
        client.close();
      }
    } catch (IOException | OncRpcException e) {
      return false;
    }
  }

  private void greet(ReplicaAddress other) {
    for (InetAddress address : other.addresses()) {
      try {
        BlockingRpcClient client = connect(new InetSocketAddress(address, other.port()));
        try {
          String refusal =
              new TrialGreeting(
                      settings.limits(),
                      settings.secret(),
                      settings.cluster(),
                      new SecureRandom().nextLong())
                  .refusal(new kvClient(client));
          if (refusal != null) {
            faults.add("replica " + other.name() + " would not admit this one: " + refusal);
          }
          return;
        } finally {
          client.close();
        }
      } catch (OncRpcException e) {
        if (e.getReason() == OncRpcException.RPC_CANTDECODERES) {
          faults.add("replica " + other.name() + " would not admit this one: another release");
        }
        return;
      } catch (IOException e) {
        continue; // it is away, or elsewhere
      }
    }
  }

  private static BlockingRpcClient connect(InetSocketAddress server) throws IOException {
    Deadline deadline = Deadline.afterMillis(ASK_MILLIS);
    BlockingRpcClient client = BlockingRpcClient.connect(server, null, deadline, KvProgram.PROGRAM);
    client.setTimeout(ASK_MILLIS);
    return client;
  }
}
