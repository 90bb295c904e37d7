package org.rkv.protocol;

import java.util.List;
import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.Program.Procedure;
import org.rkv.oncrpc.Shape;
import org.rkv.rpc.kv;

/** KVPROGRAM as kv.x declares it, with the shapes of its procedures' arguments and results. */
public final class KvProgram {
  /** Where replicas listen unless told otherwise, TCP and UDP. */
  public static final int DEFAULT_PORT = 20456;

  /** No replica can be told to take a key or value of more. */
  public static final int MAX_TEXT_BYTES = 1 << 20;

  /** HOST:PORT: names of hosts have 255 characters at most; an address has fewer, with its zone. */
  public static final int MAX_NAME_BYTES = 280;

  /** Drawn for each greeting. */
  public static final int NONCE_BYTES = 32;

  /**
   * A call of replicas that strangers send is no longer: RHELLO, with two names and all that RPC
   * may put before. They are refused the others.
   */
  private static final int MOST_BYTES_OF_STRANGERS = 4 * 1024;

  /**
   * RADMIT of one who is still to be admitted: a history of 64 Ki numbers and what it cost to count
   * them takes 540 KiB, a list of 64 entries 100, ids that were taken and company 64.
   */
  private static final int MOST_BYTES_OF_AN_ADMISSION = 768 * 1024;

  /** RSECTIONS, with a bit for each section. */
  public static final int MOST_BYTES_OF_SECTIONS_ASKED = kv.SECTIONS / Byte.SIZE + 4 * 1024;

  private static final Shape STAMP = Shape.struct(Shape.HYPER, Shape.HYPER);
  private static final Shape KEY_VALUE = Shape.struct(Shape.STRING, Shape.STRING);
  private static final Shape GET_REPLY = Shape.struct(Shape.INT, Shape.STRING);
  private static final Shape PUT = Shape.struct(KEY_VALUE, STAMP, Shape.HYPER, Shape.HYPER);
  private static final Shape DEL = Shape.struct(Shape.STRING, STAMP, Shape.HYPER, Shape.HYPER);
  private static final Shape COPY = Shape.struct(Shape.INT, Shape.STRING, STAMP, Shape.INT);
  private static final Shape ASK = Shape.struct(Shape.STRING, Shape.HYPER);
  private static final Shape NAME = Shape.string(0, MAX_NAME_BYTES);
  private static final Shape HELLO = hello(NONCE_BYTES);

  /** Who knows no greeting of that protocol answers without a nonce. */
  private static final Shape HELLO_ANSWER = hello(0);

  private static final Shape LISTED =
      Shape.struct(Shape.STRING, Shape.list(4, Shape.STRING), Shape.STRING, Shape.INT);
  private static final Shape LIST = Shape.list(16, LISTED);
  private static final Shape EPOCH =
      Shape.struct(Shape.HYPER, Shape.HYPER, Shape.list(8, Shape.HYPER));
  private static final Shape HISTORY =
      Shape.struct(
          Shape.list(20, EPOCH),
          Shape.list(8, Shape.HYPER),
          Shape.list(16, Shape.struct(Shape.HYPER, Shape.HYPER)));
  private static final Shape CONTENTS =
      Shape.struct(Shape.INT, Shape.INT, Shape.INT, Shape.STRING, Shape.STRING);
  private static final Shape OPENING = Shape.struct(Shape.HYPER, Shape.HYPER, Shape.HYPER);
  private static final Shape PARTICULARS =
      Shape.struct(
          Shape.struct(Shape.INT, Shape.INT, Shape.INT, Shape.INT, Shape.STRING, LIST),
          Shape.struct(
              HISTORY,
              Shape.list(8, Shape.HYPER),
              Shape.HYPER,
              CONTENTS,
              Shape.struct(Shape.HYPER, Shape.HYPER, Shape.list(24, OPENING), Shape.HYPER),
              Shape.STRING));
  private static final Shape ADMISSION = Shape.struct(Shape.INT, PARTICULARS);
  private static final Shape SETTLED =
      Shape.struct(Shape.INT, Shape.HYPER, Shape.HYPER, Shape.HYPER, Shape.INT);
  private static final Shape CURSOR = Shape.struct(Shape.INT, Shape.INT, Shape.STRING);
  private static final Shape SCANNED =
      Shape.struct(Shape.STRING, Shape.INT, Shape.STRING, STAMP, Shape.INT);
  private static final Shape PAGE =
      Shape.struct(
          Shape.INT, Shape.INT, Shape.list(32, SCANNED), Shape.INT, CURSOR, HISTORY, Shape.HYPER);
  private static final Shape DIGESTS_ASKED = Shape.struct(Shape.INT, Shape.HYPER);
  private static final Shape DIGESTS =
      Shape.struct(
          Shape.struct(Shape.INT, Shape.HYPER, Shape.INT),
          Shape.struct(Shape.STRING, Shape.list(8, Shape.HYPER), Shape.list(8, Shape.HYPER)));
  private static final Shape SECTIONS_ASKED =
      Shape.struct(Shape.STRING, Shape.HYPER, Shape.HYPER, CURSOR);
  private static final Shape SECTIONS_PAGE =
      Shape.struct(Shape.HYPER, PAGE, Shape.list(8, Shape.HYPER), Shape.list(8, Shape.HYPER));
  private static final Shape LIST_RANGE =
      Shape.struct(Shape.STRING, Shape.INT, Shape.STRING, Shape.INT, Shape.INT);
  private static final Shape LIST_PAGE =
      Shape.struct(Shape.INT, Shape.list(8, KEY_VALUE), Shape.INT, Shape.STRING);
  private static final Shape REPLICA_INFO = Shape.struct(Shape.STRING, Shape.INT);

