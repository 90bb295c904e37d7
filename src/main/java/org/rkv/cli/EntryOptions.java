package org.rkv.cli;

/**
 * What the options of LIST and LOAD ask for. Immutable.
 *
 * @param keysOnly whether LIST leaves values out
 * @param limit how many entries LIST shows at most
 * @param replace whether LOAD may write over what is there
 * @param keep whether LOAD leaves keys alone that are there
 * @param fromLine the first line that LOAD takes, from 1 on
 */
record EntryOptions(boolean keysOnly, long limit, boolean replace, boolean keep, long fromLine) {
  /** Without any. */
  static final EntryOptions NONE = new EntryOptions(false, Long.MAX_VALUE, false, false, 1);
}
