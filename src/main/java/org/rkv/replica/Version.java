package org.rkv.replica;

/** Which rkv this is: the version in the manifest of its jar. */
public final class Version {
  private Version() {}

  /** The version, or "unknown" outside of the jar. */
  public static String get() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }
}
