package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveProcessTest {
  @Test
  void shouldKnowTheUnitOfSystemdFromALogin() {
    assertEquals(Optional.of("rkv.service"), LiveProcess.unitIn("0::/system.slice/rkv.service\n"));
    assertEquals(
        Optional.empty(),
        LiveProcess.unitIn("0::/user.slice/user-1000.slice/user@1000.service/app.scope\n"));
    assertEquals(Optional.empty(), LiveProcess.unitIn(""));
  }

  @Test
  void shouldNotTakeAnotherOneThatHasGotTheNumberForIt() {
    LiveProcess ourselves = LiveProcess.of(ProcessHandle.current().pid()).orElseThrow();
    LiveProcess earlier = new LiveProcess(ourselves.handle(), ourselves.startTicks() - 1);

    assertTrue(ourselves.isAlive());
    assertFalse(earlier.isAlive());
  }

  @Test
  void shouldTakeOurOwnForOurs() {
    assertTrue(LiveProcess.of(ProcessHandle.current().pid()).orElseThrow().isOurs());
  }
}
