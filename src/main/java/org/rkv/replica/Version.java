package org.rkv.replica;

import java.lang.module.ModuleDescriptor;

/** Which rkv this is: the version in the manifest of its jar. */
public final class Version {
  /** The first release whose replicas greet each other as ours do. */
  private static final ModuleDescriptor.Version FIRST_THAT_GREETS_LIKE_US =
      ModuleDescriptor.Version.parse("1.1.0");

  private Version() {}

  /** The version, or "unknown" outside of the jar. */
  public static String get() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /**
   * Whether replicas of that release work together with ours.
   *
   * @param release as STATUS tells it; what is no version is taken for one that does
   */
  public static boolean worksWith(String release) {
    try {
      return ModuleDescriptor.Version.parse(release).compareTo(FIRST_THAT_GREETS_LIKE_US) >= 0;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }
}
