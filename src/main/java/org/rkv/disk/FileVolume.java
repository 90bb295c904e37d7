package org.rkv.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory of the file system, which belongs to this process as long as this is open. */
public final class FileVolume implements Volume, Closeable {
  /**
   * Is locked, and nothing else: when any channel of a file is closed, the system takes all locks
   * of the process on that file away.
   */
  static final String LOCK_FILE = "lock";

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path directory;

  /** Kept open: to force it must not depend on whether another file may be opened. */
  private final FileChannel opened;

  private final FileChannel lock;

  /** What the file system calls that file, and no other one as long as it is open. */
  private final Object lockKey;

  private final boolean isMade;

  private FileVolume(
      Path directory, FileChannel opened, FileChannel lock, Object lockKey, boolean isMade) {
    this.directory = directory;
    this.opened = opened;
    this.lock = lock;
    this.lockKey = lockKey;
    this.isMade = isMade;
  }

  /**
   * Takes a directory for this process. One that is missing is made, for the owner alone, if that
   * which it is to be in is there: when a disk is not mounted, that is usually missing too.
   *
   * @throws RefusedException in one line, if it cannot be had
   */
  public static FileVolume open(Path directory) throws RefusedException {
    try {
      boolean isMade = make(directory);
      FileChannel lock = lock(directory);
      try {
        checkHoldsFiles(directory);
        FullDisk.prepare();
        Object lockKey = lockKey(directory);
        return new FileVolume(directory, openDirectory(directory), lock, lockKey, isMade);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (RefusedException e) {
      throw e;
    } catch (AccessDeniedException e) {
      throw mayNotBeWritten(directory, e);
    } catch (IOException e) {
      throw new RefusedException("the data directory " + directory + " cannot be used: " + e, e);
    }
  }

  /**
   * Looks whether a directory could be opened, and changes nothing. It may be in use: by the
   * process whose place the caller is to take.
   *
   * @throws RefusedException in one line, if it could not
   */
  public static void check(Path directory) throws RefusedException {
    Path written = Files.isDirectory(directory) ? directory : placeOf(directory);
    if (!Files.isWritable(written)) {
      throw mayNotBeWritten(directory, null);
    }
  }

  /** Whether a replica has kept something in this directory. Changes nothing. */
  public static boolean isWritten(Path directory) {
    return Files.exists(directory.resolve(Manifest.FILE));
  }

  /** The replica that wrote this directory last; empty if there is none, or if it is damaged. */
  public static Optional<String> writer(Path directory) {
    if (!isWritten(directory)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Manifest.decode(Files.readAllBytes(directory.resolve(Manifest.FILE))).name());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Else that is noticed when a file is to be put in its place, long after the start. */
  private static void checkHoldsFiles(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      Optional<Path> notAFile =
          paths.filter(path -> isOurs(path) && !Files.isRegularFile(path)).findFirst();
      if (notAFile.isPresent()) {
        throw new RefusedException(
            notAFile.get() + " is no file, and a replica needs that name: move it away");
      }
    }
  }

  private static boolean isOurs(Path path) {
    String name = path.getFileName().toString();
    return FileHeader.isOurs(name)
        || List.of(Manifest.FILE, Manifest.TEMPORARY_FILE, Reserve.FILE, LOCK_FILE).contains(name);
  }

  private static RefusedException mayNotBeWritten(Path directory, IOException cause) {
    return new RefusedException("the data directory " + directory + " may not be written", cause);
  }

  private static boolean make(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return false;
    }
    Path parent = placeOf(directory);
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    forceDirectory(parent);
    return true;
  }

  /** Where one that is missing is to be made. */
  private static Path placeOf(Path directory) throws RefusedException {
    Path parent = directory.toAbsolutePath().getParent();
    if (Files.exists(directory) || parent == null) {
      throw new RefusedException("the data directory " + directory + " is not a directory");
    }
    if (!Files.isDirectory(parent)) {
      throw new RefusedException(
          "the data directory " + directory + " cannot be made: there is no directory " + parent);
    }
    return parent;
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this process: the channel must stay open, or that lock would be lost.
      throw inUse(directory);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw inUse(directory);
  }

  private static Object lockKey(Path directory) throws IOException {
    Path file = directory.resolve(LOCK_FILE);
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private static RefusedException inUse(Path directory) {
    return new RefusedException(
        "the data directory " + directory + " is in use by another process");
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = openDirectory(directory)) {
      channel.force(true);
    }
  }

  private static FileChannel openDirectory(Path directory) throws IOException {
    return FileChannel.open(directory, StandardOpenOption.READ);
  }

  /** Whether the directory was missing. */
  public boolean isMade() {
    return isMade;
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    } catch (IOException e) {
      throw FullDisk.sortedOut(e);
    }
  }

  @Override
  public Output create(String name) throws IOException {
    try {
      return new FileOutput(
          FileChannel.open(
              directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw FullDisk.sortedOut(e);
    }
  }

  @Override
  public Input open(String name) throws IOException {
    try {
      return new FileInput(FileChannel.open(directory.resolve(name), StandardOpenOption.READ));
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw FullDisk.sortedOut(e);
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    try {
      Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw FullDisk.sortedOut(e);
    }
  }

  @Override
  public void remove(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public void force() throws IOException {
    try {
      opened.force(true);
    } catch (IOException e) {
      throw FullDisk.sortedOut(e);
    }
  }

  /** With its lock, another process may have it as well. */
  @Override
  public void checkPlace() throws IOException {
    Object key;
    try {
      key = lockKey(directory);
    } catch (NoSuchFileException e) {
      key = null;
    }
    if (!Objects.equals(key, lockKey)) {
      throw new GoneException(
          "the data directory " + place() + " was taken away or replaced while it was in use");
    }
  }

  @Override
  public String place() {
    return directory.toAbsolutePath().normalize().toString();
  }

  /** A {@code FileStore} would look for its mount point, which a sandbox may hide. */
  @Override
  public long freeBytes() {
    return directory.toFile().getUsableSpace();
  }

  @Override
  public String bootId() {
    try {
      return Files.readString(BOOT_ID).trim();
    } catch (IOException e) {
      return "";
    }
  }

  /** Gives the directory up to other processes. */
  @Override
  public void close() throws IOException {
    opened.close();
    lock.close();
  }

  private record FileInput(FileChannel channel) implements Input {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void position(long offset) throws IOException {
      channel.position(offset);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      return channel.read(into);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
