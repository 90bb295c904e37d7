package org.rkv.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rkv.history.History;
import org.rkv.history.Operation;

/** A history as text: a line an operation, its parts between blanks. Nothing in it has a blank. */
final class HistoryFile {
  private static final String NONE = "-";

  private HistoryFile() {}

  static String line(Operation operation) {
    return String.join(
        " ",
        operation.client(),
        operation.kind().name(),
        operation.key(),
        operation.value() == null ? NONE : operation.value(),
        Long.toString(operation.invokedNanos()),
        Long.toString(operation.returnedNanos()),
        operation.result().name());
  }

  /** Reads what is there, up to the last whole line. */
  static History read(Path file) throws IOException {
    History history = new History();
    if (Files.exists(file)) {
      String text = Files.readString(file);
      text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .map(HistoryFile::operation)
          .forEach(history::add);
    }
    return history;
  }

  private static Operation operation(String line) {
    String[] parts = line.split(" ", -1);
    return new Operation(
        parts[0].intern(),
        Operation.Kind.valueOf(parts[1]),
        parts[2].intern(),
        parts[3].equals(NONE) ? null : parts[3],
        Long.parseLong(parts[4]),
        Long.parseLong(parts[5]),
        Operation.Result.valueOf(parts[6]));
  }
}
