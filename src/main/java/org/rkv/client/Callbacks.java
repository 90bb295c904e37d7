package org.rkv.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Completes futures where the caller wants it.
 *
 * @param executor the caller's, which is never shut down here; or null for the client's own thread
 */
record Callbacks(Executor executor) {
  /** What is completed as this future is, by the executor unless that throws anything. */
  <R> CompletableFuture<R> of(CompletableFuture<R> future) {
    if (executor == null) {
      return future;
    }
    CompletableFuture<R> handedOver = new CompletableFuture<>();
    future.whenComplete(
        (result, failure) -> {
          Runnable completion = () -> complete(handedOver, result, failure);
          try {
            executor.execute(completion);
          } catch (
              Throwable e) { // It is closed, or can have no thread: who waits must not for ever.
            completion.run();
          }
        });
    return handedOver;
  }

  private static <R> void complete(CompletableFuture<R> future, R result, Throwable failure) {
    if (failure == null) {
      future.complete(result);
    } else {
      future.completeExceptionally(failure);
    }
  }
}
