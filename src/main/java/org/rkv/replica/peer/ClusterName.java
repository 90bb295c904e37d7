package org.rkv.replica.peer;

import java.util.regex.Pattern;

/**
 * The name that an operator gave the cluster, so that replicas of two clusters never take each
 * other for one, be their replica files equal or an address used again. Whoever was given none
 * takes it over from the first replica that admits it and has one, and keeps it to the end of its
 * process. Belongs to the replica's thread.
 */
public final class ClusterName {
  private static final Pattern POSSIBLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private String name;

  private ClusterName(String name) {
    this.name = name;
  }

  /**
   * The name given.
   *
   * @param name null if there is none
   * @throws IllegalArgumentException if it can be no name
   */
  public static ClusterName given(String name) {
    if (name == null) {
      return new ClusterName("");
    }
    if (!isPossible(name)) {
      throw new IllegalArgumentException(
          "the name of a cluster must be 1 to 64 letters, digits, dots, - and _");
    }
    return new ClusterName(name);
  }

  private static boolean isPossible(String name) {
    return POSSIBLE.matcher(name).matches();
  }

  /** Empty if it is not known. */
  String text() {
    return name;
  }

  /** Whether both are known, and are not the same. */
  boolean differsFrom(String other) {
    return !name.isEmpty() && !other.isEmpty() && !name.equals(other);
  }

  /**
   * A replica that admits us has told its own.
   *
   * @return whether we have taken it over, having had none
   */
  boolean takeOver(String other) {
    boolean isNew = name.isEmpty() && isPossible(other);
    if (isNew) {
      name = other;
    }
    return isNew;
  }
}
