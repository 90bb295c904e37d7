package org.rkv.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.portmap.Portmap;
import org.rkv.protocol.KvProgram;

/**
 * A client of the replicated key-value store. It talks to one replica at a time, over one
 * connection with any number of calls under way, and goes to another one when that is lost.
 *
 * <pre>{@code
 * try (RkvClient client = RkvClient.connect("db1", "db2", "db3")) {
 *   client.put("colour", "blue");
 *   String colour = client.get("colour").text().orElse("none");
 *   System.out.println(colour);
 * } catch (RefusedException e) {
 *   System.err.println("not stored: " + e.limit()); // too long, or the store is full
 * } catch (OutcomeUnknownException e) {
 *   System.err.println("perhaps stored: read the key, or write it again");
 * } catch (RkvException e) {
 *   System.err.println(e.getMessage()); // not connected, or failed: see the subclasses
 * }
 * }</pre>
 *
 * <p>Calls need not wait for each other. What the methods above throw is then the cause of what the
 * future throws:
 *
 * <pre>{@code
 * try (RkvClient client = RkvClient.connect("db1", "db2", "db3")) {
 *   List<CompletableFuture<PutResult>> writes = new ArrayList<>();
 *   for (int i = 0; i < 10_000; i++) {
 *     writes.add(client.putAsync("key" + i, "value" + i));
 *   }
 *   for (CompletableFuture<PutResult> write : writes) {
 *     try {
 *       write.join();
 *     } catch (CompletionException e) {
 *       System.err.println(e.getCause().getMessage());
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p><b>Keys and values</b> are bytes; a String stands for its UTF-8 bytes. How long they may be is
 * the replicas' matter (30 bytes unless they are told otherwise): the client remembers no limits,
 * so one that is raised holds at once. What is longer than any replica takes, 1 MiB, is refused as
 * they would, without being sent.
 *
 * <p><b>Fail-over.</b> The replicas are tried in the order given; a connection is kept as long as
 * it lasts and its replica serves. When it is lost, calls that were surely never sent go to the
 * next replica, and so do reads, each once. A replica is left as well when it answers "failed" to a
 * read, which then goes to the next one, or says, when it is asked after a write that failed, that
 * it does not serve; a write that fails moves nobody by itself, since it fails at all replicas
 * while one is away. A write of which all was handed to the system is not sent again, unless {@link
 * Builder#retryWrites} allows it: it ends with an {@link OutcomeUnknownException}. A new connection
 * is made after up to half a second, and after 50 ms to 2 s while none brings an answer. When no
 * replica can be reached, the calls that wait for one end with a {@link ConnectFailedException};
 * the next call tries all of them anew. A client that is not at the first replica of its order goes
 * back there, between two calls, 30 to 90 s later if that one serves. With {@link
 * Builder#failover}, the client asks each replica that it connects to for the others and adds them.
 *
 * <p><b>Time and memory.</b> Every call ends by its deadline, {@link Builder#timeout} from when it
 * was made. Half of that is the share of one replica: if nothing at all has come from it in the
 * share of a read, the read goes to the next one, and so does the client. So that a cluster that
 * cannot keep up gets no more to do for it, reads are repeated only within a budget, one for ten
 * answers and ten before the first, and at one further replica; only when a connection is lost, all
 * reads on it are. At most {@link Builder#maxCalls} calls are under way; whoever makes another one
 * waits for a place. A thread that has been interrupted sends nothing: its call fails with a {@link
 * CallFailedException}.
 *
 * <p>Thread-safe. Futures are completed on the client's own thread, where what depends on them must
 * not block, and the blocking methods refuse to; or where {@link Builder#executor} says.
 */
public final class RkvClient implements AutoCloseable {
  /** What a call waits for its answer, unless {@link Builder#timeout} says otherwise. */
  public static final Duration DEFAULT_TIMEOUT =
      Duration.ofMillis(BlockingRpcClient.DEFAULT_TIMEOUT_MILLIS);

  /** What {@link Builder#connectTimeout} is unless set. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT =
      Duration.ofMillis(Connector.DEFAULT_TIMEOUT_MILLIS);

  /** How many calls may be under way, unless {@link Builder#maxCalls} says otherwise. */
  public static final int DEFAULT_MAX_CALLS = 1024;

  private static final int PAGE_BY_PAGE = 0;

  private final InFlightLimit window;
  private final CallFactory calls;
  private final ReplicaSelector route;
  private final CallRouter router;
  private final Callbacks callbacks;

