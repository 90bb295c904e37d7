package org.rkv.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.rkv.net.EventLoop;
import org.rkv.net.Timers;
import org.rkv.oncrpc.blocking.SocketErrors;
import org.slf4j.LoggerFactory;

/**
 * Sends the calls of a client on one connection, watches their deadlines, and goes to the next
 * replica when the connection is lost or silent, see {@link MoveAway} when the replica does not
 * serve, and {@link WayHome} later. What is under way on a connection that is left may still be
 * answered there. It has an event loop of its own; connecting is done beside it, while deadlines
 * are still kept. Calls that are submitted together leave together. What it repeats is bounded, see
 * {@link RetryBudget}, and so is how often it connects, see {@link ReconnectDelay}.
 *
 * <p>Belongs to the loop's thread, unless a method says otherwise.
 */
final class CallRouter implements Connection.Owner {
  private static final String TIMED_OUT = "Timed out";

  /** How often in the share of a call it is looked whether a replica is silent. */
  private static final int LOOKS_A_SHARE = 4;

  private final ReplicaSelector route;
  private final Supplier<ClientCall<Boolean>> questions;
  private final Runnable greeting;
  private final EventLoop loop;
  private final Dialer dialer;
  private final Submissions submitted;

  /** A read that has been silent for so long goes to another replica, where it has as long. */
  private final long shareNanos;

  private final ArrayDeque<ClientCall<?>> waiting = new ArrayDeque<>();
  private final RetryBudget repeats;
  private final ReconnectDelay delay;
  private final MoveAway moveAway;
  private final WayHome wayHome;
  private final Connections connections = new Connections();
  private Timers.Timer deadline;
  private boolean connecting;
  private Endpoint lost;
  private volatile Endpoint endpoint;

  /**
   * Makes a router that does not run yet.
   *
   * @param maxCalls that are under way
   * @param timeoutNanos that each of them has
   * @param homeDelay after how long it goes back to the first choice
   * @param questions makes a call that asks a replica whether it serves
   * @param greeting what to do, on the loop's thread, when a connection is there
   * @throws IOException if the system has no selector to give
   */
  CallRouter(
      ReplicaSelector route,
      int maxCalls,
      long timeoutNanos,
      WayHome.Delay homeDelay,
      Supplier<ClientCall<Boolean>> questions,
      Runnable greeting)
      throws IOException {
    this.route = route;
    this.questions = questions;
    this.greeting = greeting;
    shareNanos = timeoutNanos / 2;
    repeats = new RetryBudget(maxCalls);
    loop = EventLoop.daemon("rkv-client", LoggerFactory.getLogger("org.rkv.client"));
    submitted = new Submissions(loop, this::send);
    dialer = new Dialer(loop);
    delay = new ReconnectDelay(ThreadLocalRandom.current());
    moveAway = new MoveAway(loop, new Moved());
    wayHome = new WayHome(loop, new Away(), ThreadLocalRandom.current(), homeDelay);
  }

  /**
   * Starts the thread.
   *
   * @param first a connection that is there already
   */
  void start(ReplicaSelector.Connected first) {
    endpoint = first.endpoint();
    dialer.handOver(first, this::connected);
    loop.start(this::end);
  }

  /** Where the last connection was made to. Safe for all threads. */
  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether the caller is the loop's thread, which must not wait for itself. For all threads. */
  boolean isOwnThread() {
    return loop.isOwnThread();
  }

  /** Takes a call. Safe for all threads; the call fails if the client is closed. */
  void submit(ClientCall<?> call) {
    submitted.add(call);
  }

