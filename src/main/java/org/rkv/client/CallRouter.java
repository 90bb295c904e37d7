package org.rkv.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.rkv.net.EventLoop;
import org.rkv.net.Timers;
import org.rkv.oncrpc.blocking.SocketErrors;
import org.slf4j.LoggerFactory;

/**
 * Sends the calls of a client on one connection, watches their deadlines, and goes to the next
 * replica when the connection is lost. It has an event loop of its own. Connecting, which blocks,
 * is done by a helper thread, while deadlines are still kept. Calls that are submitted together
 * leave together. What it repeats is bounded, see {@link RetryBudget}, and so is how often it
 * connects, see {@link ReconnectDelay}; an answer, whatever it says, moves it nowhere.
 *
 * <p>Belongs to the loop's thread, unless a method says otherwise.
 */
final class CallRouter implements Connection.Owner {
  private static final String TIMED_OUT = "Timed out";
  private static final String CLOSED = "The client is closed";

  private final ReplicaSelector route;
  private final Runnable greeting;
  private final EventLoop loop;
  private final Queue<ClientCall<?>> submitted = new ConcurrentLinkedQueue<>();

  /** Whether the loop has been told that something is submitted. */
  private final AtomicBoolean told = new AtomicBoolean();

  /** What a helper has connected and the loop has not taken over yet, or null. */
  private final AtomicReference<ReplicaSelector.Connected> made = new AtomicReference<>();

  private final ArrayDeque<ClientCall<?>> waiting = new ArrayDeque<>();
  private final RetryBudget repeats;
  private final ReconnectDelay delay = new ReconnectDelay(ThreadLocalRandom.current());
  private Connection connection;
  private Timers.Timer deadline;
  private boolean connecting;
  private Endpoint lost;
  private volatile Endpoint endpoint;
  private volatile boolean ended;

  /**
   * Makes a router that does not run yet.
   *
   * @param maxCalls that are under way
   * @param greeting what to do, on the loop's thread, when a connection is there
   * @throws IOException if the system has no selector to give
   */
  CallRouter(ReplicaSelector route, int maxCalls, Runnable greeting) throws IOException {
    this.route = route;
    repeats = new RetryBudget(maxCalls);
    this.greeting = greeting;
    loop = EventLoop.daemon("rkv-client", LoggerFactory.getLogger("org.rkv.client"));
  }

  /**
   * Starts the thread.
   *
   * @param first a connection that is there already
   */
  void start(ReplicaSelector.Connected first) {
    endpoint = first.endpoint();
    made.set(first);
    loop.execute(this::connected);
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
    if (!isOwnThread() && told.compareAndSet(false, true)) { // our own looks when it is done
      tellLoop();
    }
    if (ended) { // It may have looked for the last time before ours was there.
      failSubmitted();
    }
  }

  private void tellLoop() {
    try {
      loop.execute(this::takeSubmitted);
    } catch (RejectedExecutionException e) {
      return; // It is closed, and fails whatever is submitted when it ends.
    }
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
    if (!told.get()) { // else it comes in this round, and all leaves in one write
      send();
    }
  }

  @Override
  public void answered() {
    repeats.answered();
    delay.answered();
  }

  @Override
  public void broke(Connection by, String reason, IOException cause) {
    if (by == connection) {
      lose(reason, cause, () -> true);
      send();
    }
  }

  private void takeSubmitted() {
    told.set(false);
    send();
  }

  /** Queues what waits, so far as there is room; without a connection, begins to make one. */
  private void send() {
    ClientCall<?> call;
    while ((call = submitted.poll()) != null) {
      waiting.add(call);
    }
    if (connection == null) {
      if (!waiting.isEmpty() && !connecting) {
        connecting = true;
        loop.schedule(delay.leftMillis(System.nanoTime()), this::connect);
      }
    } else {
      while (!waiting.isEmpty() && connection.hasRoom()) {
        connection.send(waiting.poll());
      }
    }
    watchDeadlines();
  }

