package org.rkv.portmap;

import java.util.List;

/** A portmapper, as those who register there see it. Blocks the caller. */
public interface Portmapper {
  /**
   * DUMP: all that is registered.
   *
   * @throws PortmapException if there was no answer
   */
  List<Registration> registrations() throws PortmapException;

  /**
   * SET: registers a program. Whether it is there afterwards, {@link #registrations} tells.
   *
   * @throws PortmapException if there was no answer
   */
  void set(Registration registration) throws PortmapException;

  /**
   * UNSET: takes away a version of a program, over this transport; from a portmapper that does not
   * know transports, over all. Whether it is gone afterwards, {@link #registrations} tells: the
   * answer of rpcbind does not.
   *
   * @throws PortmapException if there was no answer
   */
  void unset(Registration registration) throws PortmapException;
}
