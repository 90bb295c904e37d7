package org.rkv.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rkv.oncrpc.blocking.SocketErrors;

/**
 * The thread of a client: it sends the calls on one connection, takes the answers, watches the
 * deadlines, and goes to the next replica when the connection is lost. Connecting, which blocks, is
 * done by a helper thread, while deadlines are still kept. Calls that are submitted together leave
 * together.
 */
final class ClientLoop {
  private static final String TIMED_OUT = "Timed out";
  private static final String CLOSED = "The client is closed";

  private final ReplicaSelector route;
  private final Selector selector;
  private final Runnable greeting;
  private final Thread thread = new Thread(this::run, "rkv-client");
  private final Queue<ClientCall<?>> submitted = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final ArrayDeque<ClientCall<?>> waiting = new ArrayDeque<>();
  private Connection connection;
  private boolean connecting;
  private Endpoint lost;
  private volatile Endpoint endpoint;
  private volatile boolean closing;
  private volatile boolean ended;

  /**
   * Makes a loop that does not run yet.
   *
   * @param first a connection that is there already
   * @param greeting what to do, on the loop's thread, when a connection is there
   */
  ClientLoop(ReplicaSelector route, ReplicaSelector.Connected first, Runnable greeting)
      throws IOException {
    this.route = route;
    endpoint = first.endpoint();
    events.add(() -> connected(first));
    this.greeting = greeting;
    selector = Selector.open();
    thread.setDaemon(true);
  }

  /** Starts the thread. */
  void start() {
    thread.start();
  }

  /** Where the last connection was made to. Safe for all threads. */
  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether the caller is the loop's thread, which must not wait for itself. */
  boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  /** Takes a call. Safe for all threads; the call fails if the loop has ended. */
  void submit(ClientCall<?> call) {
    submitted.add(call);
    wake();
    if (ended) { // It may have looked for the last time before ours was there.
      failSubmitted();
    }
  }

