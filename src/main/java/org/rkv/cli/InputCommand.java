package org.rkv.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.rkv.client.RkvClient;

/** The commands that stand on a line of their own, without HOST. Strings are bytes. */
enum InputCommand {
  PUT("PUT key value", 3) {
    @Override
    CompletableFuture<Reply> start(RkvClient client, List<String> words) {
      String key = words.get(1);
      return client
          .putAsync(bytes(key), bytes(words.get(2)))
          .thenApply(result -> new KeyReply(Question.PUT, key, result.code(), null));
    }
  },
  GET("GET key", 2) {
    @Override
    CompletableFuture<Reply> start(RkvClient client, List<String> words) {
      String key = words.get(1);
      return client
          .getAsync(bytes(key))
          .thenApply(
              result -> {
                String value = result.bytes().map(InputCommand::chars).orElse(null);
                return new KeyReply(Question.GET, key, result.status().code(), value);
              });
    }
  },
  DEL("DEL key", 2) {
    @Override
    CompletableFuture<Reply> start(RkvClient client, List<String> words) {
      String key = words.get(1);
      return client
          .delAsync(bytes(key))
          .thenApply(result -> new KeyReply(Question.DEL, key, result.code(), null));
    }
  },
  REPLICAS("REPLICAS", 1) {
    @Override
    CompletableFuture<Reply> start(RkvClient client, List<String> words) {
      return client.replicasAsync().thenApply(ReplicasReply::new);
    }
  };

  private final String usage;
  private final int words;

  InputCommand(String usage, int words) {
    this.usage = usage;
    this.words = words;
  }

  /** The command of this name, in capitals or not; or null. */
  static InputCommand named(String word) {
    for (InputCommand each : values()) {
      if (each.name().equalsIgnoreCase(word)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Counts the words of a line that begins with this command.
   *
   * @throws IllegalArgumentException with the line that says how it is used
   */
  void check(List<String> line) {
    if (line.size() != words) {
      throw new IllegalArgumentException("usage: " + usage);
    }
  }

  /** The answer of a replica that did not do it, and says why by a code. */
  KeyReply answer(List<String> words, int code) {
    return new KeyReply(name(), words.get(1), code, null);
  }

  boolean isWrite() {
    return this == PUT || this == DEL;
  }

  /** Makes the call and does not wait for the answer. */
  abstract CompletableFuture<Reply> start(RkvClient client, List<String> words);

  private static byte[] bytes(String chars) {
    return chars.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String chars(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