  /**
   * Ends the loop: what is not answered fails. Waits for the end, unless called by itself. Safe for
   * all threads.
   */
  void close() {
    loop.close();
    boolean over = isOwnThread();
    boolean interrupted = false;
    while (!over) {
      try {
        over = loop.awaitEnd(0);
      } catch (InterruptedException e) {
        interrupted = true; // It ends in no time: nothing there blocks.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void moved(Connection by) {
    connections.closeIfDone(by);
    if (!submitted.areComing()) { // else it comes in this round, and all leaves in one write
      send();
    }
  }

  @Override
  public void answered(Connection by, ClientCall<?> call, AnnouncedFailedException failure) {
    if (failure == null) {
      repeats.answered();
      delay.answered();
      if (call.hasFailedElsewhere()) {
        moveAway.helped();
      }
    } else if (!moveAway.takes(by, call, failure)) {
      call.fail(failure);
    }
  }

  @Override
  public void broke(Connection by, String reason, IOException cause) {
    if (connections.contains(by)) {
      lose(by, reason, cause, () -> true);
      send();
    } else {
      wayHome.broke(by);
    }
  }

  /** Queues what waits, so far as there is room; without a connection, begins to make one. */
  private void send() {
    ClientCall<?> call;
    while ((call = submitted.poll()) != null) {
      waiting.add(call);
    }
    Connection connection = connections.present();
    if (wayHome.isReady() && (connection == null || connection.isIdle())) {
      connections.leave();
      use(wayHome.take());
    } else if (connection == null) {
      if (!waiting.isEmpty() && !connecting) {
        connecting = true;
        loop.schedule(delay.leftMillis(System.nanoTime()), this::connect);
      }
    } else if (!wayHome.isReady()) {
      while (!waiting.isEmpty() && connection.hasRoom()) {
        connection.send(waiting.poll());
      }
    }
    watchDeadlines();
  }

  private void connect() {
    Endpoint from = lost;
    dialer.dial(() -> route.connect(from), this::connected, this::notConnected);
  }

  private void connected(ReplicaSelector.Connected taken) {
    connecting = false;
    if (connections.present() != null) { // another way was faster
      Dialer.closeQuietly(taken.socket());
      return;
    }
    try {
      use(open(taken));
    } catch (IOException e) {
      notConnected(e);
    }
  }

  private Connection open(ReplicaSelector.Connected taken) throws IOException {
    try {
      return new Connection(loop, taken.endpoint(), taken.socket(), this);
    } catch (IOException e) {
      Dialer.closeQuietly(taken.socket());
      throw new ConnectFailedException(SocketErrors.text(e), taken.endpoint().toString(), e);
    }
  }

  /** Sends calls on this connection from now on. */
  private void use(Connection next) {
    connections.use(next);
    lost = null;
    endpoint = next.endpoint();
    greeting.run();
    wayHome.begin();
    send();
  }

  /** Every replica has been tried: whoever waits is told; who comes later may try anew. */
  private void notConnected(Exception cause) {
    ConnectFailedException failure =
        cause instanceof ConnectFailedException known
            ? known
            : new ConnectFailedException(
                "Remote system error - " + cause.getMessage(), null, cause);
    connecting = false;
    if (connections.present() != null) {
      return;
    }
    lost = null;
    delay.begin(System.nanoTime());
    ClientCall<?> call;
    while ((call = waiting.poll()) != null) {
      call.fail(failure);
    }
    send();
  }

  /**
   * A connection is gone. What may go on waits for the next one. All reads may, if the replica has
   * hung up: whoever restarts one is to hear of no failures. If it is there and silent, it may be
   * that the replicas cannot keep up, and the budget decides.
   *
   * @param mayRepeat whether one more call may be sent again
   */
  private void lose(Connection gone, String reason, Exception cause, BooleanSupplier mayRepeat) {
    boolean isPresent = gone == connections.present();
    connections.remove(gone);
    if (isPresent) {
      lost = gone.endpoint();
      delay.begin(System.nanoTime());
    }
    List<ClientCall<?>> unanswered = gone.close();
    for (int i = unanswered.size() - 1; i >= 0; i--) {
      ClientCall<?> call = unanswered.get(i);
      if (call.mayGoOn(route.size(), mayRepeat)) {
        call.goOn(reason, cause);
        waiting.addFirst(call);
      } else {
        call.failLost(reason, cause);
      }
    }
  }

  /** Sees to it that {@link #look} comes when the first of all calls is due, or sooner. */
  private void watchDeadlines() {
    if (deadline != null) {
      return; // Calls have one timeout, so the next one is not due before this one was.
    }
    ClientCall<?> first = earlier(waiting.peek(), moveAway.oldest());
    long leftNanos = Long.MAX_VALUE;
    for (Connection each : connections.all()) {
      first = earlier(first, each.oldest());
      if (!each.isIdle() && route.size() > 1) {
        leftNanos = shareNanos / LOOKS_A_SHARE;
      }
    }
    if (first != null) {
      leftNanos = Math.min(leftNanos, Math.max(0, first.dueNanos() - System.nanoTime()));
      deadline = loop.schedule(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1, this::look);
    }
  }

  private static ClientCall<?> earlier(ClientCall<?> one, ClientCall<?> other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.dueNanos() - other.dueNanos() <= 0 ? one : other;
  }

  private void look() {
    deadline = null;
    long now = System.nanoTime();
    connections.all().forEach(each -> failOverdue(each, now));
    leaveIfSilent(now);
    moveAway.failOverdue(now);
    for (Iterator<ClientCall<?>> calls = waiting.iterator(); calls.hasNext(); ) {
      ClientCall<?> call = calls.next();
      if (call.dueNanos() - now > 0) {
        break; // Calls have one timeout, so they come due in order.
      }
      calls.remove();
      call.fail(
          call.timesSent() == 0
              ? new ConnectFailedException(TIMED_OUT, null, null)
              : new CallFailedException(TIMED_OUT, call.replica(), null));
    }
    send();
  }

  private void failOverdue(Connection on, long now) {
    ClientCall<?> oldest;
    while ((oldest = on.oldest()) != null && oldest.dueNanos() - now <= 0) {
      if (now - oldest.sentNanos() >= shareNanos && !on.hasReceivedSince(oldest.submittedNanos())) {
        // A server that lets one call wait so long, and says nothing, lets all wait.
        lose(on, TIMED_OUT, new SocketTimeoutException(TIMED_OUT), repeats::take);
        return;
      }
      on.giveUp(oldest);
      oldest.failUnanswered(TIMED_OUT, null);
    }
    connections.closeIfDone(on);
  }

  /**
   * Goes to the next replica if this one has sent nothing at all during the share of a read. What
   * may be repeated goes there too, as far as the budget allows; the rest keeps its time.
   */
  private void leaveIfSilent(long now) {
    Connection silent = connections.present();
    if (silent == null || route.size() < 2 || !silent.passesOverACall(now, shareNanos)) {
      return;
    }
    List<ClientCall<?>> repeated = new ArrayList<>();
    for (ClientCall<?> each : silent.repeatable()) {
      if (!repeats.take()) {
        break;
      }
      silent.giveUp(each);
      each.repeat(each.unanswered(TIMED_OUT, null));
      repeated.add(each);
    }
    if (!repeated.isEmpty()) {
      lost = silent.endpoint();
      connections.leave();
      delay.begin(now);
      sendFirst(repeated);
    }
  }

  private void sendFirst(List<ClientCall<?>> calls) {
    for (int i = calls.size() - 1; i >= 0; i--) {
      waiting.addFirst(calls.get(i));
    }
    send();
  }

  private void ask(Connection at, BiConsumer<Connection, Boolean> heard) {
    ClientCall<Boolean> question = questions.get();
    at.send(question);
    question
        .future()
        .whenComplete((serves, failure) -> heard.accept(at, failure == null && !serves));
  }

  private void end() {
    connections.all().forEach(each -> lose(each, Submissions.CLOSED, null, () -> false));
    submitted.end();
    moveAway.notMoved();
    wayHome.close();
    ClientCall<?> call;
    while ((call = waiting.poll()) != null) {
      call.fail(new CallFailedException(Submissions.CLOSED, null, null));
    }
    dialer.close();
  }

  /** The client as one that moves away from a replica that does not serve. */
  private final class Moved implements MoveAway.Client {
    @Override
    public Connection connection() {
      return connections.present();
    }

    @Override
    public int replicas() {
      return route.size();
    }

    @Override
    public boolean mayRepeat() {
      return repeats.take();
    }

    @Override
    public void ask(Connection at) {
      CallRouter.this.ask(at, moveAway::heard);
    }

    @Override
    public void connectElsewhere(Connection from) {
      long now = System.nanoTime();
      delay.begin(now);
      loop.schedule(
          delay.leftMillis(now),
          () ->
              dialer.dial(
                  () -> route.connectElsewhere(from.endpoint()),
                  taken -> connected(from, taken),
                  failure -> moveAway.notMoved()));
    }

    private void connected(Connection from, ReplicaSelector.Connected taken) {
      if (connections.present() == from) {
        connections.leave();
      }
      CallRouter.this.connected(taken);
      moveAway.moved();
    }

    @Override
    public void sendFirst(List<ClientCall<?>> calls) {
      CallRouter.this.sendFirst(calls);
    }
  }

  /** The client as one that comes back to its first choice. */
  private final class Away implements WayHome.Client {
    @Override
    public boolean isAway() {
      Connection present = connections.present();
      return present != null && !present.endpoint().equals(route.first());
    }

    @Override
    public void connectHome() {
      dialer.dial(route::connectHome, wayHome::connected, failure -> wayHome.notConnected());
    }

    @Override
    public Connection open(ReplicaSelector.Connected connected) throws IOException {
      return CallRouter.this.open(connected);
    }

    @Override
    public void ask(Connection at) {
      CallRouter.this.ask(at, wayHome::heard);
    }

    @Override
    public void goOn() {
      send();
    }
  }
}
