package org.rkv.control;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.rkv.oncrpc.blocking.Deadline;

/**
 * Asks several replicas at once how they are. One that is dead or frozen delays nobody: when the
 * time is over, what is known is handed out.
 */
final class Inquiry {
  /** A name that cannot be resolved is the only thing that knows no deadline of its own. */
  private static final int RESOLVING_SLACK_MILLIS = 100;

  private Inquiry() {}

  /**
   * Asks, and waits for the answers.
   *
   * @param addresses of each replica, host and port
   * @return an answer for each, in the same order
   */
  static List<Answer> ask(List<String> addresses, int timeoutMillis) throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool(Inquiry::daemon);
    try {
      Deadline deadline = Deadline.afterMillis(timeoutMillis);
      List<Future<Answer>> answers =
          threads.invokeAll(
              addresses.stream().map(address -> new StatusCall(address, deadline)).toList(),
              timeoutMillis + RESOLVING_SLACK_MILLIS,
              TimeUnit.MILLISECONDS);
      List<Answer> all = new ArrayList<>();
      for (Future<Answer> answer : answers) {
        all.add(answerOf(answer));
      }
      return all;
    } finally {
      threads.shutdownNow();
    }
  }

  /** It may still be resolving a name when all is done. */
  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "question");
    thread.setDaemon(true);
    return thread;
  }

  private static Answer answerOf(Future<Answer> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (CancellationException e) {
      return Answer.none("unreachable");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
