package org.rkv.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;

/**
 * The files that {@code kv_r.sh} keeps of a replica of this machine: its log, its process id, and
 * the size of the log when it was started, to which the address is added once it has served; and
 * the data directory that it was started with last. What cannot be read is as if it were not there.
 *
 * @param directory where they are
 * @param name of the replica, as the replica file had it when it was started first
 */
record RunFiles(Path directory, String name) {
  private static final int MAX_PID_DIGITS = 10;
  private static final List<String> KINDS = List.of(".pid", ".start", ".log", ".data");

  /** Those of a replica, however its name is written now. */
  static RunFiles of(Path directory, ReplicaName name, int defaultPort) {
    RunFiles files = new RunFiles(directory, name.toString());
    return files.areThere()
        ? files
        : basesIn(directory)
            .filter(
                base ->
                    ReplicaFile.nameIn(base)
                        .filter(other -> other.isOneEntryWith(name, defaultPort))
                        .isPresent())
            .findFirst()
            .map(base -> new RunFiles(directory, base))
            .orElse(files);
  }

  private boolean areThere() {
    return KINDS.stream().anyMatch(kind -> Files.exists(directory.resolve(name + kind)));
  }

  private static Stream<String> basesIn(Path directory) {
    String[] names = directory.toFile().list();
    return names == null
        ? Stream.of()
        : KINDS.stream()
            .flatMap(
                kind ->
                    Stream.of(names)
                        .filter(file -> file.endsWith(kind))
                        .map(file -> file.substring(0, file.length() - kind.length()))
                        .sorted());
  }

  /** Of the log. */
  Path log() {
    return directory.resolve(name + ".log");
  }

  private Path pidFile() {
    return directory.resolve(name + ".pid");
  }

  private Path startFile() {
    return directory.resolve(name + ".start");
  }

  /**
   * Makes all ready for a process to be begun, which then writes its number down.
   *
   * @throws IOException if a file cannot be written
   */
  void prepare() throws IOException {
    Files.deleteIfExists(pidFile());
    long logBytes;
    try (SeekableByteChannel log = Files.newByteChannel(log(), CREATE, APPEND)) {
      logBytes = log.size();
    }
    write(startFile(), logBytes + "\n");
  }

  /** Writes a file, and names it where that fails: on a full disk Java says no more than that. */
  static void write(Path file, String text, OpenOption... options) throws IOException {
    try {
      Files.writeString(file, text, UTF_8, options);
    } catch (FileSystemException e) {
      throw e; // which names the file
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Remembers where it keeps what it holds, for when it does not run.
   *
   * @throws IOException if that cannot be written
   */
  void rememberData(Optional<Path> data) throws IOException {
    if (data.isPresent()) {
      write(dataFile(), data.get() + "\n");
    } else {
      Files.deleteIfExists(dataFile());
    }
  }

  /** The data directory that it was started with last; empty if it had none, or never started. */
  Optional<Path> lastData() {
    try {
      String data = Files.readString(dataFile(), UTF_8).strip();
      return data.isEmpty() ? Optional.empty() : Optional.of(Path.of(data));
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  private Path dataFile() {
    return directory.resolve(name + ".data");
  }

  /** Deletes what only tells of a process. */
  void forgetProcess() throws IOException {
    Files.deleteIfExists(pidFile());
    Files.deleteIfExists(startFile());
  }

  /** Whether a process was begun, and not stopped with {@code kv_r.sh}. */
  boolean isBegun() {
    return Files.isRegularFile(pidFile());
  }

  /** What the script wrote down; whose process that is now, it does not tell. */
  OptionalLong pid() {
    String pid = firstLine(pidFile()).strip();
    return pid.matches("[1-9][0-9]{0," + (MAX_PID_DIGITS - 1) + "}")
        ? OptionalLong.of(Long.parseLong(pid))
        : OptionalLong.empty();
  }

  /**
   * Where it has said that it serves since its start; empty if not yet. What is in its log does not
   * count: a stored value may be there.
   */
  Optional<String> servedAddress() {
    String[] words = firstLine(startFile()).strip().split("\\s+", 2);
    return words.length == 2 ? Optional.of(words[1]) : Optional.empty();
  }

  /**
   * Remembers where it serves, for when it cannot be asked.
   *
   * @throws IOException if that cannot be written
   */
  void rememberAddress(String address) throws IOException {
    if (Files.exists(startFile()) && servedAddress().isEmpty()) {
      Files.writeString(startFile(), logSizeAtStart() + " " + address + "\n", ISO_8859_1);
    }
  }

  /** The last lines of the log, of those that were written since the start. */
  List<String> endOfLog(int maxLines) {
    Deque<String> end = new ArrayDeque<>();
    try (BufferedReader log = logSinceStart()) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        end.addLast(line);
        if (end.size() > maxLines) {
          end.removeFirst();
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return List.copyOf(end);
  }

  private BufferedReader logSinceStart() throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(log());
    channel.position(logSizeAtStart());
    return new BufferedReader(Channels.newReader(channel, ISO_8859_1));
  }

  private long logSizeAtStart() {
    String size = firstLine(startFile()).strip().split("\\s+", 2)[0];
    return size.matches("[0-9]{1,18}") ? Long.parseLong(size) : 0;
  }

  private static String firstLine(Path file) {
    try (BufferedReader reader = Files.newBufferedReader(file, ISO_8859_1)) {
      String line = reader.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      return "";
    }
  }
}
