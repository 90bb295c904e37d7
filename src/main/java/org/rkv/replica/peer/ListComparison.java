package org.rkv.replica.peer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Pairs the entries of two replica files, which may spell them differently. Two lists agree if
 * there is exactly one way to pair all entries: by a name that both know, be it what the file says
 * or what the replica there calls itself; then, of those left that not both have heard of, by a
 * common address and port. Immutable.
 *
 * <p>A pairing by address that one side has never heard of may be wrong, if its name is resolved
 * wrongly there. So whoever hears a name that contradicts a pairing looks at all lists again before
 * it admits the bearer.
 */
final class ListComparison {
  /** Longer lists never agree. */
  static final int MAX_ENTRIES = 64;

  /** Our own place in our list. */
  static final int OURSELVES = 0;

  private static final int NONE = -1;

  private final List<Listing> ours;
  private final List<Listing> theirs;
  private final int[] theirsOfOurs;
  private final int[] oursOfTheirs;
  private final List<String> differences = new ArrayList<>();

  /** Compares; the order of the entries does not matter. */
  ListComparison(List<Listing> ours, List<Listing> theirs) {
    this.ours = ours;
    this.theirs = theirs;
    theirsOfOurs = new int[ours.size()];
    oursOfTheirs = new int[theirs.size()];
    Arrays.fill(theirsOfOurs, NONE);
    Arrays.fill(oursOfTheirs, NONE);
    if (Math.max(ours.size(), theirs.size()) > MAX_ENTRIES) {
      differences.add("a list has more than " + MAX_ENTRIES + " replicas");
      return;
    }
    pair(Listing::hasANameOf);
    pair((our, their) -> !(our.isHeardOf() && their.isHeardOf()) && our.hasAnAddressOf(their));
    for (int i = 0; i < theirsOfOurs.length; i++) {
      if (theirsOfOurs[i] == NONE) {
        differences.add(ours.get(i).shown() + " is missing there");
      }
    }
    for (int j = 0; j < oursOfTheirs.length; j++) {
      if (oursOfTheirs[j] == NONE) {
        differences.add(theirs.get(j).shown() + " is missing here");
      }
    }
  }

  private void pair(BiPredicate<Listing, Listing> alike) {
    List<int[]> pairs = new ArrayList<>();
    int[] choicesOfOurs = new int[ours.size()];
    int[] choicesOfTheirs = new int[theirs.size()];
    for (int i = 0; i < ours.size(); i++) {
      for (int j = 0; j < theirs.size(); j++) {
        if (theirsOfOurs[i] == NONE
            && oursOfTheirs[j] == NONE
            && alike.test(ours.get(i), theirs.get(j))) {
          pairs.add(new int[] {i, j});
          choicesOfOurs[i]++;
          choicesOfTheirs[j]++;
        }
      }
    }
    for (int[] pair : pairs) {
      Listing our = ours.get(pair[0]);
      Listing their = theirs.get(pair[1]);
      if (choicesOfOurs[pair[0]] > 1 || choicesOfTheirs[pair[1]] > 1) {
        differences.add(
            "whether " + our.shown() + " is their " + their.shown() + " cannot be told");
      } else {
        theirsOfOurs[pair[0]] = pair[1];
        oursOfTheirs[pair[1]] = pair[0];
        if (our.contradicts(their)) {
          differences.add(our.shown() + " is called " + their.givenName() + " there");
        }
      }
    }
  }

  /** The same list of theirs, and what ours is now. */
  ListComparison again(List<Listing> oursNow) {
    return new ListComparison(oursNow, theirs);
  }

  /** Whether every entry has its like in the other list, and there is no doubt about it. */
  boolean agrees() {
    return differences.isEmpty();
  }

  /** Who is missing where, or which cannot be told apart, for people; empty if they agree. */
  String difference() {
    return String.join(", ", differences);
  }

  /**
   * Whether an entry of ours is not in their list, and is not one either that they list and have
   * never heard of.
   */
  boolean surelyLacks(int our) {
    if (theirsOfOurs[our] != NONE || theirs.isEmpty()) {
      return false;
    }
    for (int j = 0; j < oursOfTheirs.length; j++) {
      if (oursOfTheirs[j] == NONE && !theirs.get(j).isHeardOf()) {
        return false;
      }
    }
    return true;
  }

  /** The entry of theirs that is this one of ours, or null; also where the lists differ. */
  Listing partnerOf(int our) {
    return theirsOfOurs[our] == NONE ? null : theirs.get(theirsOfOurs[our]);
  }

  /** The place in theirs of the entry that is this one of ours, or -1. */
  int indexOfPartner(int our) {
    return theirsOfOurs[our];
  }
}
