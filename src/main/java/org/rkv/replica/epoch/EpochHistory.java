package org.rkv.replica.epoch;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The epochs of one incarnation of a replica, and its company: the incarnations that may have had a
 * part in what it holds since the last epoch. While it catches up it has none of its own, but it
 * remembers those that it took by answering others. Not thread-safe.
 *
 * <p>The rule: the first operation in a list where somebody of the company is missing takes an
 * epoch: at each that answers before it answers, and at the one that asks when all have answered,
 * before anything becomes settled by it. Each draws it for itself, and it comes to the same. So
 * what nobody has answered leaves nothing behind.
 */
public class EpochHistory {
  /** Stands in the company for everybody: whatever comes first takes an epoch. */
  private static final long NOBODY = 0;

  private static final int MAX_COMPANY = 4096;

  private final long incarnation;
  private final Set<Long> taken = new LinkedHashSet<>();
  private final SortedSet<Long> company = new TreeSet<>();
  private Epochs epochs = Epochs.NONE;
  private Passed passed = Passed.NONE;

  /** Found to have nobody of the company missing; one set for many operations. */
  private SortedSet<Long> sufficientMembers;

  /** What the latest operation of ours has drawn that took none yet; or null. */
  private Drawn drawn;

  /** Those that this incarnation had gone through before, if it has ever served. */
  private Epochs goneThrough = Epochs.NONE;

  /** Those taken since this incarnation began, which a source may not have. */
  private Epochs takenHere = Epochs.NONE;

  /** That all have gone through from whom anything has come while we catch up; or null. */
  private Epochs gathered;

  private Runnable listener = () -> {};

  /**
   * An epoch of operations under way.
   *
   * @param from what we had gone through when it was drawn
   * @param hash of these with it
   * @param company of that time
   */
  private record Drawn(Epochs from, Epoch epoch, long hash, Set<Long> company) {
    boolean isOf(Epochs epochs, SortedSet<Long> members) {
      return from == epochs && epoch.incarnations().equals(members);
    }
  }

  /**
   * No epochs, and nobody but itself for company.
   *
   * @param incarnation that this is the history of
   */
  public EpochHistory(long incarnation) {
    this.incarnation = incarnation;
    company.add(incarnation);
  }

  /**
   * Remembers what is to be known of a former copy: what it took, even if that was an earlier
   * incarnation, as it answered for it; and all that it has gone through, if it was this one.
   *
   * @param former the past of that copy
   */
  public void remember(Past former) {
    former.taken().forEach(this::remember);
    if (former.incarnation() == incarnation) {
      goneThrough = former.epochs();
    }
  }

  /** From now on that runs after each change of epochs, of those taken, and of the company. */
  public void onChange(Runnable newListener) {
    listener = newListener;
  }

  private void remember(long id) {
    taken.add(id);
    if (taken.size() > Epochs.MAX_EPOCHS) {
      taken.remove(taken.iterator().next());
    }
  }

  /** The incarnation that this is the history of. */
  public long incarnation() {
    return incarnation;
  }

  /** What the content has gone through. */
  public Epochs epochs() {
    return epochs;
  }

  /** Who may have had a part in the content since the last epoch. */
  public SortedSet<Long> company() {
    return company;
  }

  /** For comparison with others. */
  public Past past() {
    return new Past(incarnation, epochs, taken, passed);
  }

  /** This incarnation may have a part in the content from now on, or have had one. */
  public void keepCompanyWith(long other) {
    if (company.add(company.size() < MAX_COMPANY ? other : NOBODY)) {
      sufficientMembers = null;
      listener.run();
    }
  }

  /**
   * An operation of ours begins, and all of the list can be asked.
   *
   * @param members the incarnations of the list, our own among them
   * @return the hash that tells the others which epochs it belongs to
   */
  public long begin(SortedSet<Long> members) {
    if (!isSomebodyMissing(members)) {
      return epochs.hash();
    }
    if (drawn == null || !drawn.isOf(epochs, members)) {
      Epoch next = epochs.next(members);
      drawn = new Drawn(epochs, next, epochs.with(next).hash(), Set.copyOf(company));
    }
    return drawn.hash();
  }

  /**
   * All have answered an operation of ours: what it drew is taken, and only then it may succeed.
   *
   * @param hash that it began with
   * @return false if we have gone on otherwise meanwhile, so that it must not succeed
   */
  public boolean complete(long hash) {
    if (drawn != null && drawn.hash() == hash && epochs.with(drawn.epoch()).hash() == hash) {
      SortedSet<Long> comeSince = new TreeSet<>(company);
      comeSince.removeAll(drawn.company());
      take(drawn.epoch(), drawn.epoch().incarnations());
      comeSince.forEach(this::keepCompanyWith);
    }
    return hash == epochs.hash();
  }

