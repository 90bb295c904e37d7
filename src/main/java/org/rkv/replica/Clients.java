package org.rkv.replica;

import java.io.IOException;
import java.util.Optional;
import org.rkv.access.ClientList;
import org.rkv.access.ListedClients;
import org.rkv.net.EventLoop;
import org.rkv.net.FileDescriptors;
import org.rkv.net.NameLookups;
import org.slf4j.Logger;

/**
 * Who may call, as the list of clients and the name service have it now: looks at the file twice a
 * second, and has the names in it looked up. Belongs to the event loop's thread.
 */
final class Clients {
  private static final long LOOK_MILLIS = 500;

  private final ClientListWatch watch;
  private final ListedClients clients;
  private final boolean isCalledOverUdp;
  private final EventLoop loop;
  private final Logger log;
  private final ClientNames names;
  private ClientList list;

  /**
   * What the file says at the start holds when it {@link #begin begins}.
   *
   * @param isCalledOverUdp whether a datagram may be a call
   */
  Clients(
      ClientListWatch watch,
      ListedClients clients,
      boolean isCalledOverUdp,
      EventLoop loop,
      NameLookups lookUps,
      Logger log) {
    this.watch = watch;
    this.clients = clients;
    this.isCalledOverUdp = isCalledOverUdp;
    this.loop = loop;
    this.log = log;
    list = watch.list();
    names = new ClientNames(loop, lookUps, this::hold, log);
  }

  /** Looks the names up, but does not wait long for that, and goes on with that one. */
  void begin(Runnable then) {
    names.take(
        list.names().keySet(),
        () -> {
          hold();
          tell();
          loop.schedule(LOOK_MILLIS, this::look);
          names.begin();
          then.run();
        });
  }

  private void hold() {
    clients.hold(list, names::addresses);
  }

  private void tell() {
    if (list.size() == 0) {
      log.warn("{} names no client: nobody but replicas may call", watch.path());
    } else {
      log.info("who may call is what {} says: {} entries", watch.path(), list.size());
    }
    if (isCalledOverUdp && list.letsWrite()) {
      log.warn("over UDP whoever can forge the address of a client may write: see --no-udp");
    }
  }

  private void look() {
    loop.offload(
        watch::poll,
        this::looked,
        e -> {
          if (FileDescriptors.wereShort(e)) {
            watch.unread((IOException) e);
          } else {
            log.error("the list of clients cannot be watched", e);
          }
          loop.schedule(LOOK_MILLIS, this::look);
        });
  }

  /** Who is named anew keeps what he has by the former list until he can have it by this one. */
  private void looked(Optional<ClientList> change) {
    loop.schedule(LOOK_MILLIS, this::look);
    change.ifPresent(
        next ->
            names.take(
                next.names().keySet(),
                () -> {
                  list = next;
                  hold();
                  names.forgetOthers();
                  tell();
                }));
  }
}
