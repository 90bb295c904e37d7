package org.rkv.oncrpc.blocking;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.rkv.net.MessageReader;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.XdrOutput;

/** One connection, which carries RPC messages as records. */
interface Transport {
  /**
   * Sends what the stream holds as one record; its first {@link RecordMarking#HEADER_BYTES} are
   * room for the mark.
   *
   * @throws SocketTimeoutException if it could not be sent by the deadline
   */
  void send(XdrOutput message, Deadline deadline) throws IOException;

  /**
   * Waits for more bytes and hands on each record that they complete; that may be none.
   *
   * @throws SocketTimeoutException if nothing came by the deadline
   * @throws EOFException if the server has closed the connection
   */
  void receive(Deadline deadline, MessageReader.Sink sink) throws IOException;

  /** Ends the connection; what arrives later is lost. */
  void close();
}
