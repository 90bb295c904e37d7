package org.rkv.oncrpc.blocking;

import java.io.IOException;
import org.rkv.net.MessageReader;
import org.rkv.oncrpc.XdrOutput;

/** Carries RPC messages to one server and back. Belongs to one thread at a time. */
interface MessageTransport {
  /** How many bytes the caller leaves free for the transport in front of a message. */
  int HEADER_BYTES = 4;

  /**
   * Sends what the stream holds behind its first {@link #HEADER_BYTES}.
   *
   * @throws java.net.SocketTimeoutException if it could not be sent by the deadline
   */
  void send(XdrOutput message, Deadline deadline) throws IOException;

  /**
   * Waits for more bytes and hands on each message that they complete; that may be none.
   *
   * @throws java.net.SocketTimeoutException if nothing came by the deadline
   * @throws java.io.EOFException if the server has closed the connection
   */
  void receive(Deadline deadline, MessageReader.Sink sink) throws IOException;

  /** Ends the connection; what arrives later is lost. */
  void close();
}