  private RkvClient(Builder builder, ReplicaSelector route) throws IOException {
    long timeoutNanos = builder.timeout.toNanos();
    this.route = route;
    callbacks = new Callbacks(builder.executor);
    window = new InFlightLimit(builder.maxCalls);
    calls = new CallFactory(window, timeoutNanos, builder.retryWrites);
    router =
        new CallRouter(
            route,
            builder.maxCalls,
            timeoutNanos,
            builder.homeDelay,
            calls::question,
            builder.failover ? this::learn : () -> {});
  }

  /**
   * Connects to the first of these replicas that can be reached.
   *
   * @param replicas each {@code host}, {@code host:port} or {@code [IPv6 address]:port}; without a
   *     port, the portmapper of the host is asked, and if there is none, port {@value
   *     KvProgram#DEFAULT_PORT} is tried
   * @throws ConnectFailedException if none can be reached
   */
  public static RkvClient connect(String... replicas) throws RkvException {
    return builder(replicas).connect();
  }

  /** A client that can be adjusted before it connects; for the replicas, see {@link #connect}. */
  public static Builder builder(String... replicas) {
    return new Builder(replicas);
  }

  /**
   * Stores a value under a key on all replicas.
   *
   * @throws RefusedException if the key or the value is too long, or the store is full
   * @throws AnnouncedFailedException if it may be applied later, or not
   * @throws OutcomeUnknownException if it may have been applied, or not
   * @throws RkvException if it was not applied
   */
  public PutResult put(byte[] key, byte[] value) throws RkvException {
    return await(KvProcedure.PUT, () -> startPut(key, value));
  }

  /** As {@link #put(byte[], byte[])}, with text as UTF-8. */
  public PutResult put(String key, String value) throws RkvException {
    return put(utf8(key), utf8(value));
  }

  /**
   * Reads the value of a key: never one older than one already read, or than a write already
   * acknowledged. A key that is longer than any that can be stored is not found, see {@link
   * GetResult.Status#KEY_TOO_LARGE}.
   *
   * @throws AnnouncedFailedException if the value is not certain now, as a replica cannot be
   *     reached
   * @throws RkvException if there is no answer
   */
  public GetResult get(byte[] key) throws RkvException {
    return await(KvProcedure.GET, () -> startGet(key));
  }

  /** As {@link #get(byte[])}, with text as UTF-8. */
  public GetResult get(String key) throws RkvException {
    return get(utf8(key));
  }

  /**
   * Removes a key and its value from all replicas.
   *
   * @throws RefusedException if the key is longer than any that can be stored
   * @throws AnnouncedFailedException if it may be applied later, or not
   * @throws OutcomeUnknownException if it may have been applied, or not
   * @throws RkvException if it was not applied
   */
  public DelResult del(byte[] key) throws RkvException {
    return await(KvProcedure.DEL, () -> startDel(key));
  }

  /** As {@link #del(byte[])}, with text as UTF-8. */
  public DelResult del(String key) throws RkvException {
    return del(utf8(key));
  }

  /**
   * All replicas, as the one that is connected knows them, itself first.
   *
   * @throws RkvException if there is no answer
   */
  public List<KnownReplica> replicas() throws RkvException {
    return await(KvProcedure.REPLICAS, this::startReplicas);
  }

  /**
   * The entries whose keys begin so, in the order of their keys' bytes, each from 0 to 255; an
   * empty prefix gives all. They are read in pages, the next one when it is needed: so the stream
   * may be longer than the memory, and ends early at no cost.
   *
   * <p><b>It is no snapshot.</b> Each entry was so at some moment while its page was read, as a GET
   * would have found it; what is written meanwhile may be told or not. A key that is there from the
   * beginning to the end is told once, and none is told twice, whoever else comes and goes.
   *
   * <p>A page is read as a value is: it may come from another replica than the one before it, and
   * has {@link Builder#timeout} of its own. If it cannot be read, what asks the stream for more
   * throws an {@link java.io.UncheckedIOException} whose cause is the {@link RkvException}; what
   * has been told until then holds. So it does if a page does not follow the one before it, as
   * every replica's does. Once closed, the stream asks no replica any more. Not thread-safe, and
   * not for the client's own thread.
   */
  public Stream<Entry> list(byte[] prefix) {
    return list(prefix, false);
  }

  /** As {@link #list(byte[])}, with text as UTF-8. */
  public Stream<Entry> list(String prefix) {
    return list(utf8(prefix));
  }

  /** As {@link #list(byte[])}, without the values. */
  public Stream<byte[]> listKeys(byte[] prefix) {
    return list(prefix, true).map(Entry::key);
  }

