package org.rkv.browser;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The connection to one page of a browser, by the Chrome DevTools protocol. Safe for all threads.
 */
final class DevTools implements AutoCloseable {
  private static final int ANSWER_SECONDS = 60;

  private final WebSocket socket;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> awaited = new ConcurrentHashMap<>();
  private final Consumer<JsonObject> events;

  /**
   * Connects.
   *
   * @param events hears of what happens in the page, on another thread
   */
  DevTools(HttpClient http, URI page, Consumer<JsonObject> events) {
    this.events = events;
    socket = http.newWebSocketBuilder().buildAsync(page, new Messages()).join();
  }

  /** Calls a method of the protocol, and waits for what it answers. */
  JsonObject call(String method, JsonObject parameters) throws Exception {
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    awaited.put(id, answer);
    JsonObject call = new JsonObject();
    call.addProperty("id", id);
    call.addProperty("method", method);
    call.add("params", parameters);
    synchronized (this) {
      socket.sendText(call.toString(), true).join();
    }
    JsonObject message = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    if (message.has("error")) {
      throw new IllegalStateException(method + ": " + message.get("error"));
    }
    return message.getAsJsonObject("result");
  }

  /** A message may come in several parts. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
      parts.append(data);
      if (isLast) {
        JsonObject message = JsonParser.parseString(parts.toString()).getAsJsonObject();
        parts.setLength(0);
        take(message);
      }
      from.request(1);
      return null;
    }
  }

  private void take(JsonObject message) {
    if (message.has("id")) {
      awaited.remove(message.get("id").getAsInt()).complete(message);
    } else {
      events.accept(message);
    }
  }

  @Override
  public void close() {
    socket.abort();
  }
}
