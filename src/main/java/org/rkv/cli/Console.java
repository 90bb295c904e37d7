package org.rkv.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Where the command prints to, and in which form. Strings are bytes, one char each. */
final class Console {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final OutputStream out;
  private final OutputStream err;
  private final Options options;
  private final Terminals terminals;
  private final Terminals escaped;

  Console(OutputStream out, OutputStream err, Options options, Terminals terminals) {
    this(out, err, options, terminals, Terminals.NONE);
  }

  private Console(
      OutputStream out, OutputStream err, Options options, Terminals terminals, Terminals escaped) {
    this.out = out;
    this.err = err;
    this.options = options;
    this.terminals = terminals;
    this.escaped = escaped;
  }

  /** Whether answers are JSON objects. */
  boolean isJson() {
    return options.json();
  }

  /** Whether a person reads what goes to standard error. */
  boolean errIsTerminal() {
    return terminals.err();
  }

  /** Whether a person reads what goes to standard error, and nothing else. */
  boolean onlyErrIsTerminal() {
    return terminals.err() && !terminals.out();
  }

  /**
   * Prints an answer.
   *
   * @return the exit status that it gives
   * @throws IOException if it cannot be written
   */
  int answer(Reply reply) throws IOException {
    if (options.json()) {
      outLine(reply.json());
    } else if (options.valueOnly()) {
      value(reply);
    } else {
      outLine(reply.text());
    }
    return options.exitStatus() ? reply.exitStatus() : ExitStatus.DONE;
  }

  private void value(Reply reply) throws IOException {
    if (reply.value() != null) {
      write(out, escaped.out() ? ControlCharacters.escaped(reply.value()) : reply.value());
    } else if (reply.exitStatus() != ExitStatus.DONE) {
      errLine(reply.text());
    }
  }

  /** Prints a line to standard output. */
  void outLine(String line) throws IOException {
    write(out, (escaped.out() ? ControlCharacters.escaped(line) : line) + "\n");
  }

  /** Prints a line to standard error. */
  void errLine(String line) throws IOException {
    write(err, (escaped.err() ? ControlCharacters.escaped(line) : line) + "\n");
  }

  /** Prints to standard error without a line's end. */
  void err(String text) throws IOException {
    write(err, text);
  }

  /** The same, but what goes to standard output is visible only after {@link #flush}. */
  Console buffered() {
    return new Console(
        new BufferedOutputStream(out, BUFFER_BYTES), err, options, terminals, escaped);
  }

  /**
   * The same, but where it prints to a terminal, control characters are shown and not obeyed,
   * unless options say otherwise. The C client has none of this, so not for what it does.
   */
  Console escaping() {
    return options.raw() ? this : new Console(out, err, options, terminals, terminals);
  }

  /** Makes visible what was printed. */
  void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw notWritten("standard output", e);
    }
  }

  private void write(OutputStream stream, String bytes) throws IOException {
    try {
      stream.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw notWritten(stream == out ? "standard output" : "standard error", e);
    }
  }

  /** What is said when this stream fails. */
  static IOException notWritten(String name, IOException e) {
    return new IOException(name + " cannot be written: " + e.getMessage(), e);
  }
}
