package org.rkv.replica.epoch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whose copies all of a list go on from when they start together, nobody with a complete one that
 * serves. All come to the same, from what each tells of itself.
 *
 * <p>First epochs: one counts only if each of the list whose incarnation it names has taken it, and
 * nobody knows that another whom it names has {@link Passed passed} it, or nothing was settled in
 * it. Who lacks one that counts may lack what was acknowledged. Then what is known of each copy:
 * the most complete ones give, as a doubtful one may lack its end.
 */
public final class CommonStart {
  /**
   * One of the list.
   *
   * @param standing of its copy: the greater, the more can be expected of it
   */
  public record Candidate(Past past, int standing) {}

  private CommonStart() {}

  /**
   * Those that give.
   *
   * @param all of the list, nobody left out
   * @return none if nobody has all epochs that count: then each of several holds what others lack
   */
  public static List<Candidate> givers(List<Candidate> all) {
    Set<Long> counting = new HashSet<>();
    all.forEach(each -> counting.addAll(counting(each, all)));
    List<Candidate> givers = new ArrayList<>();
    int best = Integer.MIN_VALUE;
    for (Candidate each : all) {
      if (counting(each, all).containsAll(counting)) {
        if (each.standing > best) {
          best = each.standing;
          givers.clear();
        }
        if (each.standing == best) {
          givers.add(each);
        }
      }
    }
    return givers;
  }

  private static Set<Long> counting(Candidate one, List<Candidate> all) {
    Set<Long> counting = new HashSet<>();
    for (Epoch epoch : one.past.epochs().all()) {
      if (all.stream().noneMatch(each -> each.past.knowsThatItSettledNothing(epoch))) {
        counting.add(epoch.id());
      }
    }
    return counting;
  }
}
