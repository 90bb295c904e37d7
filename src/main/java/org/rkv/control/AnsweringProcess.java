package org.rkv.control;

/**
 * The process that a replica says it is.
 *
 * @param pid on its own machine; 0 if it did not say
 * @param startTicks as {@link org.rkv.replica.ProcessStart} has it; 0 if unknown
 * @param directory that it runs in
 * @param options that differ from the defaults, with blanks between them
 * @param optionsHash of all that hold
 */
record AnsweringProcess(
    long pid, long startTicks, String directory, String options, long optionsHash) {
  /** Of one that does not say. */
  static final AnsweringProcess UNKNOWN = new AnsweringProcess(0, 0, "", "", 0);

  /** Whether it said anything of itself. */
  boolean isKnown() {
    return pid != 0;
  }
}
