package org.rkv.portmap;

import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.Program.Procedure;
import org.rkv.oncrpc.Shape;

/**
 * The portmapper's numbers as rpcbind, versions 3 and 4, has them (RFC 1833 section 2). The
 * procedures of version 3 are the first nine of version 4.
 */
final class Rpcb {
  static final int VERSION_3 = 3;
  static final int VERSION_4 = 4;

  static final int NULL = 0;
  static final int SET = 1;
  static final int UNSET = 2;
  static final int GETADDR = 3;
  static final int DUMP = 4;
  static final int GETTIME = 6;
  static final int GETVERSADDR = 9;

  private static final Shape ADDRESS = Registration.text(UniversalAddress.MAX_BYTES);

  private static final Procedure GET_ADDRESS = new Procedure(Registration.SHAPE, ADDRESS);

  /** Version 3, but for CALLIT and for what turns addresses into others. */
  static final Program V3 =
      new Program(
          Portmap.PROGRAM,
          VERSION_3,
          VERSION_3,
          Procedure.NULL,
          new Procedure(Registration.SHAPE, Shape.INT),
          new Procedure(Registration.SHAPE, Shape.INT),
          GET_ADDRESS,
          Procedure.amplifying(RegistrationList.SHAPE),
          null,
          new Procedure(Shape.VOID, Shape.INT));

  /** Version 4, but for the same, for INDIRECT, and for GETADDRLIST and GETSTAT. */
  static final Program V4 =
      new Program(
          Portmap.PROGRAM,
          VERSION_4,
          VERSION_4,
          Procedure.NULL,
          V3.procedure(SET),
          V3.procedure(UNSET),
          GET_ADDRESS,
          V3.procedure(DUMP),
          null,
          V3.procedure(GETTIME),
          null,
          null,
          GET_ADDRESS);

  private Rpcb() {}
}
