package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrVoid;
import org.junit.jupiter.api.Test;
import org.rkv.net.Timers;
import org.rkv.replica.observe.Observer;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.kv;

/** What an observer hears of the answers of a server. */
class ObservedAnswersTest {
  private final List<String> heard = new ArrayList<>();
  private final Clock clock = new Clock();
  private final ObservedAnswers answers = new ObservedAnswers(new Listening(), clock);

  private final class Listening implements Observer {
    @Override
    public void answered(Request request, int code, long nanos) {
      heard.add(request + " " + code + " after " + nanos);
    }
  }

  private static final class Clock implements Timers {
    private long nanos = 1000;
    private long roundNanos = 1000;

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public long coarseNanoTime() {
      return roundNanos;
    }

    @Override
    public long currentTimeMillis() {
      return 0;
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
      throw new UnsupportedOperationException("nothing is scheduled");
    }
  }

  @Test
  void shouldBeTimedFromTheRoundThatReadTheCallToTheAnswer() {
    long came = answers.nanoTime();
    clock.nanos += 70;
    answers.answered(kv.PUT_1, new XdrInt(kv.PUT_DUPLICATE_KEY_VALUE_RESET), came);
    clock.roundNanos += 50;
    came = answers.nanoTime();
    answers.answered(kv.DEL_1, new XdrInt(kv.DEL_FAILED), came);
    answers.answered(kv.GET_1, Messages.getReply(kv.GET_KEY_NOT_FOUND, ""), came);
    answers.answered(kv.LIST_1, Lister.failed(), came);

    assertEquals(
        List.of("PUT 7 after 70", "DEL 1 after 20", "GET 4 after 20", "LIST 1 after 20"), heard);
  }

  @Test
  void shouldBeOfClientsOnly() {
    answers.answered(0, XdrVoid.XDR_VOID, answers.nanoTime());
    answers.answered(kv.RPUT_1, new XdrInt(kv.PUT_OK), answers.nanoTime());

    assertEquals(List.of(), heard);
  }
}
