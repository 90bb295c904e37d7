package org.rkv.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Completes futures where the caller wants it.
 *
 * @param executor the caller's, which is never shut down here; or null for the client's own thread
 */
record Callbacks(Executor executor) {
  /** What is completed as this future is, by the executor unless that refuses. */
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
          } catch (RejectedExecutionException e) {
            completion.run(); // Who waits for it must not wait for ever.
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
