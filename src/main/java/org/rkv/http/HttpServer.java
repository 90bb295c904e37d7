package org.rkv.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.rkv.net.CallKind;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.EventLoop;
import org.rkv.net.TcpListener;
import org.slf4j.Logger;

/**
 * Answers GET and HEAD with pages that are there already, on a thread of its own. A request is
 * answered only to a Host that is an address, localhost, or was named: else a page of somebody
 * else's, in a browser of this machine, could read all by a name that it has lead here. Safe for
 * all threads.
 */
public final class HttpServer implements AutoCloseable {
  /** The one idle longest makes room for one more: who holds many keeps nobody out. */
  static final int MAX_CONNECTIONS = 256;

  static final int MAX_HEAD_BYTES = 8 * 1024;
  private static final long IDLE_MILLIS = 10_000;
  private static final long STALLED_MILLIS = 5_000;
  private static final long MAX_BUFFERED_BYTES = 16 << 20;
  private static final long END_MILLIS = 1000;
  private static final long SECOND_MILLIS = 1000;

  /** IPv4 and IPv6, with a port or not. */
  private static final Pattern ADDRESS =
      Pattern.compile("(\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+])(:\\d{1,5})?");

  private final EventLoop loop;
  private final TcpListener listener;
  private final Set<String> hosts;
  private final Function<String, Response> pages;

  /**
   * Listens, and answers from {@link #start} on.
   *
   * @param hosts names in lower case that it may be called by, beside localhost
   * @param pages the response for a path; null if there is none. Must not block
   * @throws IOException if the address is taken, or not this machine's
   */
  public HttpServer(
      String name,
      InetSocketAddress address,
      Set<String> hosts,
      Function<String, Response> pages,
      Logger log)
      throws IOException {
    this.hosts = Set.copyOf(hosts);
    this.pages = pages;
    loop = EventLoop.daemon(name, log);
    ConnectionLimits limits =
        new ConnectionLimits(
            MAX_CONNECTIONS, MAX_HEAD_BYTES, IDLE_MILLIS, STALLED_MILLIS, MAX_BUFFERED_BYTES);
    try {
      listener = new TcpListener(loop, log, address, limits, new RequestFraming(), new Requests());
    } catch (IOException e) {
      loop.close();
      throw e;
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /**
   * Begins to answer.
   *
   * @param eachSecond runs about once a second, on the thread that asks for the pages
   */
  public void start(Runnable eachSecond) {
    loop.start();
    loop.execute(() -> repeat(eachSecond));
    loop.execute(
        () -> {
          try {
            listener.begin();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void repeat(Runnable eachSecond) {
    loop.schedule(SECOND_MILLIS, () -> repeat(eachSecond));
    eachSecond.run();
  }

  /** Ends all connections. */
  @Override
  public void close() {
    loop.close();
    listener.close();
    try {
      loop.awaitEnd(END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Requests implements ChannelListener {
    @Override
    public void opened(Channel channel) {}

    @Override
    public CallKind kindOf(byte[] buffer, int offset, int length) {
      return CallKind.PROMPT;
    }

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      String[] lines =
          new String(buffer, offset, length, StandardCharsets.ISO_8859_1).split("\r?\n");
      String[] words = lines.length == 0 ? new String[0] : lines[0].split(" ", -1);
      byte[] answer = answer(words, lines).encoded(!(words.length > 0 && words[0].equals("HEAD")));
      channel.send(answer, 0, answer.length);
    }

    /** All has been sent: whoever reads it is told the end by it. */
    @Override
    public void written(Channel channel) {
      if (channel.queuedBytes() == 0) {
        channel.close("answered");
      }
    }

    @Override
    public void closed(Channel channel, String reason) {}
  }

  private Response answer(String[] words, String... lines) {
    if (words.length != 3 || !words[2].startsWith("HTTP/1.") || !words[1].startsWith("/")) {
      return Response.text(400, "not a request that is understood");
    }
    if (!words[0].equals("GET") && !words[0].equals("HEAD")) {
      return Response.text(405, "only GET and HEAD");
    }
    if (!isForUs(lines)) {
      return Response.text(421, "not a name of this server: see --http-host");
    }
    int query = words[1].indexOf('?');
    Response page = pages.apply(query < 0 ? words[1] : words[1].substring(0, query));
    return page == null ? Response.text(404, "no such page") : page;
  }

  /** HTTP/1.0 need not say whom it means; a browser always does. */
  private boolean isForUs(String... lines) {
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0 && lines[i].substring(0, colon).equalsIgnoreCase("host")) {
        if (!isOurs(lines[i].substring(colon + 1).strip().toLowerCase(Locale.ROOT))) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isOurs(String host) {
    if (host.isEmpty() || ADDRESS.matcher(host).matches()) {
      return true;
    }
    int colon = host.indexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    return name.equals("localhost") || hosts.contains(name);
  }
}
