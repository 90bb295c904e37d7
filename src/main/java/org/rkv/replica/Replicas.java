package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.rkv.net.EventLoop;
import org.rkv.net.FileDescriptors;
import org.rkv.net.NameLookups;
import org.rkv.replica.peer.ReplicaAddress;
import org.slf4j.Logger;

/**
 * The replicas, as the replica file and the name service have them now: which one we are, and which
 * are the others. Looks at the file each second, and asks the name service who we are for as long
 * as that is only presumed. Belongs to the event loop's thread, except {@link #identity}, {@link
 * #others} and {@link #othersOfThisMachine}, which are safe for all.
 */
final class Replicas {
  /** Hears what changes. */
  interface Listener {
    /** They are known, for the first time. */
    void known();

    /** The file names other ones than before. */
    void othersChanged();

    /** We are not who we were presumed to be, so the others are different ones as well. */
    void identityChanged();

    /** Whether nothing is lost if we go to another address of ours, and nobody knows us here. */
    boolean mayMove();

    /**
     * Our name has led to another address of ours than the one where we listen.
     *
     * @return whether we listen there now
     */
    boolean moveTo(InetAddress address);
  }

  private static final long LOOK_MILLIS = 1000;

  private final ReplicaFileWatch watch;
  private final int defaultPort;
  private final EventLoop loop;
  private final NameLookups lookUps;
  private final Logger log;
  private ReplicaFile file;
  private String lastWarning = "";
  private volatile Identity identity;
  private volatile List<ReplicaAddress> others;

  /**
   * What the file says at the start.
   *
   * @param defaultPort of a name without a port
   * @throws IOException with one clear line if it names us several times
   */
  Replicas(
      Identity identity,
      ReplicaFile file,
      ReplicaFileWatch watch,
      int defaultPort,
      EventLoop loop,
      NameLookups lookUps,
      Logger log)
      throws IOException {
    this.identity = identity;
    this.file = file;
    this.watch = watch;
    this.defaultPort = defaultPort;
    this.loop = loop;
    this.lookUps = lookUps;
    this.log = log;
    others = identity.othersIn(entries());
  }

  /** Who we are. */
  Identity identity() {
    return identity;
  }

  /** The others, with what they were resolved to when the list was taken over. */
  List<ReplicaAddress> others() {
    return others;
  }

  /** Where the others that share this machine's portmapper would answer, so far as is known now. */
  List<InetSocketAddress> othersOfThisMachine() {
    List<InetSocketAddress> here = new ArrayList<>();
    for (ReplicaAddress other : others) {
      for (InetAddress address : lookUps.last(other.host())) {
        if (ThisHost.isOfThisMachine(address)) {
          here.add(new InetSocketAddress(address, other.port()));
        }
      }
    }
    return here;
  }

  /**
   * Begins to look.
   *
   * @param isAdmitted whether some replica has admitted us as who we are: then we stay that
   * @param ownEntry the text of an entry that has turned out to be ours, or null
   */
  void begin(Listener listener, BooleanSupplier isAdmitted, Supplier<String> ownEntry) {
    resolve(
        () -> {
          setOthers();
          listener.known();
          loop.schedule(LOOK_MILLIS, () -> look(listener));
          askAgain(listener, isAdmitted);
          loop.schedule(LOOK_MILLIS, () -> findOwnEntry(listener, ownEntry));
          watchOwnName(listener);
        });
  }

  private void watchOwnName(Listener listener) {
    InetAddress bound = identity.address();
    if (bound != null) {
      new OwnNameWatch(
              () -> identity.name(),
              bound,
              ThisHost::isOfThisMachine,
              listener::mayMove,
              address -> move(address, listener),
              lookUps::lookUp,
              loop,
              log)
          .begin();
    }
  }

  private boolean move(InetAddress address, Listener listener) {
    if (!listener.moveTo(address)) {
      return false;
    }
    log.warn(
        "our own name {} leads to {}: listening there from now on, and not at {}, where no replica"
            + " has admitted us",
        identity.name(),
        address.getHostAddress(),
        identity.address().getHostAddress());
    identity = identity.movedTo(address);
    setOthers();
    listener.identityChanged();
    return true;
  }

  private void findOwnEntry(Listener listener, Supplier<String> ownEntry) {
    loop.schedule(LOOK_MILLIS, () -> findOwnEntry(listener, ownEntry));
    String text = ownEntry.get();
    for (ReplicaAddress entry : others) {
      if (entry.text().equals(text) && entry.port() == identity.port()) {
        log.info("replica {} of the replica file is this one, as every look-up says", entry.name());
        identity = identity.foundToBe(entry.host());
        setOthers();
        listener.identityChanged();
        return;
      }
    }
  }

  private List<ReplicaAddress> entries() {
    return file.entries(defaultPort, lookUps::last);
  }

  /** A name service that does not answer is not waited for. */
  private void resolve(Runnable then) {
    List<String> hosts = file.names().stream().map(ReplicaName::host).distinct().toList();
    lookUps.refresh(hosts, LOOK_MILLIS, then);
  }

  private void setOthers() {
    try {
      others = identity.othersIn(entries());
    } catch (IOException e) {
      warn(e.getMessage() + "; the replicas stay as they are");
    }
  }

  private void askAgain(Listener listener, BooleanSupplier isAdmitted) {
    if (isAdmitted.getAsBoolean()) {
      identity = identity.settled();
    }
    if (identity.isCertain()) {
      return;
    }
    warnIfSeveralLeadToUs();
    loop.schedule(
        LOOK_MILLIS,
        () ->
            resolve(
                () -> {
                  if (!isAdmitted.getAsBoolean()) {
                    take(identity.askedAgain(entries()), listener);
                  }
                  askAgain(listener, isAdmitted);
                }));
  }

  private void take(Identity answer, Listener listener) {
    boolean isAnother = !answer.givenName().equals(identity.givenName());
    if (isAnother) {
      log.warn("the name service says that we are {}, not {}", answer.name(), identity.name());
    }
    identity = answer;
    if (isAnother) {
      setOthers();
      listener.identityChanged();
    }
  }

  private void warnIfSeveralLeadToUs() {
    List<String> leading =
        identity.leadingToUs(entries()).stream().map(ReplicaAddress::name).toList();
    if (leading.size() > 1) {
      warn(
          "several names in the replica file lead to this host ("
              + String.join(", ", leading)
              + "): say with --host which one is meant");
    } else if (leading.size() == 1 && file.names().size() == 1) {
      warn(
          "the only name in the replica file, "
              + leading.get(0)
              + ", leads to this host: if it is this replica, say so with --host");
    }
  }

  private void warn(String warning) {
    if (!warning.equals(lastWarning)) {
      lastWarning = warning;
      log.warn("{}", warning);
    }
  }

  private void look(Listener listener) {
    loop.offload(
        watch::poll,
        change -> looked(change, listener),
        e -> {
          if (FileDescriptors.wereShort(e)) {
            watch.unread((IOException) e);
          } else {
            log.error("the replica file cannot be watched", e);
          }
          loop.schedule(LOOK_MILLIS, () -> look(listener));
        });
  }

  private void looked(Optional<ReplicaFile> change, Listener listener) {
    loop.schedule(LOOK_MILLIS, () -> look(listener));
    if (change.isPresent()) {
      file = change.get();
      resolve(
          () -> {
            setOthers();
            listener.othersChanged();
          });
    }
  }
}
