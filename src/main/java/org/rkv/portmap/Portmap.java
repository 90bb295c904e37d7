package org.rkv.portmap;

import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.Program.Procedure;
import org.rkv.oncrpc.Shape;

/** The portmapper's numbers (RFC 1833 section 3). */
public final class Portmap {
  /** The portmapper's port, TCP and UDP. */
  public static final int PORT = 111;

  /** The portmapper's program number. */
  public static final int PROGRAM = 100_000;

  /** The version that knows ports only, and so IPv4 only; 3 and 4 are in {@link Rpcb}. */
  public static final int VERSION = 2;

  /** Protocol number of TCP in a mapping. */
  public static final int TCP = 6;

  /** Protocol number of UDP in a mapping. */
  public static final int UDP = 17;

  static final int NULL = 0;
  static final int SET = 1;
  static final int UNSET = 2;
  static final int GETPORT = 3;
  static final int DUMP = 4;

  /** The program as version 2 has it, but for CALLIT. */
  static final Program SHAPES =
      new Program(
          PROGRAM,
          VERSION,
          VERSION,
          Procedure.NULL,
          new Procedure(Mapping.SHAPE, Shape.INT),
          new Procedure(Mapping.SHAPE, Shape.INT),
          new Procedure(Mapping.SHAPE, Shape.INT),
          Procedure.amplifying(MappingList.SHAPE));

  private Portmap() {}
}
