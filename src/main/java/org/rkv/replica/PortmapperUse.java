package org.rkv.replica;

/** How a replica sees to it that C clients find it. */
public enum PortmapperUse {
  /** At the portmapper of the host; as one itself only where none has been for half a minute. */
  AUTO,
  /** At the portmapper of the host; as one itself at once where none answers. */
  EMBEDDED,
  /** They do not. */
  NONE
}