  /** Ends the loop: what is not answered fails. Waits for the end, unless called by itself. */
  void close() {
    closing = true;
    selector.wakeup();
    boolean interrupted = false;
    while (!isOwnThread() && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // It ends in no time: nothing there blocks.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void wake() {
    if (!isOwnThread() && awake.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  private void run() {
    try {
      while (!closing) {
        round();
      }
    } catch (IOException e) {
      lose(e, SocketErrors.text(e));
    } finally {
      end();
    }
  }

  private void round() throws IOException {
    select();
    awake.set(false);
    if (connection != null && !selector.selectedKeys().isEmpty()) {
      transfer(selector.selectedKeys());
    }
    selector.selectedKeys().clear();
    Runnable event;
    while ((event = events.poll()) != null) {
      event.run();
    }
    ClientCall<?> call;
    while ((call = submitted.poll()) != null) {
      waiting.add(call);
    }
    failOverdue();
    send();
  }

  private void select() throws IOException {
    if (!submitted.isEmpty() || !events.isEmpty()) {
      selector.selectNow();
      return;
    }
    ClientCall<?> sent = connection == null ? null : connection.oldest();
    ClientCall<?> queued = waiting.peek();
    long wait = Long.MAX_VALUE;
    long now = System.nanoTime();
    if (sent != null) {
      wait = sent.dueNanos() - now;
    }
    if (queued != null) {
      wait = Math.min(wait, queued.dueNanos() - now);
    }
    if (wait <= 0) {
      selector.selectNow();
    } else {
      selector.select(wait == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(wait) + 1);
    }
  }

  private void transfer(Iterable<SelectionKey> selected) {
    for (SelectionKey key : selected) {
      if (connection == null || !key.isValid() || !key.isReadable()) {
        continue; // What can be written again is, at the end of the round.
      }
      try {
        connection.read();
      } catch (IOException e) {
        lose(e, "Unable to receive; errno = " + SocketErrors.text(e));
      }
    }
  }

  /** Queues and writes what waits; without a connection, begins to make one. */
  private void send() {
    if (connection == null) {
      if (!waiting.isEmpty() && !connecting) {
        connect();
      }
      return;
    }
    try {
      do {
        while (!waiting.isEmpty() && connection.hasRoom()) {
          connection.send(waiting.poll());
        }
        connection.flush();
      } while (!waiting.isEmpty() && connection.hasRoom());
    } catch (IOException e) {
      lose(e, "Unable to send; errno = " + SocketErrors.text(e));
      selector.wakeup(); // The next round connects.
    }
  }

  private void connect() {
    connecting = true;
    Endpoint from = lost;
    Thread helper =
        new Thread(
            () -> {
              try {
                ReplicaSelector.Connected connected = route.connect(from);
                post(() -> connected(connected));
              } catch (ConnectFailedException e) {
                post(() -> notConnected(e));
              }
            },
            "rkv-client connecting");
    helper.setDaemon(true);
    helper.start();
  }

  private void post(Runnable event) {
    events.add(event);
    selector.wakeup();
    if (ended) {
      runLateEvents();
    }
  }

  private void connected(ReplicaSelector.Connected made) {
    connecting = false;
    if (closing) {
      Connection.closeQuietly(made.channel());
      return;
    }
    try {
      connection = new Connection(made.endpoint(), made.channel(), selector);
    } catch (IOException e) {
      Connection.closeQuietly(made.channel());
      notConnected(new ConnectFailedException(SocketErrors.text(e), e));
      return;
    }
    lost = null;
    endpoint = made.endpoint();
    greeting.run();
  }

  /** Every replica has been tried: whoever waits is told; who comes later may try anew. */
  private void notConnected(ConnectFailedException failure) {
    connecting = false;
    lost = null;
    ClientCall<?> call;
    while ((call = waiting.poll()) != null) {
      call.fail(failure);
    }
  }

  /**
   * The connection is gone. What was surely not sent, and reads, wait for the next one; reads only
   * as often as there are replicas, since it may be the read that breaks them.
   */
  private void lose(Exception cause, String reason) {
    if (connection == null) {
      return;
    }
    List<ClientCall<?>> unanswered = connection.close();
    lost = connection.endpoint();
    connection = null;
    int mostTimes = Math.max(2, route.size());
    for (int i = unanswered.size() - 1; i >= 0; i--) {
      ClientCall<?> call = unanswered.get(i);
      if (call.timesSent() == 0 || !call.isWrite() && call.timesSent() < mostTimes) {
        waiting.addFirst(call);
      } else {
        call.failUnanswered(reason, cause);
      }
    }
  }

  private void failOverdue() {
    long now = System.nanoTime();
    ClientCall<?> oldest;
    while (connection != null
        && (oldest = connection.oldest()) != null
        && oldest.dueNanos() - now <= 0) {
      if (connection.hasReceivedSince(oldest.submittedNanos())) {
        connection.giveUp(oldest);
        oldest.failUnanswered(TIMED_OUT, null);
      } else { // A server that lets one call wait so long, and says nothing, lets all wait.
        lose(new SocketTimeoutException(TIMED_OUT), TIMED_OUT);
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
              ? new ConnectFailedException(TIMED_OUT, null)
              : new CallFailedException(TIMED_OUT, null));
    }
  }

  private void end() {
    closing = true;
    lose(null, CLOSED);
    ended = true;
    ClientCall<?> call;
    while ((call = waiting.poll()) != null) {
      call.fail(new CallFailedException(CLOSED, null));
    }
    failSubmitted();
    runLateEvents();
    try {
      selector.close();
    } catch (IOException e) {
      return; // Nothing was registered with it any more.
    }
  }

  private void failSubmitted() {
    ClientCall<?> call;
    while ((call = submitted.poll()) != null) {
      call.fail(new CallFailedException(CLOSED, null));
    }
  }

  /** Only a connection that nobody wants any more can come so late. */
  private void runLateEvents() {
    Runnable event;
    while ((event = events.poll()) != null) {
      event.run();
    }
  }
}
