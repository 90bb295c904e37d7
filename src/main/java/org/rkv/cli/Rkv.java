package org.rkv.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.rkv.client.Connector;
import org.rkv.portmap.Portmap;

/** The program {@code rkv}. */
public final class Rkv {
  private static final String PORT_VARIABLE = "RKV_PORT";
  private static final int FAILED = 1;

  private Rkv() {}

  /**
   * Runs {@code rkv HOST (PUT|GET|DEL) KEY [VALUE]} and exits. The environment variable RKV_PORT
   * names another default port than {@link Connector#DEFAULT_PORT}.
   */
  public static void main(String[] decodedArguments) {
    OutputStream err = new FileOutputStream(FileDescriptor.err);
    int status = FAILED;
    try {
      OutputStream out = new FileOutputStream(FileDescriptor.out);
      CommandLine line = CommandLine.ofThisProcess(decodedArguments);
      Connector connector =
          new Connector(defaultPort(), Portmap.PORT, Connector.DEFAULT_TIMEOUT_MILLIS);
      status = new ClientCommand(line.programName(), connector, out, err).run(line.arguments());
    } catch (IllegalArgumentException | IOException e) {
      complain(err, e.getMessage());
    }
    System.exit(status);
  }

  private static int defaultPort() {
    String port = System.getenv(PORT_VARIABLE);
    if (port == null || port.isEmpty()) {
      return Connector.DEFAULT_PORT;
    }
    try {
      int number = Integer.parseInt(port);
      if (number > 0 && number <= 65_535) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PORT_VARIABLE + " is not a port: " + port, e);
    }
    throw new IllegalArgumentException(PORT_VARIABLE + " is not a port: " + port);
  }

  private static void complain(OutputStream err, String message) {
    try {
      err.write(("rkv: " + message + "\n").getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return; // Nobody is listening; the exit status says it.
    }
  }
}
