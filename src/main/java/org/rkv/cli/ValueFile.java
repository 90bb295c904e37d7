package org.rkv.cli;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.rkv.protocol.KvProgram;

/** Reads the value of a PUT from where {@code --value-file} says. */
final class ValueFile {
  private static final String STANDARD_INPUT = "-";

  private ValueFile() {}

  /**
   * Reads all of it, byte for byte.
   *
   * @param name of a file, as the bytes that the shell passed; "-" for standard input
   * @return one char for each byte
   * @throws IOException with one line that says why there is no value, or that it is larger than
   *     any replica takes
   */
  static String read(String name) throws IOException {
    byte[] bytes;
    try (InputStream in = open(name)) {
      bytes = in.readNBytes(KvProgram.MAX_TEXT_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new IOException("--value-file: there is no file " + name, e);
    } catch (IOException e) {
      throw new IOException("--value-file: " + name + " cannot be read: " + e.getMessage(), e);
    }
    if (bytes.length > KvProgram.MAX_TEXT_BYTES) {
      throw new IOException(
          "--value-file: "
              + name
              + " holds more than a value can be, "
              + KvProgram.MAX_TEXT_BYTES
              + " bytes");
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static InputStream open(String name) throws IOException {
    if (name.equals(STANDARD_INPUT)) {
      StandardInput.require();
      return new BufferedInputStream(new FileInputStream(FileDescriptor.in)); // may be a pipe
    }
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    try {
      return Files.newInputStream(Path.of(new String(bytes, StandardCharsets.UTF_8)));
    } catch (InvalidPathException e) {
      throw new NoSuchFileException(name);
    }
  }
}
