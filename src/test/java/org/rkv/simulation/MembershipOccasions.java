package org.rkv.simulation;

import java.util.List;

/** What brings faults in the rules to light that say who is a replica. */
final class MembershipOccasions {
  /** Of a replica that was cut off, until the others are sure that it is. */
  private static final int TIMEOUT_MILLIS = 600;

  /** After a cut that long ago a replica is not excused for being old: see {@link OldCopies}. */
  private static final int LONG_ENOUGH_MILLIS = 2600;

  private MembershipOccasions() {}

  /** One is frozen; the others leave it out, list it again when they have written, and it thaws. */
  static Occasion leavesOutAFrozenOne(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        leaveOut(this, course, part(0), part(1), part(2));
        course.then(this::listAll).after(0, 300).then(part(0)::resume).after(100, 2000);
      }
    };
  }

  /** The same, but it thaws before it is listed again. */
  static Occasion thawsALeftOutOne(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        leaveOut(this, course, part(0), part(1), part(2));
        course.after(300, 1000).then(part(0)::resume).after(100, 2000).then(this::listAll);
      }
    };
  }

  /** The same as the first, but one of the others is restarted before the frozen one thaws. */
  static Occasion restartsOneOfTheOthers(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        leaveOut(this, course, part(0), part(1), part(2));
        course
            .then(part(1)::kill)
            .then(part(1)::start)
            .when(part(1)::isServing)
            .then(this::listAll)
            .after(0, 300)
            .then(part(0)::resume)
            .after(100, 2000);
      }
    };
  }

  /** One is frozen, another one serves at its name for a while, and then it is back. */
  static Occasion replacesOneAndTakesItBack(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        course
            .then(() -> replace(part(0)))
            .when(this::isAllWell)
            .after(100, 1000)
            .then(() -> takeBack(part(0)))
            .when(part(0)::isWhole)
            .then(() -> show(part(0)))
            .after(100, 1000);
      }
    };
  }

  /** For a while the name of one leads another to the third, and these two are slow. */
  static Occasion namesLeadAstray(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        course
            .then(() -> leadAstray(part(0), part(1), part(2)))
            .after(300, 1000)
            .then(() -> cut(part(1), part(2))) // for less than it takes to notice
            .after(300, 450)
            .then(() -> mend(part(1), part(2)))
            .after(300, 1000)
            .then(() -> part(0).machine().names().mend())
            .after(1000, 3000);
      }
    };
  }

  /** For a while the replica file of one does not name another, which runs. */
  static Occasion listsDiffer(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        course
            .then(() -> part(0).peers(SimulatedCluster.othersOf(part(0), List.of(part(1)))))
            .after(300, 1000)
            .then(() -> cut(part(1), part(2))) // for less than it takes to notice
            .after(300, 450)
            .then(() -> mend(part(1), part(2)))
            .after(300, 1000)
            .then(this::listAll);
      }
    };
  }

  /**
   * One takes another one out; the third, which vouches for it, is switched off before it does so
   * as well, and starts with the new list.
   */
  static Occasion vouchesAndIsSwitchedOff(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        course
            .then(() -> part(1).peers(SimulatedCluster.othersOf(part(1), List.of(part(2)))))
            .after(100, 1000)
            .then(part(2)::switchOff)
            .then(() -> part(2).peers(SimulatedCluster.othersOf(part(2), List.of(part(1)))))
            .then(part(2)::start)
            .after(1000, 3000)
            .then(this::listAll);
      }
    };
  }

  /**
   * One that was frozen and left out thaws, listed again, and meets nobody but one that starts;
   * then it meets another. Clients reach it when the two have spoken.
   */
  static Occasion bringsTwoTogetherByAThird(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        SimulatedReplica old = part(0);
        SimulatedReplica ahead = part(1);
        SimulatedReplica third = part(2);
        leaveOut(this, course, old, ahead, third, part(3));
        course
            .then(this::listAll)
            .then(() -> hide(old))
            .then(() -> cut(old, ahead))
            .then(part(3)::kill) // so that the third waits for it before it scans
            .then(third::kill)
            .then(old::resume)
            .then(third::start)
            .when(() -> has(third, ahead) && has(third, old))
            .then(() -> mend(old, ahead))
            .when(() -> has(old, ahead))
            .after(LONG_ENOUGH_MILLIS, LONG_ENOUGH_MILLIS)
            .then(() -> show(old))
            .after(100, 1000);
      }
    };
  }

  /** The same, but the one that starts may choose which of the two it scans. */
  static Occasion startsBesideAnOldOne(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        SimulatedReplica old = part(0);
        SimulatedReplica ahead = part(1);
        SimulatedReplica starting = part(2);
        leaveOut(this, course, old, ahead, starting);
        course
            .then(this::listAll)
            .then(() -> hide(old))
            .then(() -> cut(old, ahead))
            .then(starting::kill)
            .then(old::resume)
            .then(starting::start)
            .when(starting::isServing)
            .then(ahead::pause) // for less than it takes to notice
            .after(100, 300)
            .then(ahead::resume);
      }
    };
  }

  /**
   * Two start: one reaches only one that was frozen and left out, the other only one that has gone
   * on without it. Then both serve, and clients reach them.
   */
  static Occasion startsTwoFromDifferentSources(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        SimulatedReplica old = part(0);
        SimulatedReplica ahead = part(1);
        SimulatedReplica fromOld = part(2);
        SimulatedReplica fromAhead = part(3);
        leaveOut(this, course, old, ahead, fromOld, fromAhead);
        course
            .then(this::listAll)
            .then(() -> hide(old))
            .then(() -> hide(fromOld))
            .then(() -> cut(old, ahead))
            .then(() -> cut(old, fromAhead))
            .then(() -> cut(fromOld, ahead))
            .then(fromOld::kill)
            .then(fromAhead::kill)
            .then(old::resume)
            .then(fromOld::start)
            .then(fromAhead::start)
            .when(fromAhead::isServing)
            .after(1200, 1500)
            .then(() -> show(fromOld))
            .after(100, 1000);
      }
    };
  }

  /**
   * Two are left out one after the other, frozen. The later one thaws and gives way to the one that
   * has gone on, but cannot catch up with it; then the earlier one thaws.
   */
  static Occasion givesWayAndMeetsAnOldOne(SimulatedCluster cluster) {
    return new Occasion(cluster) {
      @Override
      void write(Script course) {
        SimulatedReplica oldest = part(0);
        SimulatedReplica old = part(1);
        SimulatedReplica ahead = part(2);
        leaveOut(this, course, oldest, old, ahead);
        leaveOut(this, course, old, ahead);
        course
            .then(this::listAll)
            .then(() -> hide(oldest))
            .then(() -> cut(oldest, ahead))
            .then(old::resume)
            .when(() -> old.replica().lives() > 1)
            .then(ahead::pause)
            .after(TIMEOUT_MILLIS, TIMEOUT_MILLIS)
            .then(oldest::resume)
            .after(2000, 3000);
      }
    };
  }

  private static boolean has(SimulatedReplica one, SimulatedReplica other) {
    return one.isRunning()
        && other.isRunning()
        && one.replica().admitted().contains(other.replica().incarnation());
  }

  /** Freezes one; the others leave it out and go on for a moment. */
  private static void leaveOut(
      Occasion occasion, Script course, SimulatedReplica frozen, SimulatedReplica... others) {
    course.then(() -> occasion.freeze(frozen)).then(() -> occasion.listOnly(others));
    for (SimulatedReplica other : others) {
      course.when(() -> Occasion.isWell(other));
    }
    course.after(100, 1000);
  }
}
