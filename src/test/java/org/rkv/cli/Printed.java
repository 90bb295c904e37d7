package org.rkv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;

/** A console whose output can be looked at. */
final class Printed {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console;

  Printed(Options options) {
    this(options, Terminals.NONE);
  }

  Printed(Options options, Terminals terminals) {
    console = new Console(out, err, options, terminals);
  }

  Console console() {
    return console;
  }

  String out() {
    return out.toString(ISO_8859_1);
  }

  String err() {
    return err.toString(ISO_8859_1);
  }
}