  private void connect() {
    Endpoint from = lost;
    loop.offload(
        () -> {
          made.set(route.connect(from));
          if (ended) { // Nobody takes it over any more.
            closeMade();
          }
          return null;
        },
        done -> connected(),
        this::notConnected);
  }

  private void connected() {
    ReplicaSelector.Connected taken = made.getAndSet(null);
    connecting = false;
    try {
      connection = new Connection(loop, taken.endpoint(), taken.socket(), this);
    } catch (IOException e) {
      closeQuietly(taken.socket());
      notConnected(
          new ConnectFailedException(SocketErrors.text(e), taken.endpoint().toString(), e));
      return;
    }
    lost = null;
    endpoint = taken.endpoint();
    greeting.run();
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
    lost = null;
    delay.begin(System.nanoTime());
    ClientCall<?> call;
    while ((call = waiting.poll()) != null) {
      call.fail(failure);
    }
    send();
  }

  /**
   * The connection is gone. What may go on waits for the next one. All reads may, if the replica
   * has hung up: whoever restarts one is to hear of no failures. If it is there and silent, it may
   * be that the replicas cannot keep up, and the budget decides.
   *
   * @param mayRepeat whether one more read may be sent again
   */
  private void lose(String reason, Exception cause, BooleanSupplier mayRepeat) {
    Connection gone = connection;
    connection = null;
    lost = gone.endpoint();
    delay.begin(System.nanoTime());
    List<ClientCall<?>> unanswered = gone.close();
    for (int i = unanswered.size() - 1; i >= 0; i--) {
      ClientCall<?> call = unanswered.get(i);
      if (call.mayGoOn(route.size(), mayRepeat)) {
        waiting.addFirst(call);
      } else {
        call.failLost(reason, cause);
      }
    }
  }

  /** Sees to it that {@link #failOverdue} comes when the first of all calls is due. */
  private void watchDeadlines() {
    if (deadline != null) {
      return; // Calls have one timeout, so the next one is not due before this one was.
    }
    ClientCall<?> first = connection == null ? null : connection.oldest();
    ClientCall<?> queued = waiting.peek();
    if (first == null || queued != null && queued.dueNanos() - first.dueNanos() < 0) {
      first = queued;
    }
    if (first != null) {
      long leftNanos = Math.max(0, first.dueNanos() - System.nanoTime());
      deadline = loop.schedule(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1, this::failOverdue);
    }
  }

  private void failOverdue() {
    deadline = null;
    long now = System.nanoTime();
    ClientCall<?> oldest;
    while (connection != null
        && (oldest = connection.oldest()) != null
        && oldest.dueNanos() - now <= 0) {
      if (connection.hasReceivedSince(oldest.submittedNanos())) {
        connection.giveUp(oldest);
        oldest.failUnanswered(TIMED_OUT, null);
      } else { // A server that lets one call wait so long, and says nothing, lets all wait.
        lose(TIMED_OUT, new SocketTimeoutException(TIMED_OUT), repeats::take);
      }
    }
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

  private void end() {
    if (connection != null) {
      lose(CLOSED, null, () -> false);
    }
    ended = true;
    ClientCall<?> call;
    while ((call = waiting.poll()) != null) {
      call.fail(new CallFailedException(CLOSED, null, null));
    }
    failSubmitted();
    closeMade();
  }

  private void failSubmitted() {
    ClientCall<?> call;
    while ((call = submitted.poll()) != null) {
      call.fail(new CallFailedException(CLOSED, null, null));
    }
  }

  private void closeMade() {
    ReplicaSelector.Connected unwanted = made.getAndSet(null);
    if (unwanted != null) {
      closeQuietly(unwanted.socket());
    }
  }

  static void closeQuietly(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // Its descriptor is gone either way, and nothing more is expected of it.
    }
  }
}
