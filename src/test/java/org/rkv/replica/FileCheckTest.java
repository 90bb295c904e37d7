package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.net.StubResolver;

/** What is said of a replica file before replicas are started with it. */
class FileCheckTest {
  private static final int PORT = 20456;

  @TempDir Path directory;
  private final StubResolver names =
      new StubResolver()
          .says("alpha", "10.0.0.1")
          .says("alpha.example.org", "10.0.0.1")
          .says("beta", "10.0.0.2", "fd00::2");
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("replica");
  }

  @Test
  void shouldSayNothingOfAGoodFile() throws IOException {
    FileCheck check = check("alpha beta 10.0.0.3 [::1]:7 alpha:7 beta:7");

    assertEquals(List.of(), check.faults());
    assertEquals(List.of(), check.remarks());
  }

  /** All was well with such files; now two entries are two replicas. */
  @Test
  void shouldSayWhichEntriesLeadToOneAddress() throws IOException {
    assertEquals(
        List.of(
            file + ": alpha and alpha.example.org lead to one address: take one out",
            file + ": alpha and 10.0.0.1 lead to one address: take one out",
            file + ": alpha.example.org and 10.0.0.1 lead to one address: take one out",
            file + ": beta and [FD00::2]:20456 lead to one address: take one out"),
        check("alpha alpha.example.org beta 10.0.0.1 [FD00::2]:20456 10.0.0.1:7").faults());
  }

  @Test
  void shouldRefuseWhatIsTheAddressOfNoHost() throws IOException {
    assertEquals(
        List.of(
            file + ": 0.0.0.0 is no address of a host",
            file + ": :: is no address of a host",
            file + ": 224.0.0.1:7 is no address of a host",
            file + ": ff02::1 is no address of a host",
            file + ": 255.255.255.255 is no address of a host"),
        check("alpha 0.0.0.0 :: 224.0.0.1:7 ff02::1 255.255.255.255").faults());
  }

  @Test
  void shouldRemarkOnSpellingsThatAreOneEntry() throws IOException {
    FileCheck check = check("alpha ALPHA. 10.0.0.9\n10.0.0.09 # the same\nalpha:20456");

    assertEquals(
        List.of(
            file + ": alpha and ALPHA. are one entry, which counts once",
            file + ": 10.0.0.9 and 10.0.0.09 are one entry, which counts once",
            file + ": alpha and alpha:20456 are one entry, which counts once"),
        check.remarks());
    assertEquals(List.of(), check.faults());
  }

  @Test
  void shouldRemarkOnANameThatCannotBeResolvedNow() throws IOException {
    FileCheck check = check("alpha lost.invalid");

    assertEquals(List.of(file + ": lost.invalid cannot be resolved now"), check.remarks());
    assertEquals(List.of(), check.faults());
  }

  @Test
  void shouldSayWhichWordIsNoName() throws IOException {
    assertEquals(
        List.of(file + ": line 2: \"b:x\" is not the name of a replica"),
        check("alpha\nb:x").faults());
  }

  @Test
  void shouldSayThatThereIsNoFile() {
    assertEquals(List.of("no replica file: " + file), FileCheck.of(file, PORT, names).faults());
  }

  @Test
  void shouldTake64ReplicasAndNoMore() throws IOException {
    assertEquals(List.of(), check(addresses(64)).faults());
    assertEquals(List.of(file + ": 65 replicas, more than 64"), check(addresses(65)).faults());
  }

  private static String addresses(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> "10.0.1." + i)
        .collect(Collectors.joining("\n"));
  }

  private FileCheck check(String text) throws IOException {
    Files.writeString(file, text);
    return FileCheck.of(file, PORT, names);
  }
}