  private Stream<Entry> list(byte[] prefix, boolean keysOnly) {
    byte[] own = prefix.clone();
    if (isTooLarge(own)) {
      return Stream.empty();
    }
    return Listing.stream(
        own,
        after ->
            await(
                KvProcedure.LIST,
                () ->
                    start(
                        KvProcedure.LIST,
                        EntryPage.arguments(own, after, PAGE_BY_PAGE, keysOnly))));
  }

  /**
   * As {@link #put(byte[], byte[])}, without waiting for the answer. The future fails with what
   * that method throws.
   */
  public CompletableFuture<PutResult> putAsync(byte[] key, byte[] value) {
    return callbacks.of(startPut(key, value));
  }

  private CompletableFuture<PutResult> startPut(byte[] key, byte[] value) {
    if (isTooLarge(key)) {
      return CompletableFuture.failedFuture(
          PutResult.refused(RefusedException.Limit.KEY_LENGTH, null));
    }
    if (isTooLarge(value)) {
      return CompletableFuture.failedFuture(
          PutResult.refused(RefusedException.Limit.VALUE_LENGTH, null));
    }
    return start(KvProcedure.PUT, putArguments(key, value));
  }

  /** As {@link #putAsync(byte[], byte[])}, with text as UTF-8. */
  public CompletableFuture<PutResult> putAsync(String key, String value) {
    return putAsync(utf8(key), utf8(value));
  }

  /** As {@link #get(byte[])}, without waiting; the future fails with what that method throws. */
  public CompletableFuture<GetResult> getAsync(byte[] key) {
    return callbacks.of(startGet(key));
  }

  private CompletableFuture<GetResult> startGet(byte[] key) {
    return isTooLarge(key)
        ? CompletableFuture.completedFuture(GetResult.KEY_TOO_LARGE)
        : start(KvProcedure.GET, keyArgument(key));
  }

  /** As {@link #getAsync(byte[])}, with text as UTF-8. */
  public CompletableFuture<GetResult> getAsync(String key) {
    return getAsync(utf8(key));
  }

  /** As {@link #del(byte[])}, without waiting; the future fails with what that method throws. */
  public CompletableFuture<DelResult> delAsync(byte[] key) {
    return callbacks.of(startDel(key));
  }

  private CompletableFuture<DelResult> startDel(byte[] key) {
    return isTooLarge(key)
        ? CompletableFuture.failedFuture(DelResult.keyTooLarge(null))
        : start(KvProcedure.DEL, keyArgument(key));
  }

  /** As {@link #delAsync(byte[])}, with text as UTF-8. */
  public CompletableFuture<DelResult> delAsync(String key) {
    return delAsync(utf8(key));
  }

  /** As {@link #replicas}, without waiting; the future fails with what that method throws. */
  public CompletableFuture<List<KnownReplica>> replicasAsync() {
    return callbacks.of(startReplicas());
  }

  private CompletableFuture<List<KnownReplica>> startReplicas() {
    return start(KvProcedure.REPLICAS, XdrVoid.XDR_VOID);
  }

  /** The replica that the last connection was made to, as it was named. */
  public String replica() {
    return router.endpoint().toString();
  }

  /**
   * Ends the connection. Calls that are under way fail: writes that were sent with an {@link
   * OutcomeUnknownException}, all others, and those made later, with a {@link CallFailedException}.
   */
  @Override
  public void close() {
    router.close();
  }

  /** Whether no replica takes it, whatever its limits are: it is not sent to any. */
  private static boolean isTooLarge(byte[] text) {
    return text.length > KvProgram.MAX_TEXT_BYTES;
  }

  private static Arguments putArguments(byte[] key, byte[] value) {
    return new Arguments(
        out -> {
          out.xdrEncodeDynamicOpaque(key);
          out.xdrEncodeDynamicOpaque(value);
        });
  }

  private static Arguments keyArgument(byte[] key) {
    return new Arguments(out -> out.xdrEncodeDynamicOpaque(key));
  }

  private void learn() {
    startReplicas().thenAccept(route::learn);
  }

  private <R> CompletableFuture<R> start(KvProcedure<R> procedure, XdrAble arguments) {
    if (router.isOwnThread()) {
      window.enterAnyway(); // Who waits here would wait for itself.
    } else {
      try {
        window.enter();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return CompletableFuture.failedFuture(new CallFailedException("Interrupted", null, e));
      }
    }
    ClientCall<R> call = calls.call(procedure, arguments);
    router.submit(call);
    return call.future();
  }