  private static final Shape PEER_STATUS =
      Shape.struct(
          Shape.struct(Shape.STRING, Shape.INT, Shape.INT, Shape.HYPER),
          Shape.struct(Shape.INT, Shape.INT, Shape.HYPER, Shape.STRING));
  private static final Shape DATA_STATUS =
      Shape.struct(
          Shape.struct(Shape.STRING, Shape.INT, Shape.INT, Shape.INT),
          Shape.struct(Shape.HYPER, Shape.HYPER, Shape.HYPER));
  private static final Shape FAILURE_COUNT =
      Shape.struct(Shape.STRING, Shape.STRING, Shape.HYPER, Shape.HYPER);
  private static final Shape STATUS =
      Shape.struct(
          Shape.struct(Shape.STRING, Shape.STRING, Shape.HYPER, Shape.INT, Shape.HYPER),
          Shape.struct(Shape.INT, Shape.STRING, Shape.INT, Shape.INT, Shape.INT),
          Shape.struct(Shape.INT, Shape.INT, Shape.INT, Shape.INT),
          Shape.struct(Shape.list(8, Shape.HYPER), Shape.HYPER, Shape.list(44, PEER_STATUS)),
          Shape.struct(Shape.HYPER, Shape.HYPER, Shape.HYPER),
          Shape.struct(Shape.HYPER, Shape.HYPER, Shape.STRING, Shape.STRING, Shape.HYPER),
          DATA_STATUS,
          Shape.list(24, FAILURE_COUNT));
  private static final Shape FAILED_CALL = Shape.struct(Shape.INT, Shape.STRING);
  private static final Shape REASON =
      Shape.struct(Shape.STRING, Shape.STRING, Shape.STRING, Shape.HYPER);

  /** The program, its one version, and its procedures in the order of their numbers. */
  public static final Program PROGRAM =
      new Program(
          kv.KVPROGRAM,
          kv.KVVERSION,
          kv.KVVERSION,
          Procedure.NULL,
          Procedure.replicating(KEY_VALUE, Shape.INT),
          Procedure.asking(Shape.STRING, GET_REPLY),
          Procedure.replicating(Shape.STRING, Shape.INT),
          ofReplicas(PUT, Shape.INT),
          ofReplicas(ASK, COPY),
          ofReplicas(DEL, Shape.INT),
          Procedure.amplifying(Shape.list(8, REPLICA_INFO)),
          Procedure.greeting(HELLO, HELLO_ANSWER).ofStrangersUpTo(MOST_BYTES_OF_STRANGERS),
          new Procedure(PARTICULARS, ADMISSION).ofStrangersUpTo(MOST_BYTES_OF_AN_ADMISSION),
          ofReplicas(SETTLED, Shape.INT),
          ofReplicas(CURSOR, PAGE),
          Procedure.status(STATUS),
          Procedure.amplifying(CONTENTS),
          ofReplicas(LIST, Shape.INT),
          Procedure.asking(LIST_RANGE, LIST_PAGE),
          ofReplicas(DIGESTS_ASKED, DIGESTS),
          ofReplicas(SECTIONS_ASKED, SECTIONS_PAGE),
          Procedure.amplifying(FAILED_CALL, REASON));

  /** By number. */
  private static final List<String> NAMES =
      List.of(
          "NULL",
          "PUT",
          "GET",
          "DEL",
          "RPUT",
          "RGET",
          "RDEL",
          "REPLICAS",
          "RHELLO",
          "RADMIT",
          "RSETTLED",
          "RSCAN",
          "STATUS",
          "DIGEST",
          "RTAKENOUT",
          "LIST",
          "RDIGESTS",
          "RSECTIONS",
          "WHY");

  private KvProgram() {}

  /** How many procedures there are; they are numbered from 0 on. */
  public static int procedures() {
    return NAMES.size();
  }

  /** What kv.x calls a procedure; its number, in words, if that is of a later release. */
  public static String nameOf(int procedure) {
    return procedure < NAMES.size() ? NAMES.get(procedure) : "procedure " + procedure;
  }

  private static Shape hello(int leastBytesOfNonce) {
    Shape nonce = Shape.string(leastBytesOfNonce, NONCE_BYTES);
    Shape numbers = Shape.struct(Shape.HYPER, Shape.HYPER, Shape.HYPER, Shape.HYPER);
    return Shape.union(kv.PEER_PROTOCOL, Shape.struct(NAME, numbers, NAME, nonce));
  }

  private static Procedure ofReplicas(Shape arguments, Shape results) {
    return new Procedure(arguments, results).ofStrangersUpTo(MOST_BYTES_OF_STRANGERS);
  }

  /** Whether replicas call this procedure of one another, NULL included. */
  public static boolean isForReplicas(int procedure) {
    return switch (procedure) {
      case 0,
          kv.RPUT_1,
          kv.RGET_1,
          kv.RDEL_1,
          kv.RHELLO_1,
          kv.RADMIT_1,
          kv.RSETTLED_1,
          kv.RSCAN_1,
          kv.RTAKENOUT_1,
          kv.RDIGESTS_1,
          kv.RSECTIONS_1 ->
          true;
      default -> false;
    };
  }
}
