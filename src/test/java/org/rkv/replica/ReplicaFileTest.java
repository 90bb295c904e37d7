package org.rkv.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaFileTest {
  @TempDir Path directory;

  @Test
  void shouldReadOneNameALine() {
    assertEquals(List.of("alpha", "beta", "gamma"), written("alpha\nbeta\ngamma\n"));
  }

  @Test
  void shouldTakeAnyWhiteSpaceBetweenNames() {
    assertEquals(
        List.of("a", "b", "c", "d", "e", "f"), written("  a b\tc\r\n\r\n\fd\u000be\n \n f"));
  }

  @Test
  void shouldNotNeedALineFeedAtTheEnd() {
    assertEquals(List.of("127.0.0.1", "127.0.0.2"), written("127.0.0.1\n127.0.0.2"));
  }

  @Test
  void shouldLeaveOutComments() {
    assertEquals(
        List.of("a", "b", "c"),
        written("# a comment: with ! anything [in it\na # b2\nb#c2 d2\r\n#\n##\nc #"));
  }

  @Test
  void shouldCountDuplicatesOnceAndKeepTheOrder() {
    assertEquals(List.of("b", "a", "a:1"), written("b a b\na a:1 a:01 b"));
  }

  @Test
  void shouldCountSpellingsThatAreEqualInFormOnce() {
    assertEquals(
        List.of("Alpha", "127.0.0.01", "::1", "alpha:1", "fd00::2"),
        written(
            "Alpha alpha ALPHA. 127.0.0.01 127.0.0.1 127.1 ::1 [0:0::1] alpha:1 ALPHA:01 fd00::2"
                + " FD00:0::2 [fd00:0:0::0002]"));
  }

  @Test
  void shouldKnowPorts() {
    assertEquals(
        List.of(
            new ReplicaName("a", 1),
            new ReplicaName("b", 65535),
            new ReplicaName("10.0.0.1", 20456),
            new ReplicaName("c", 0)),
        ReplicaFile.parse("a:1 b:65535 10.0.0.1:20456 c").names());
  }

  @Test
  void shouldKnowIpv6AddressesBareAndInBrackets() {
    assertEquals(
        List.of(
            new ReplicaName("::1", 0),
            new ReplicaName("::1", 7),
            new ReplicaName("fd00::2", 0),
            new ReplicaName("fe80::1%eth0", 9),
            new ReplicaName("::ffff:10.0.0.1", 0)),
        ReplicaFile.parse("::1 [::1] [::1]:7 [fd00::2] [fe80::1%eth0]:9 ::ffff:10.0.0.1").names());
  }

  @Test
  void shouldWriteANameSoThatItCanBeReadAgain() {
    ReplicaFile file = ReplicaFile.parse("a a:1 ::1 [::1]:7 fe80::1%eth0 my_host.example-1.org:9");

    assertEquals(file, ReplicaFile.parse(String.join(" ", names(file))));
    assertEquals("[::1]:7", file.names().get(3).toString());
  }

  @Test
  void shouldGiveAnEmptyListForAnEmptyFile() {
    assertEquals(List.of(), written(""));
    assertEquals(List.of(), written(" \r\n\t# nobody\n\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:", "a:b", ":1", "x:1:", "a:-1", "a:+1", "[::1", "::1]", "[::1]:", "[::1]1", "[]", "[a]",
        "[a]:1", "a/b", "../a", ".", "-h", "a,b", "a;b", "$(id)", "*", "a'b", "\"a\"", "gr\u00fcn",
        "a\u00a0b", "fe80::1%", "a\u0000b"
      })
  void shouldRefuseAWordThatIsNoName(String word) {
    String message = refusal("good\n# fine\n  good2 " + word + " good3\n");

    assertTrue(message.startsWith("line 3: \""), message);
    assertTrue(message.contains("\"" + word.replace('\u0000', '?') + "\""), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:0", "a:65536", "a:99999", "a:20456000000000000000", "[::1]:70000"})
  void shouldRefuseAPortOutOfRange(String word) {
    assertEquals(
        "line 1: \"" + word + "\" has a port that is not 1 to 65535", refusal(word + " b"));
  }

  @Test
  void shouldKeepAMessageShortAndOnOneLine() {
    String message = refusal("\u001b[31m" + "x!".repeat(100_000));

    assertTrue(message.length() < 200, message);
    assertTrue(message.chars().noneMatch(c -> c < ' '), message);
  }

  @Test
  void shouldTakeAThousandNamesAndNoMore() {
    assertEquals(1000, written(manyNames(1000) + "\nhost1 host2 host1000").size());
    assertEquals("line 1001: more than 1000 replicas", refusal(manyNames(1001)));
  }

  @Test
  void shouldNotLetTheListBeChanged() {
    List<ReplicaName> names = ReplicaFile.parse("a b").names();

    assertThrows(UnsupportedOperationException.class, () -> names.remove(0));
  }

  @Test
  void shouldReadAFile() throws IOException {
    assertEquals(List.of("a", "b:2"), names(ReplicaFile.read(file("a\r\nb:2"))));
  }

  @Test
  void shouldTakeAnyBytesInAComment() throws IOException {
    // 0x85 is a line end in ISO-8859-1, and the second byte of the letter in UTF-8
    Path file = directory.resolve("replica");
    Files.write(file, "# \u00c5ngstr\u00f6m, \u2028 r\u00e4ksm\u00f6rg\u00e5s\na".getBytes(UTF_8));
    assertEquals(List.of("a"), names(ReplicaFile.read(file)));

    Files.write(file, new byte[] {'b', '#', (byte) 0x85, 'x', '!', (byte) 0xff, 0, '\n', 'c'});
    assertEquals(List.of("b", "c"), names(ReplicaFile.read(file)));
  }

  @Test
  void shouldSkipAByteOrderMark() throws IOException {
    assertEquals(List.of("a"), names(ReplicaFile.read(file("\ufeffa\n"))));
  }

  @Test
  void shouldSayWhichFileIsMissing() {
    Path file = directory.resolve("replica");

    assertEquals("no replica file: " + file, readFailure(file));
  }

  @Test
  void shouldSayThatADirectoryIsNone() {
    assertEquals(directory + " is a directory", readFailure(directory));
  }

  @Test
  void shouldNotWaitForAWriterOfAPipe() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());

    assertEquals(pipe + " is not a regular file", readFailure(pipe));
  }

  /** The exception is made here, since for root, as whom CI runs, no file is unreadable. */
  @Test
  void shouldSayThatAFileMayNotBeRead() {
    Path file = directory.resolve("replica");

    assertEquals(
        "the replica file may not be read: " + file,
        ListFile.reason(file, "replica file", new AccessDeniedException(file.toString())));
  }

  @Test
  void shouldNameFileAndLineOfABadWord() throws IOException {
    Path file = file("a\nb:x\n");

    assertEquals(file + ": line 2: \"b:x\" is not the name of a replica", readFailure(file));
  }

  @Test
  void shouldRefuseAFileOfMoreThanAMebibyte() throws IOException {
    String fits = "a\n#" + "x".repeat((1 << 20) - 3);
    assertEquals(List.of("a"), names(ReplicaFile.read(file(fits))));

    Path file = file(fits + "x");
    assertEquals(file + " is larger than 1048576 bytes", readFailure(file));
  }

  private static String manyNames(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> "host" + i)
        .collect(Collectors.joining("\n"));
  }

  private static List<String> written(String text) {
    return names(ReplicaFile.parse(text));
  }

  private static List<String> names(ReplicaFile file) {
    return file.names().stream().map(ReplicaName::toString).toList();
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> ReplicaFile.parse(text)).getMessage();
  }

  private static String readFailure(Path path) {
    return assertThrows(IOException.class, () -> ReplicaFile.read(path)).getMessage();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("replica"), text);
  }
}
