package org.rkv.protocol;

import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.Program.Procedure;
import org.rkv.oncrpc.Shape;
import org.rkv.rpc.kv;

/** KVPROGRAM as kv.x declares it, with the shapes of its procedures' arguments and results. */
public final class KvProgram {
  /** Where replicas listen unless told otherwise, TCP and UDP. */
  public static final int DEFAULT_PORT = 20456;

  private static final Shape STAMP = Shape.struct(Shape.HYPER, Shape.HYPER);
  private static final Shape KEY_VALUE = Shape.struct(Shape.STRING, Shape.STRING);
  private static final Shape GET_REPLY = Shape.struct(Shape.INT, Shape.STRING);
  private static final Shape PUT = Shape.struct(KEY_VALUE, STAMP, Shape.HYPER);
  private static final Shape DEL = Shape.struct(Shape.STRING, STAMP, Shape.HYPER);
  private static final Shape COPY = Shape.struct(Shape.INT, Shape.STRING, STAMP, Shape.INT);
  private static final Shape HELLO =
      Shape.struct(
          Shape.STRING, Shape.INT, Shape.HYPER, Shape.INT, Shape.INT, Shape.INT, Shape.STRING);
  private static final Shape WELCOME =
      Shape.struct(Shape.INT, Shape.STRING, Shape.HYPER, Shape.INT, Shape.STRING, Shape.STRING);
  private static final Shape SETTLED = Shape.struct(Shape.INT, Shape.HYPER);
  private static final Shape CURSOR = Shape.struct(Shape.INT, Shape.INT, Shape.STRING);
  private static final Shape SCANNED =
      Shape.struct(Shape.STRING, Shape.INT, Shape.STRING, STAMP, Shape.INT);
  private static final Shape PAGE =
      Shape.struct(Shape.INT, Shape.list(32, SCANNED), Shape.INT, CURSOR);
  private static final Shape REPLICA_INFO = Shape.struct(Shape.STRING, Shape.INT);

  private static final Shape PEER_STATUS =
      Shape.struct(
          Shape.STRING, Shape.INT, Shape.INT, Shape.HYPER, Shape.INT, Shape.INT, Shape.HYPER);
  private static final Shape STATUS =
      Shape.struct(
          Shape.struct(Shape.STRING, Shape.STRING, Shape.HYPER, Shape.INT, Shape.HYPER),
          Shape.struct(Shape.INT, Shape.STRING, Shape.INT, Shape.INT, Shape.INT),
          Shape.struct(Shape.INT, Shape.INT, Shape.INT, Shape.INT),
          Shape.struct(Shape.list(8, Shape.HYPER), Shape.HYPER, Shape.list(40, PEER_STATUS)));
  private static final Shape CONTENTS =
      Shape.struct(Shape.INT, Shape.INT, Shape.INT, Shape.STRING, Shape.STRING);

  /** The program, its one version, and its procedures in the order of their numbers. */
  public static final Program PROGRAM =
      new Program(
          kv.KVPROGRAM,
          kv.KVVERSION,
          kv.KVVERSION,
          Procedure.NULL,
          new Procedure(KEY_VALUE, Shape.INT, true),
          new Procedure(Shape.STRING, GET_REPLY),
          new Procedure(Shape.STRING, Shape.INT, true),
          new Procedure(PUT, Shape.INT),
          new Procedure(Shape.STRING, COPY),
          new Procedure(DEL, Shape.INT),
          new Procedure(Shape.VOID, Shape.list(8, REPLICA_INFO)),
          new Procedure(HELLO, WELCOME),
          new Procedure(Shape.STRING, Shape.INT),
          new Procedure(SETTLED, Shape.INT),
          new Procedure(CURSOR, PAGE),
          new Procedure(Shape.VOID, STATUS),
          new Procedure(Shape.VOID, CONTENTS));

  private KvProgram() {}
}