  /** Whether an operation of another replica belongs to our epochs, and nobody is missing. */
  public boolean isAnswered(long hash, SortedSet<Long> members) {
    return hash == epochs.hash() && !isSomebodyMissing(members);
  }

  /**
   * Another replica's operation asks for our answer.
   *
   * @param hash of the epochs that it belongs to
   * @param members the incarnations of our list, our own among them
   * @param complete whether all of them are known for sure
   * @return false if it belongs to other epochs than ours, so that we must not answer
   */
  public boolean answer(long hash, SortedSet<Long> members, boolean complete) {
    if (hash == epochs.hash()) {
      boolean missing = isSomebodyMissing(members);
      if (missing && complete) {
        take(epochs.next(members), members); // the one that asks learns it when it greets anew
      }
      return !missing;
    }
    Epoch next = epochs.next(members);
    boolean drawnAlike = hash == epochs.with(next).hash();
    if (drawnAlike) {
      take(next, members);
    }
    return drawnAlike;
  }

  /**
   * The same while we catch up, and so have no epochs of our own: the answer counts all the same.
   *
   * @param callers epochs of the one that asks, as it last told them
   * @return those of the one that asks from now on, or null if they are not what it told
   */
  public Epochs answerWhileCatchingUp(long hash, SortedSet<Long> members, Epochs callers) {
    if (hash == callers.hash()) {
      return callers;
    }
    Epoch next = callers.next(members);
    Epochs drawn = callers.with(next);
    if (hash != drawn.hash()) {
      return null;
    }
    remember(next.id());
    takenHere = takenHere.with(next);
    listener.run();
    return drawn;
  }

  /**
   * Something of what a replica holds is taken over while we catch up.
   *
   * @param from its epochs as of then
   */
  public void gather(Epochs from) {
    gathered = gathered == null ? from : gathered.common(from);
  }

  /**
   * Whether a source has gone on without us since we took over anything: then we may hold what was
   * deleted there, and forgotten, meanwhile.
   */
  public boolean isLeftBehindBy(Past source) {
    return gathered != null
        && source.epochs().beyond(gathered).stream()
            .anyMatch(epoch -> !epoch.incarnations().contains(incarnation));
  }

  private boolean isSomebodyMissing(SortedSet<Long> members) {
    if (members != sufficientMembers && members.containsAll(company)) {
      sufficientMembers = members;
    }
    return members != sufficientMembers;
  }

  /** From now on the content belongs to this epoch, and those in it are all that is remembered. */
  void take(Epoch epoch, SortedSet<Long> members) {
    epochs = epochs.with(epoch);
    remember(epoch.id());
    company.clear();
    company.addAll(members);
    sufficientMembers = null;
    drawn = null;
    listener.run();
  }

  /** This incarnation has the same epochs as we, at this moment. */
  public void sharedWith(long other) {
    passed = passed.with(other, epochs.highestClock());
  }

  /** Two that hold the same have from now on gone through the same. */
  public void join(Past other) {
    for (Epoch joined : other.epochs().beyond(epochs)) {
      // All that had a part in it are in the epoch: it is as if we had taken it.
      SortedSet<Long> others = new TreeSet<>(company);
      others.remove(NOBODY);
      if (joined.clock() > epochs.highestClock() && joined.incarnations().containsAll(others)) {
        company.clear();
        company.addAll(joined.incarnations());
        sufficientMembers = null;
      }
    }
    Epochs before = epochs;
    epochs = epochs.with(other.epochs());
    passed = passed.with(other.passedWithItself());
    if (epochs != before) {
      listener.run();
    }
  }

  /**
   * Everything has been taken over from a replica that serves. What this incarnation has gone
   * through and the source has not settled nothing, or that one would be no source. It stays all
   * the same: others may know that we have {@link Passed passed} its clock, so that the next epoch
   * that we take must have a higher one.
   *
   * @param source its past, as of the end of the scan
   * @param sourcesCompany as of then
   */
  public void takeOver(Past source, Set<Long> sourcesCompany) {
    epochs = source.epochs().with(goneThrough).with(takenHere);
    passed = source.passedWithItself();
    sourcesCompany.forEach(this::keepCompanyWith);
    keepCompanyWith(source.incarnation());
  }

  /**
   * All of the list start together, none of them with a complete copy, and with the epochs of all.
   *
   * @param pasts of those that keep an old copy
   */
  public void startTogether(Iterable<Past> pasts) {
    pasts.forEach(this::join);
    boolean tookOne = !takenHere.isEmpty();
    epochs = epochs.with(takenHere);
    if (!tookOne) {
      keepCompanyWith(NOBODY);
    }
  }
}
