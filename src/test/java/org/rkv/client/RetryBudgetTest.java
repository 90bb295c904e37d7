package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private final RetryBudget budget = new RetryBudget(100);

  @Test
  void shouldAllowAFewRepeatsBeforeTheFirstAnswer() {
    assertEquals(RetryBudget.FREE_REPEATS, takeAll());
  }

  @Test
  void shouldAllowOneRepeatForTenAnswers() {
    takeAll();

    answer(9);
    assertFalse(budget.take());
    answer(1);
    assertTrue(budget.take());
    assertFalse(budget.take());
  }

  @Test
  void shouldSaveUpNoMoreThanThereCanBeCallsToRepeat() {
    answer(1_000_000);

    assertEquals(100, takeAll());
  }

  @Test
  void shouldSaveUpRepeatsForAnyNumberOfCalls() {
    RetryBudget large = new RetryBudget(Integer.MAX_VALUE);
    large.answered();
    assertTrue(large.take());
  }

  private void answer(int times) {
    for (int i = 0; i < times; i++) {
      budget.answered();
    }
  }

  private int takeAll() {
    int taken = 0;
    while (budget.take()) {
      taken++;
    }
    return taken;
  }
}
