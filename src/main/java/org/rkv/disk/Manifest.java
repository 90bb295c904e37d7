package org.rkv.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * What of a data directory counts: lines of text, the last of them a checksum of the others.
 *
 * @param name of the replica, for people
 * @param incarnation in every file's header as well
 * @param completeness at the end of what the newest file is known to hold here; a {@link
 *     LogRecord.Standing} behind that changes it
 * @param bootId of the kernel under which it was written; empty if that is not known
 * @param relaxed whether entries have counted since then before they were forced
 * @param nextNumber no file with this number or a higher one has ever counted
 * @param files in the order in which they are read; only the last may have grown since
 */
record Manifest(
    String name,
    long incarnation,
    Completeness completeness,
    String bootId,
    boolean relaxed,
    long nextNumber,
    List<NamedFile> files) {
  static final String FILE = "manifest";

  /** What it is called until it is forced. */
  static final String TEMPORARY_FILE = "manifest.new";

  /** Of the directory, the manifest and all files that it names. */
  static final int FORMAT = 1;

  private static final String FIRST_WORDS = "rkv data, format ";
  private static final int CHECKSUM_LINE_BYTES = "checksum 00000000\n".length();

  /**
   * A file that counts.
   *
   * @param bytes so many are known to be forced, and count; of all but the last file what comes
   *     behind does not
   */
  record NamedFile(String name, long bytes) {}

  Manifest {
    files = List.copyOf(files);
    if (name.chars().anyMatch(each -> each < ' ' || each > '~')) {
      throw new IllegalArgumentException("the name of a replica is printable, not " + name);
    }
  }

  Manifest withFiles(Completeness now, long next, List<NamedFile> named) {
    return new Manifest(name, incarnation, now, bootId, relaxed, next, named);
  }

  Manifest named(String newName) {
    return new Manifest(newName, incarnation, completeness, bootId, relaxed, nextNumber, files);
  }

  Manifest writtenUnder(String boot, boolean isRelaxed) {
    return new Manifest(name, incarnation, completeness, boot, isRelaxed, nextNumber, files);
  }

  ByteBuffer encode() {
    StringBuilder text = new StringBuilder(FIRST_WORDS).append(FORMAT).append('\n');
    text.append("name ").append(name).append('\n');
    text.append("incarnation ").append(Long.toHexString(incarnation)).append('\n');
    text.append("state ").append(completeness).append('\n');
    text.append("boot ").append(bootId).append('\n');
    text.append("relaxed ").append(relaxed).append('\n');
    text.append("next ").append(nextNumber).append('\n');
    for (NamedFile file : files) {
      text.append("file ").append(file.name()).append(' ').append(file.bytes()).append('\n');
    }
    return ByteBuffer.wrap(
        text.append(checksumLine(text.toString())).toString().getBytes(ISO_8859_1));
  }

  /**
   * The reverse.
   *
   * @throws RefusedException if it is damaged, or of a format that is not known here
   */
  static Manifest decode(byte[] bytes) throws RefusedException {
    String text = new String(bytes, ISO_8859_1);
    // The format comes first: another one may end in another way than with this checksum.
    if (text.matches("(?s)" + FIRST_WORDS + "[0-9]{1,9}\n.*")
        && !text.startsWith(FIRST_WORDS + FORMAT + "\n")
        && !isOfThisFormatButForItsNumber(text)) {
      throw otherFormat(text);
    }
    if (!hasItsChecksum(text)) {
      throw new DamagedException(FILE, 0, "its checksum is wrong");
    }
    int end = text.length() - CHECKSUM_LINE_BYTES;
    try {
      return parse(text.substring(0, end).split("\n"));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DamagedException(FILE, 0, "it cannot be understood: " + e.getMessage());
    }
  }

  /** Then it was written in this format: a bit of the number is another one. */
  private static boolean isOfThisFormatButForItsNumber(String text) {
    return hasItsChecksum(FIRST_WORDS + FORMAT + text.substring(text.indexOf('\n')));
  }

  private static boolean hasItsChecksum(String text) {
    int end = text.length() - CHECKSUM_LINE_BYTES;
    return end >= 0 && text.substring(end).equals(checksumLine(text.substring(0, end)));
  }

  private static RefusedException otherFormat(String text) {
    return new RefusedException(
        "it has another format than "
            + FORMAT
            + ", the one known here: \""
            + text.lines().findFirst().orElse("")
            + "\"; use the release that wrote it, or a later one");
  }

  private static Manifest parse(String[] lines) {
    List<NamedFile> files = new ArrayList<>();
    for (int i = 7; i < lines.length; i++) {
      String[] words = after("file ", lines[i]).split(" ");
      if (!FileHeader.isOurs(words[0])) {
        throw new IllegalArgumentException("no file of ours is called " + words[0]);
      }
      files.add(new NamedFile(words[0], Long.parseLong(words[1])));
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("it names no file");
    }
    return new Manifest(
        after("name ", lines[1]),
        Long.parseUnsignedLong(after("incarnation ", lines[2]), 16),
        Completeness.valueOf(after("state ", lines[3])),
        after("boot ", lines[4]),
        Boolean.parseBoolean(after("relaxed ", lines[5])),
        Long.parseLong(after("next ", lines[6])),
        files);
  }

  private static String after(String word, String line) {
    if (!line.startsWith(word)) {
      throw new IllegalArgumentException("no \"" + word + "\" in \"" + line + "\"");
    }
    return line.substring(word.length());
  }

  private static String checksumLine(String text) {
    CRC32C checksum = new CRC32C();
    checksum.update(text.getBytes(ISO_8859_1));
    return String.format(Locale.ROOT, "checksum %08x\n", checksum.getValue());
  }
}
