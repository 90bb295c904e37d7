package org.rkv.cli;

/** What a replica answered, as the command shows it. Strings are bytes, one char each. */
interface Reply {
  /** The lines of a person, without the last line's end. */
  String text();

  /** One JSON object, in UTF-8, without a line's end. */
  String json();

  /** What {@code --value-only} shows, or null if there is no value to show. */
  String value();

  /** What {@code --exit-status} returns. */
  int exitStatus();
}
