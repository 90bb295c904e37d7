package org.rkv.access;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.rkv.net.Channel;
import org.rkv.net.LimitedLog;
import org.rkv.oncrpc.CallPermission;
import org.rkv.protocol.KvProgram;
import org.slf4j.Logger;

/**
 * Lets clients call what a {@link ClientList} gives them a right to. Whoever calls from where a
 * replica of the list is may always, over TCP: an operator there stops it anyway. Over UDP a
 * sender's address can be forged, so a datagram gets what the list says and no more, unless it is
 * surely of this host. What replicas call of one another is not judged here.
 *
 * <p>An open connection keeps no right: each call is judged by the list that holds then. What a
 * list says of an address is remembered until another one holds. Belongs to its server's thread.
 */
public final class ListedClients implements CallPermission {
  /** Over that many, all are forgotten: over UDP one sender can have any number of addresses. */
  private static final int MAX_REMEMBERED = 16 * 1024;

  private final Predicate<InetAddress> isReplica;
  private final LimitedLog limitedLog;
  private final Map<InetAddress, Right> remembered = new HashMap<>();
  private Rights rights = new Rights(ClientList.parse(""), name -> List.of());

  /**
   * No client may do anything yet.
   *
   * @param isReplica whether a replica of the list, or this one, may call from there
   * @param log for calls that are refused
   */
  public ListedClients(Predicate<InetAddress> isReplica, Logger log) {
    this.isReplica = isReplica;
    limitedLog = new LimitedLog(log);
  }

  /**
   * From the next call on this holds.
   *
   * @param addressesOf what a name was last resolved to, or an empty list
   */
  public void hold(ClientList list, Function<String, List<InetAddress>> addressesOf) {
    rights = new Rights(list, addressesOf);
    remembered.clear();
  }

  @Override
  public boolean isGiven(Channel caller, int procedure) {
    Right needed = neededFor(procedure);
    if (needed == Right.NONE || rightOf(caller).includes(needed) || isAtAReplica(caller)) {
      return true;
    }
    limitedLog.warn(
        () ->
            caller.remoteAddress()
                + " may not "
                + (needed == Right.WRITE ? "write" : "read")
                + ", as the list of clients has it: its call is refused");
    return false;
  }

  /** A procedure that is new here at least reads. */
  private static Right neededFor(int procedure) {
    if (KvProgram.isForReplicas(procedure)) {
      return Right.NONE;
    }
    return KvProgram.PROGRAM.procedure(procedure).replicates() ? Right.WRITE : Right.READ;
  }

  /** By the address: who proves more than that will be asked for here. */
  private Right rightOf(Channel caller) {
    InetAddress address = caller.remoteAddress().getAddress();
    Right known = remembered.get(address);
    if (known != null) {
      return known;
    }
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    Right right = rights.of(address);
    remembered.put(address, right);
    return right;
  }

  private boolean isAtAReplica(Channel caller) {
    return (caller.isConnection() || caller.isOfThisHost())
        && isReplica.test(caller.remoteAddress().getAddress());
  }
}
