package org.rkv.replica;

/** Which rkv this is: the version in the manifest of its jar. */
final class Version {
  private Version() {}

  /** The version, or "unknown" outside of the jar. */
  static String get() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }
}
