package org.rkv.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * One selector and the one thread that serves it. In each round it reads what has arrived, runs
 * what was posted and what is due, and writes every connection that has output, replies before
 * calls: calls that arrive together leave together, without anybody having to batch them.
 *
 * <p>Everything here belongs to the loop's thread, except {@link #execute}, {@link #start}, {@link
 * #isOwnThread} and {@link #close}, which are safe for all. What would block (files, the
 * portmapper) goes to a few helper threads by {@link #offload}, the look-up of a name to others. A
 * task that throws is logged and costs nobody else anything.
 */
public final class EventLoop implements Timers, Executor, AutoCloseable {
  private static final int READ_BYTES = 64 * 1024;
  private static final int WRITE_BYTES = 128 * 1024;
  private static final int POSTED_TASKS = 4096;

  /** How often who waits for a place looks whether there will be one. */
  private static final long PATIENCE_MILLIS = 100;

  private static final int MAX_POLLS = 16;
  private static final int MAX_HELPERS = 4;
  private static final int MAX_HELPERS_TASKS = 256;

  /** How often something is tried that finds no file descriptor. */
  private static final int MAX_ATTEMPTS = 4;

  /** More than there are names of replicas: none waits for the look-up of another. */
  private static final int MAX_LOOKUPS = 128;

  /** How often a round selects again, at most, for what has arrived while it read. */
  private static final int MAX_DRAINS = 3;

  /** With fewer channels ready than that, it does not. */
  private static final int MIN_READY_TO_DRAIN = 4;

  /** With more than that read, neither: what is read is queued for every peer. */
  private static final int MAX_DRAINED_BYTES = 256 * 1024;

  /** Something whose channel is registered with the loop. */
  interface Ready {
    /**
     * The channel is ready for what it was registered for. What this throws is logged, no more.
     *
     * @throws IOException if the channel has failed
     */
    void ready(SelectionKey key) throws IOException;
  }

  private final Logger log;
  private final Selector selector;
  private final Thread thread;
  private final HelperThreads helpers;
  private final HelperThreads lookUps;
  private final BlockingQueue<Runnable> posted = new ArrayBlockingQueue<>(POSTED_TASKS);
  private final TimerQueue timers = new TimerQueue();
  private final Consumer<SelectionKey> whenReady = this::ready;
  private final Consumer<Runnable> guarded = this::guarded;
  private final Flushes flushes = new Flushes(guarded);
  private final ByteBuffer readBuffer = ByteBuffer.allocate(READ_BYTES);
  private final ByteBuffer writeBuffer = ByteBuffer.allocateDirect(WRITE_BYTES);
  private final PollTime pollTime;
  private final BackPressure backPressure = new BackPressure(this);
  private final YieldingReads yieldingReads = new YieldingReads();
  private final DescriptorSources descriptorSources = new DescriptorSources();
  private long roundNanos = System.nanoTime();
  private long waitingSinceNanos;
  private int drainedBytes;
  private boolean asleep;
  private Runnable lastTask = () -> {};
  private volatile Runnable outOfMemory = () -> {};
  private volatile boolean closing;

  /**
   * A loop that runs from {@link #start} on.
   *
   * @param name of its threads
   * @param log where a task that throws is reported
   * @throws IOException if the system has no selector to give
   */
  public EventLoop(String name, Logger log) throws IOException {
    this(name, log, new PollTime(), false);
  }

  private EventLoop(String name, Logger log, PollTime pollTime, boolean daemon) throws IOException {
    this.log = log;
    this.pollTime = pollTime;
    selector = Selector.open();
    thread = new Thread(this::run, name);
    if (daemon) {
      thread.setDaemon(true);
    }
    helpers = new HelperThreads(name + " helper", MAX_HELPERS, MAX_HELPERS_TASKS, this::post, log);
    lookUps = new HelperThreads(name + " look-up", MAX_LOOKUPS, 0, this::post, log);
  }

  /**
   * Makes a loop that serves the other threads of its process: it does not keep the process alive,
   * and sleeps at once when there is nothing to do, since those who bring work need the processor.
   *
   * @throws IOException if the system has no selector to give
   */
  public static EventLoop daemon(String name, Logger log) throws IOException {
    return new EventLoop(name, log, PollTime.none(), true);
  }

  /**
   * Has this run when a task ends for want of memory, before the log is told. Safe for all threads.
   *
   * @param halt must allocate nothing, and need not return
   */
  public void onOutOfMemory(Runnable halt) {
    outOfMemory = halt;
  }

  /** Starts the thread, once. Safe for all threads. */
  public void start() {
    thread.start();
  }

  /**
   * Starts the thread.
   *
   * @param last what it does last of all, however the loop ends, before it closes the channels
   */
  public void start(Runnable last) {
    lastTask = last;
    start();
  }

  /** Whether the caller is the loop's thread, which must not wait for itself. */
  public boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  /**
   * Runs a task on the loop's thread, soon. Safe for all threads.
   *
   * @throws RejectedExecutionException if the loop is closed, or thousands of tasks wait already
   */
  @Override
  public void execute(Runnable task) {
    if (closing || !posted.offer(task)) {
      throw new RejectedExecutionException(
          closing ? "the loop is closed" : "the loop is overloaded");
    }
    selector.wakeup();
  }

  /**
   * The same, but waits while thousands of tasks wait. For a thread that has nothing else to do
   * before this one has a place.
   *
   * @throws RejectedExecutionException if the loop is closed, or the caller is interrupted
   */
  public void executePatiently(Runnable task) {
    try {
      while (!closing) {
        if (posted.offer(task, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
          selector.wakeup();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new RejectedExecutionException(closing ? "the loop is closed" : "interrupted");
  }

  /**
   * Runs something that may block on a helper thread and brings what comes of it back to the loop.
   * When the helpers cannot keep up, that failure comes back instead; an error of the task comes
   * back as the cause of an exception, after it was logged. What found no file descriptor runs
   * again: a stranger's connection is closed for it.
   *
   * @param blocking what runs on the helper thread
   * @param done takes the result, on the loop's thread
   * @param failed takes what was thrown, on the loop's thread, never during this call
   */
  public <T> void offload(Callable<T> blocking, Consumer<T> done, Consumer<Exception> failed) {
    offload(blocking, done, failed, MAX_ATTEMPTS);
  }

  private <T> void offload(
      Callable<T> blocking, Consumer<T> done, Consumer<Exception> failed, int attempts) {
    offload(
        helpers,
        blocking,
        done,
        e -> {
          if (attempts > 1 && FileDescriptors.wereShort(e) && descriptorSources.free()) {
            schedule(0, () -> offload(blocking, done, failed, attempts - 1)); // closed by then
          } else {
            failed.accept(e);
          }
        });
  }

  /** The same for the look-up of a name, which may take so long that nothing should wait for it. */
  <T> void offloadLookUp(Callable<T> blocking, Consumer<T> done, Consumer<Exception> failed) {
    offload(lookUps, blocking, done, failed);
  }

  private <T> void offload(
      HelperThreads threads, Callable<T> blocking, Consumer<T> done, Consumer<Exception> failed) {
    try {
      threads.run(blocking, done, failed);
    } catch (RejectedExecutionException e) {
      schedule(0, () -> failed.accept(e));
    }
  }

  /** Runs what a helper thread brings back, if the loop still does. */
  private void post(Runnable task) {
    try {
      execute(task);
    } catch (RejectedExecutionException e) {
      if (!closing) {
        log.error("what a helper brought back is lost: {}", e.getMessage());
      }
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long coarseNanoTime() {
    return roundNanos;
  }

  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public Timer schedule(long delayMillis, Runnable task) {
    long dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
    return timers.schedule(dueNanos, task);
  }

  /**
   * Ends the loop and its threads soon. Channels that are open are closed then, and their listeners
   * hear nothing of it. Safe for all threads.
   */
  @Override
  public void close() {
    closing = true;
    helpers.close();
    lookUps.close();
    selector.wakeup();
  }

  /**
   * Waits until the loop's thread has ended. For all threads but this one.
   *
   * @return whether it has ended
   */
  public boolean awaitEnd(long timeoutMillis) throws InterruptedException {
    thread.join(timeoutMillis);
    return !thread.isAlive();
  }

  /**
   * Has this told whenever its channel is ready, which must not block.
   *
   * @param operations as in {@link SelectionKey#interestOps()}
   * @throws IOException if the channel is closed
   */
  SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
    return channel.register(selector, operations, ready);
  }

  /** Adds to what this round has read. */
  void countRead(int bytes) {
    drainedBytes += bytes;
    yieldingReads.countRead(bytes);
  }

  /** Where those wait to be read who let others go first. */
  YieldingReads yieldingReads() {
    return yieldingReads;
  }

  /** Who closes something when a file descriptor is needed. */
  DescriptorSources descriptorSources() {
    return descriptorSources;
  }

  /**
   * To be told when a disk falls far behind what calls bring, and when it has caught up: meanwhile
   * those calls wait. On the thread of the loop.
   */
  public void diskIsBehind(boolean isBehind) {
    backPressure.diskIsBehind(isBehind);
  }

  /** Where calls wait while links have too much to send. */
  BackPressure backPressure() {
    return backPressure;
  }

  /** What is written at the end of the round. */
  Flushes flushes() {
    return flushes;
  }

  /** A cleared heap buffer that the next read may use. */
  ByteBuffer readBuffer() {
    return readBuffer.clear();
  }

  /** A cleared direct buffer that the next write may use. */
  ByteBuffer writeBuffer() {
    return writeBuffer.clear();
  }

  private void run() {
    try {
      while (!closing) {
        round();
      }
    } catch (Throwable t) {
      failed("the event loop ended", t);
    } finally {
      closing = true;
      guarded(lastTask);
      closeChannels();
    }
  }

  private void round() throws IOException {
    drainedBytes = 0;
    drainReady(waitForWork());
    drainBeforeLinks();
    flushes.runAll(); // before the timers: what they do, others need not wait for
    runPosted();
    timers.runDue(System.nanoTime(), guarded);
    yieldingReads.run(guarded);
    flushes.runAll();
  }

  /**
   * Who gets a reply calls again at once, mostly while others are still being written theirs. Links
   * wait for one look at these calls, so that theirs leave with those of the clients before.
   */
  private void drainBeforeLinks() throws IOException {
    if (flushes.areOfBothKinds() && drainedBytes < MAX_DRAINED_BYTES) {
      flushes.runReplies();
      selector.selectNow(whenReady);
    }
  }

  /**
   * Waits until something is ready, posted or due, and handles what is ready.
   *
   * @return how many channels were
   */
  private int waitForWork() throws IOException {
    long startNanos = System.nanoTime();
    long waitMillis = timers.millisToNext(startNanos);
    if (waitMillis == 0 || !posted.isEmpty() || !yieldingReads.isEmpty()) {
      return selectNow();
    }
    long pollNanos = pollTime.nanos();
    long now = startNanos;
    for (int i = 0; i < MAX_POLLS && now - startNanos < pollNanos; i++) {
      Thread.yield(); // to those who bring what is looked for
      int ready = selectNow();
      if (ready > 0 || !posted.isEmpty()) {
        return ready;
      }
      now = roundNanos;
    }
    if (closing) {
      return 0; // a look may have used up the wakeup of close()
    }
    waitingSinceNanos = startNanos;
    asleep = true;
    int ready = selector.select(whenReady, waitMillis < 0 ? 0 : waitMillis);
    if (asleep) {
      wokeUp();
    }
    return ready;
  }

  /** Handles what is ready now. */
  private int selectNow() throws IOException {
    roundBegins();
    return selector.selectNow(whenReady);
  }

  private void roundBegins() {
    roundNanos = System.nanoTime();
    yieldingReads.begin(roundNanos);
  }

  private void wokeUp() {
    asleep = false;
    roundBegins();
    pollTime.slept(roundNanos - waitingSinceNanos);
  }

  /**
   * While many channels were ready, more have become so. Reading them as well before anything is
   * written makes the writes to peers fewer and larger.
   */
  private void drainReady(int readyFirst) throws IOException {
    int ready = readyFirst;
    for (int i = 0;
        i < MAX_DRAINS
            && ready >= MIN_READY_TO_DRAIN
            && drainedBytes < MAX_DRAINED_BYTES
            && !yieldingReads.isTime();
        i++) {
      ready = selector.selectNow(whenReady);
    }
  }

  private void ready(SelectionKey key) {
    if (asleep) {
      wokeUp();
    }
    try {
      if (key.isValid()) { // one that was ready before it in this round may have closed it
        ((Ready) key.attachment()).ready(key);
      }
    } catch (Throwable t) {
      failed("a connection's event failed", t);
    }
  }

  private void runPosted() {
    for (int left = posted.size(); left > 0; left--) {
      Runnable task = posted.poll();
      if (task == null) {
        return;
      }
      guarded(task);
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      failed("a task failed", t);
    }
  }

  private void failed(String what, Throwable t) {
    if (OutOfMemory.isFatal(t)) {
      outOfMemory.run(); // first: the log may need memory
    }
    log.error(what, t);
  }

  private void closeChannels() {
    for (SelectionKey key : selector.keys()) {
      try {
        key.channel().close();
      } catch (IOException e) {
        log.debug("closing a channel at the end", e);
      }
    }
    try {
      selector.close();
    } catch (IOException e) {
      log.debug("closing the selector", e);
    }
  }
}