  private <R> R await(KvProcedure<R> procedure, Supplier<CompletableFuture<R>> call)
      throws RkvException {
    if (router.isOwnThread()) {
      throw new IllegalStateException("this would wait for its own thread");
    }
    CompletableFuture<R> future = call.get();
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw procedure.isWrite()
          ? new OutcomeUnknownException("Interrupted", replica(), e)
          : new CallFailedException("Interrupted", replica(), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RkvException failure) {
        throw failure.thrownHere();
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a client is made of. Not thread-safe. */
  public static final class Builder {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(24); // in milliseconds it is an int

    private final List<Endpoint> endpoints = new ArrayList<>();
    private Duration timeout = DEFAULT_TIMEOUT;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private int maxCalls = DEFAULT_MAX_CALLS;
    private int defaultPort = KvProgram.DEFAULT_PORT;
    private boolean failover;
    private boolean retryWrites;
    private boolean randomStart;
    private Executor executor;
    private WayHome.Delay homeDelay = WayHome.Delay.DEFAULT;

    private Builder(String... replicas) {
      for (String each : replicas) {
        endpoints.add(Endpoint.parse(each));
      }
      if (endpoints.isEmpty()) {
        throw new IllegalArgumentException("no replica is named");
      }
    }

    /**
     * How long a call may take, all in all; from a millisecond to 24 days.
     *
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public Builder timeout(Duration duration) {
      timeout = positive(duration);
      return this;
    }

    /**
     * How long a portmapper may take to answer, and again a connection to be made; from a
     * millisecond to 24 days.
     *
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public Builder connectTimeout(Duration duration) {
      connectTimeout = positive(duration);
      return this;
    }

    /** How many calls may be under way before another one waits. */
    public Builder maxCalls(int calls) {
      if (calls < 1) {
        throw new IllegalArgumentException("not a number of calls: " + calls);
      }
      maxCalls = calls;
      return this;
    }

    /** Which port is tried on a host without a portmapper. */
    public Builder defaultPort(int port) {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("not a port: " + port);
      }
      defaultPort = port;
      return this;
    }

    /**
     * Whether to ask the replicas for each other, so that the client survives the loss of all that
     * it was told of. The names that they give must mean the same here as there.
     */
    public Builder failover(boolean learnReplicas) {
      failover = learnReplicas;
      return this;
    }

    /**
     * Whether a write may be sent once more, to another replica, as a read may: when its connection
     * is lost, when its replica is silent, and when its replica answers "failed" and does not
     * serve. Off unless set.
     *
     * <p>A write that was sent twice may be applied twice, and the first time may come last: when
     * the call has returned, the value may still come back once, over what was written or deleted
     * since. The result is that of the second time: {@link PutResult#REPLACED} or {@link
     * DelResult#NOT_FOUND} may be the doing of the first. If the second fails, what is thrown says
     * what may have come of both; the failure of the other is suppressed in it.
     */
    public Builder retryWrites(boolean mayBeSentTwice) {
      retryWrites = mayBeSentTwice;
      return this;
    }

    /**
     * Whether to begin anywhere in the list of replicas and go on from there, so that many clients
     * with one list use all replicas alike. Otherwise the first of the list is the first choice.
     */
    public Builder randomStart(boolean anywhere) {
      randomStart = anywhere;
      return this;
    }

    /**
     * Where futures are completed, so that what depends on them may block. If it refuses, or throws
     * anything else, the future is completed on the client's own thread. The client never shuts it
     * down.
     */
    public Builder executor(Executor ofTheCaller) {
      executor = Objects.requireNonNull(ofTheCaller);
      return this;
    }

    /** After how long the client goes back to its first choice. */
    Builder homeDelay(WayHome.Delay delay) {
      homeDelay = delay;
      return this;
    }

    /**
     * Connects.
     *
     * @throws ConnectFailedException if no replica can be reached
     */
    public RkvClient connect() throws RkvException {
      int millis = Math.toIntExact(connectTimeout.toMillis());
      List<Endpoint> order = new ArrayList<>(endpoints);
      if (randomStart) {
        Collections.rotate(order, ThreadLocalRandom.current().nextInt(order.size()));
      }
      ReplicaSelector route =
          new ReplicaSelector(new Connector(defaultPort, Portmap.PORT, millis), order);
      ReplicaSelector.Connected first = route.connect(null);
      try {
        RkvClient client = new RkvClient(this, route);
        client.router.start(first);
        return client;
      } catch (IOException e) {
        Dialer.closeQuietly(first.socket());
        throw new ConnectFailedException("Remote system error - " + e.getMessage(), null, e);
      }
    }

    private static Duration positive(Duration duration) {
      if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("not a timeout: " + duration);
      }
      return duration;
    }
  }
}
